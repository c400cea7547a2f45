"""Prefect's temporary server, which runs beside a command that has no server of its own, and must end with it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.server.api.server import SubprocessASGIServer
from prefect.settings import get_current_settings

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
    """Run a temporary server for the block, unless the settings name one; it ends even if this process is killed."""
    settings = get_current_settings()
    if settings.api.url or not settings.server.ephemeral.enabled:
        yield
        return
    server = SubprocessASGIServer()  # the one that Prefect's clients use, too
    server.start(settings.server.ephemeral.startup_timeout_seconds)
    pid = str(server.server_process.pid) if server.server_process else ""
    command = [sys.executable, "-c", _GUARD, pid]
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - nothing from outside
    try:
        yield
    finally:
        server.stop()
        guard.communicate(b"it has ended")
