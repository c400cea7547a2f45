from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from newsfold.errors import OrchestrationError, SourceError
from newsfold_flows.nightly import nightly
from newsfold_flows.temporary_server import temporary_server
from tests.flows.conftest import FIRST


@pytest.fixture
def nobody() -> str:
    """An address where no server answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/api"


def test_a_server_that_does_not_answer_is_named(config: Path, nobody: str) -> None:
    with (
        temporary_settings({PREFECT_API_URL: nobody}),
        pytest.raises(OrchestrationError, match=rf"{nobody} does not answer .*run the same command again"),
        temporary_server(),
    ):
        nightly(str(config), FIRST)


@pytest.mark.parametrize("error", [SourceError("the feed does not answer"), ValueError("odd")])
def test_other_errors_pass(error: Exception, nobody: str) -> None:
    error.__context__ = httpx.ConnectError("refused") if isinstance(error, SourceError) else None
    with (
        temporary_settings({PREFECT_API_URL: nobody}),
        pytest.raises(type(error), match=str(error)),
        temporary_server(),
    ):
        raise error


def test_a_temporary_server_that_does_not_start_in_time_is_an_error(config: Path, tmp_path: Path) -> None:
    # In a process of its own: here, Prefect would take the server of the other tests for the temporary one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    limits = {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "newsfold", "run", "--config", str(config)],
        env=environment | limits,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert "did not start" in done.stderr and "name it in PREFECT_API_URL" in done.stderr
