from __future__ import annotations

import socket
from pathlib import Path

import httpx
import psutil
import pytest
from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS, temporary_settings

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


def test_a_temporary_server_that_does_not_start_in_time_is_an_error_and_ends() -> None:
    before = set(psutil.Process().children())
    limits = {PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS: 1, PREFECT_API_URL: None}
    with (
        temporary_settings(limits),
        pytest.raises(OrchestrationError, match=r"did not start.*name it in PREFECT_API_URL"),
        temporary_server(),
    ):
        raise AssertionError("no server starts in a second")
    assert set(psutil.Process().children()) <= before
