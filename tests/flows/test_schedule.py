"""A real Prefect server on loopback: a cron schedule really queues runs, and one really executes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import pipeline
from pipeline import store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _eventually(seen: Callable[[], Any], seconds: float, what: str) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := seen():
                return found
        except httpx.HTTPError:
            pass
        time.sleep(2)
    raise AssertionError(f"{what} within {seconds:.0f} s")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a process that talks to a Prefect server of its own."""
    port = _free_port()
    api = f"http://127.0.0.1:{port}/api"
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    variables |= {
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-ui",
    ]
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=variables, stdout=log, stderr=subprocess.STDOUT)
        try:
            _eventually(lambda: httpx.get(f"{api}/health").is_success, 180, "the Prefect server answers")
            yield variables
        finally:
            server.terminate()
            server.wait(30)


def test_a_cron_schedule_queues_runs_and_executes_one(
    environment: dict[str, str], config: Path, tmp_path: Path
) -> None:
    text = config.read_text().replace("edition: all", "edition: 2013-06-05")
    config.write_text(text)
    runs = f"{environment['PREFECT_API_URL']}/flow_runs/filter"

    def in_state(kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.post(runs, json={"flow_runs": {"state": {"type": {"any_": [kind]}}}}).json()
        return [run for run in found if run["auto_scheduled"]]

    serve = "from flows.cli import app; app(['serve', '--cron', '* * * * *', '--config', %r])" % str(config)  # noqa: UP031
    with (tmp_path / "serve.log").open("wb") as log:
        served = subprocess.Popen(
            [sys.executable, "-c", serve], env=environment, cwd=tmp_path, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            queued = _eventually(lambda: in_state("SCHEDULED"), 120, "the cron schedule queues runs")
            assert len(queued) >= 2
            done = _eventually(lambda: in_state("COMPLETED"), 300, "a scheduled run completes")
        finally:
            served.terminate()
            served.wait(60)
    assert done[0]["name"].startswith("edition-")
    assert [edition.isoformat() for edition in store.editions(tmp_path / "store")] == ["2013-06-05"]
    assert pipeline.load(tmp_path / "store", "stories").num_rows == 2
