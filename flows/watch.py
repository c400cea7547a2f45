"""Who watches a run: a person at a terminal, or Prefect's log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger


class Watcher(Protocol):
    """Told what a run is doing."""

    def started(self, stage: str, does: str) -> None:
        """A stage begins."""

    def progress(self, stage: str, done: int, total: int) -> None:
        """A long stage moves on; a total of 0 is unknown."""

    def finished(self, stage: str, result: str, seconds: float) -> None:
        """A stage is over."""


class LogWatcher:
    """Writes to the log of the Prefect run, one line a stage and one per tenth of a long one."""

    def __init__(self) -> None:
        self._tenth = 0

    def started(self, stage: str, does: str) -> None:
        """A stage begins."""
        self._tenth = 0
        _log(f"{stage}: {does}")

    def progress(self, stage: str, done: int, total: int) -> None:
        """A long stage moves on."""
        tenth = 10 * done // total if total else 0
        if tenth > self._tenth:
            self._tenth = tenth
            _log(f"{stage}: {done:,} of {total:,}")

    def finished(self, stage: str, result: str, seconds: float) -> None:
        """A stage is over."""
        _log(f"{stage}: {result} ({seconds:.1f} s)")


_watchers: list[Watcher] = [LogWatcher()]


def watcher() -> Watcher:
    """The watcher of this process's runs."""
    return _watchers[-1]


@contextmanager
def watched_by(chosen: Watcher) -> Iterator[None]:
    """Runs inside the block are watched by `chosen`."""
    _watchers.append(chosen)
    try:
        yield
    finally:
        _watchers.pop()


def _log(line: str) -> None:
    try:
        get_run_logger().info(line)
    except MissingContextError:
        return  # outside a flow, as when a task's function is called by itself
