"""The nightly flow on a schedule, and backfills on demand, in one process: `newsfold serve`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import httpx
import typer

from newsfold import settings
from newsfold.errors import ConfigError, NewsfoldError
from newsfold_flows.cli import console

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Schedule

_START_SECONDS = 180  # until a server answers, on a busy machine


def serve(
    cron: Annotated[str, typer.Option(help="When to run, as cron writes it.")] = "0 2 * * *",
    timezone: Annotated[str, typer.Option(help="IANA time zone of the schedule, and of the day it is for.")] = "UTC",
    port: Annotated[int, typer.Option(help="Of the Prefect server that is started where none is set up.")] = 4200,
    wait_minutes: Annotated[int, typer.Option(min=0, help="How long a run waits for another of its store.")] = 120,
    config: Annotated[Path | None, typer.Option("--config", help="Configuration file; else the sample's.")] = None,
    store: Annotated[str | None, typer.Option("--store", help="Where editions lie; else the configuration's.")] = None,
) -> None:
    """Run the nightly flow on a schedule, and backfills on demand, in this process until you stop it.

    Where PREFECT_API_URL names a Prefect server (or a profile does), runs are scheduled there; else one is started on
    this machine. Its page shows every run and starts one by hand, with a form for the edition. For a work pool, see
    config/prefect.yaml.
    """
    chosen = settings.load_settings(config)
    if not chosen.sources:
        raise ConfigError(f"{config} names no `sources`: there is nothing to read. See config/default.yaml.")
    from prefect.schedules import Cron

    try:
        schedule = Cron(cron, timezone=str(zoneinfo.ZoneInfo(timezone)))
    except (ValueError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise ConfigError(f"--cron {cron!r} --timezone {timezone!r} is no schedule: {error}") from error
    # A scheduled run may start in another folder.
    address = store or chosen.store
    address = address if "://" in address else str(Path(address).resolve())
    shared = {
        "config": str(config.resolve()) if config else None,
        "store_address": address,
        "wait_minutes": wait_minutes,
    }
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with _a_server(port) as api, temporary_settings({PREFECT_API_URL: api}):
        os.environ["PREFECT_API_URL"] = api  # for the runs, which are processes of their own
        console.errors.print(
            f"Nightly at [bold]{cron}[/] ({timezone}) into {address}. Runs, and a form to start one: "
            f"{api.removesuffix('/api')}   Stop with Ctrl-C.",
            highlight=False,
            soft_wrap=True,
        )
        _serve(schedule, timezone, shared)


def _serve(schedule: Schedule, timezone: str, shared: dict[str, Any]) -> None:
    import prefect
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy

    from newsfold_flows.nightly import backfill, nightly

    one_at_a_time = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
    by_night = nightly.to_deployment(
        "nightly", schedules=[schedule], parameters={**shared, "time_zone": timezone}, concurrency_limit=one_at_a_time
    )
    by_hand = backfill.to_deployment("backfill", parameters=shared, concurrency_limit=one_at_a_time)
    prefect.serve(*cast("list[RunnerDeployment]", [by_night, by_hand]))


@contextmanager
def _a_server(port: int) -> Iterator[str]:
    """The address of a server's API: the one that is set up, one on this port, or one that is started there.

    A server that Prefect starts by itself where none is set up queues no scheduled run, without a word.

    Raises:
        NewsfoldError: it cannot be started.
    """
    from prefect.settings import get_current_settings

    api = get_current_settings().api.url
    if api:
        yield str(api)
        return
    api = f"http://127.0.0.1:{port}/api"
    if _answers(api):
        yield api
        return
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it is stopped with this process
    # Or its pages would ask for everything at Prefect's usual port.
    environment = {**os.environ, "PREFECT_UI_API_URL": api}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        console.errors.print("[dim]Starting a Prefect server …[/]", highlight=False)
        end = time.monotonic() + _START_SECONDS
        while not _answers(api):
            if server.poll() is not None or time.monotonic() > end:
                raise NewsfoldError(
                    f"No Prefect server could be started on port {port}. Look what `prefect server start --port "
                    f"{port}` says, give another --port, or name a server that runs in PREFECT_API_URL."
                )
            time.sleep(0.5)
        yield api
    finally:
        server.terminate()
        server.wait(30)


def _answers(api: str) -> bool:
    try:
        return httpx.get(f"{api}/health", timeout=2).is_success
    except httpx.HTTPError:
        return False
