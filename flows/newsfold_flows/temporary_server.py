"""Prefect's temporary server, which runs beside a command that has no server of its own, and must end with it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from prefect.logging.handlers import APILogWorker
from prefect.server.api.server import SubprocessASGIServer
from prefect.settings import get_current_settings

from newsfold.errors import NewsfoldError, OrchestrationError
from newsfold.failures import iter_causes

_FLUSH_SECONDS = 10

# Waits for the end of its standard input, which comes when the process at the other end ends, even if it is killed.
# Then it ends the server, unless it has read that the server has ended.
_GUARD = """
import os, signal, sys
if not sys.stdin.buffer.read():
    try:
        os.kill(int(sys.argv[1]), signal.SIGTERM)
    except OSError:
        pass  # it has ended by itself
"""


@contextmanager
def temporary_server() -> Iterator[None]:
    """Run a temporary server for the block, unless the settings name one; it ends even if this process is killed.

    Raises:
        OrchestrationError: the server cannot be started, or does not answer a request that the block makes.
    """
    settings = get_current_settings()
    if settings.api.url or not settings.server.ephemeral.enabled:
        with _translate_server_errors(f"Prefect's server {settings.api.url or ''}".rstrip()):
            yield
        return
    server = SubprocessASGIServer()  # the one that Prefect's clients use, too
    try:
        server.start(settings.server.ephemeral.startup_timeout_seconds)
    except (httpx.HTTPError, RuntimeError) as error:
        raise OrchestrationError(
            f"Prefect's temporary server did not start: {error} Run the same command again, or start a server "
            "(`prefect server start`) and name it in PREFECT_API_URL."
        ) from error
    pid = str(server.server_process.pid) if server.server_process else ""
    command = [sys.executable, "-c", _GUARD, pid]
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - nothing from outside
    try:
        with _translate_server_errors("Prefect's temporary server"):
            yield
    finally:
        APILogWorker.drain_all(timeout=_FLUSH_SECONDS)  # the log of the runs, which is sent now and then
        server.stop()
        guard.communicate(b"it has ended")


@contextmanager
def _translate_server_errors(name: str) -> Iterator[None]:
    """Raise an OrchestrationError for what Prefect's client raises if its server does not answer."""
    try:
        yield
    except NewsfoldError:  # a source that does not answer, for instance
        raise
    except Exception as error:
        cause = next((cause for cause in iter_causes(error) if isinstance(cause, httpx.HTTPError)), None)
        if cause is None:
            raise
        raise OrchestrationError(
            f"{name} does not answer ({type(cause).__name__}: {cause}). Check it, then run the same command again: it "
            "resumes where this one stopped, and leaves an edition that was published as it is."
        ) from error
