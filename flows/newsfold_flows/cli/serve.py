"""`newsfold serve`: the nightly flow on a schedule, and backfills on demand, in one process."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
import zoneinfo
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import httpx
import typer

from newsfold.errors import ConfigError, NewsfoldError
from newsfold.settings import load_settings, require_sources
from newsfold_flows.cli import log, options
from newsfold_flows.prefect_home import ensure_prefect_home

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Schedule

# The schedule's name on the server, the same as in config/prefect.yaml: whichever is deployed last is in force.
SLUG = "nightly"
_START_SECONDS = 180  # until a server answers, on a busy machine


def serve(
    cron: Annotated[str, typer.Option(help="When to run, as a cron expression.")] = "0 2 * * *",
    timezone: Annotated[
        str, typer.Option(help="IANA time zone of the schedule, and of the day that becomes the edition.")
    ] = "UTC",
    port: Annotated[int, typer.Option(help="Port of the Prefect server, if one has to be started.")] = 4200,
    wait_minutes: Annotated[
        int, typer.Option(min=0, help="How long a run waits for another run of the same store.")
    ] = 120,
    config: options.Config = None,
    store: options.Store = None,
    refresh: options.Refresh = False,
    quiet: options.Quiet = False,
    log_level: options.Level = log.LogLevel.INFO,
    log_format: options.Format = log.LogFormat.TEXT,
) -> None:
    """Run the nightly flow on a schedule, and backfills on demand, until you stop this process.

    If PREFECT_API_URL or a Prefect profile names a server, runs are scheduled there; otherwise a server is started on
    this machine. Its pages show every run, and start one by hand with a form. For a work pool, see config/prefect.yaml.

    Example: `newsfold serve --cron "0 2 * * *" --timezone Europe/Berlin --config mine.yaml`
    """
    log.configure(quiet=quiet, level=log_level, log_format=log_format)
    settings = load_settings(config)
    require_sources(settings, config)
    schedule = _parse_schedule(cron, timezone)
    # A scheduled run may start in another folder.
    address = store or settings.store
    address = address if "://" in address else str(Path(address).resolve())
    parameters = {
        "config": str(config.resolve()) if config else None,
        "store_address": address,
        "wait_minutes": wait_minutes,
    }
    ensure_prefect_home(address)
    log.configure_prefect()
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with _ensure_server(port) as api, temporary_settings({PREFECT_API_URL: api}):
        os.environ["PREFECT_API_URL"] = api  # for the runs, which are processes of their own
        log.report(
            logging.INFO,
            f"Nightly at {cron} ({timezone}) into {address}. Runs, and a form to start one: "
            f"{api.removesuffix('/api')}   Stop with Ctrl-C.",
        )
        _serve_deployments(schedule, {"time_zone": timezone, "refresh": refresh}, parameters)


def _parse_schedule(cron: str, timezone: str) -> Schedule:
    from prefect.schedules import Cron

    try:
        return Cron(cron, timezone=str(zoneinfo.ZoneInfo(timezone)), slug=SLUG)
    except (ValueError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise ConfigError(f"--cron {cron!r} --timezone {timezone!r} is not a schedule: {error}") from error


def _serve_deployments(schedule: Schedule, nightly_alone: dict[str, Any], parameters: dict[str, Any]) -> None:
    """Deploy both flows from this process and execute their runs until it is stopped."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy

    from newsfold_flows.nightly import backfill, nightly

    one_at_a_time = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
    scheduled = nightly.to_deployment(
        "nightly", schedules=[schedule], parameters=parameters | nightly_alone, concurrency_limit=one_at_a_time
    )
    on_demand = backfill.to_deployment("backfill", parameters=parameters, concurrency_limit=one_at_a_time)
    _execute_runs(cast("list[RunnerDeployment]", [scheduled, on_demand]))


def _execute_runs(deployments: Sequence[RunnerDeployment]) -> None:
    """Execute the runs of deployments until this process is interrupted or terminated, as `prefect.serve` does."""
    from prefect.runner import Runner

    class InterruptibleRunner(Runner):
        """Ends at SIGTERM as at Ctrl-C; Prefect's own handler awaits nothing, and so pauses no schedule."""

        def handle_sigterm(self, *_: object, **__: object) -> None:
            signal.raise_signal(signal.SIGINT)

    runner = InterruptibleRunner(pause_on_shutdown=True)
    for deployment in deployments:
        runner.add_deployment(deployment)
    log.report(logging.INFO, "The deployments nightly/nightly and backfill/backfill are served.")
    try:
        asyncio.run(runner.start())
    except KeyboardInterrupt:
        log.report(logging.INFO, "Stopped; its schedule is paused until it is served again.")


@contextmanager
def _ensure_server(port: int) -> Iterator[str]:
    """Yield the API address of the configured server, of the one on this port, or of one started for the block.

    The ephemeral server that Prefect starts if none is configured never queues a scheduled run, and does not say so.

    Raises:
        NewsfoldError: no server can be started.
    """
    from prefect.settings import get_current_settings

    api = get_current_settings().api.url
    if api:
        yield str(api)
        return
    api = f"http://127.0.0.1:{port}/api"
    if _is_healthy(api):
        yield api
        return
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it is stopped with this process
    # Without this its pages would request everything from Prefect's usual port.
    environment = {**os.environ, "PREFECT_UI_API_URL": api}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        log.report(logging.INFO, "Starting a Prefect server …")
        _wait_until_healthy(server, api, port)
        yield api
    finally:
        server.terminate()
        server.wait(30)


def _wait_until_healthy(server: subprocess.Popen[bytes], api: str, port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while not _is_healthy(api):
        if server.poll() is not None or time.monotonic() > end:
            raise NewsfoldError(
                f"No Prefect server could be started on port {port}. See what `prefect server start --port {port}` "
                "prints, give another --port, or name a running server in PREFECT_API_URL."
            )
        time.sleep(0.5)


def _is_healthy(api: str) -> bool:
    try:
        return httpx.get(f"{api}/health", timeout=2).is_success
    except httpx.HTTPError:
        return False
