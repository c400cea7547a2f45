"""Who watches a run: a person at a terminal, or Prefect's log and its page of the run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.context import TaskRunContext
from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger

_LONG = 5.0  # seconds after which a stage is worth a bar of its own, and between two moves of it


class Watcher(Protocol):
    """Told what a run is doing."""

    def started(self, stage: str, does: str) -> None:
        """A stage begins."""

    def progress(self, stage: str, done: int, total: int) -> None:
        """A long stage moves on; a total of 0 is unknown."""

    def finished(self, stage: str, result: str, seconds: float) -> None:
        """A stage is over."""


class LogWatcher:
    """Writes to the log of the Prefect run, one line a stage and one per tenth of a long one, which gets a bar too."""

    def __init__(self) -> None:
        self._tenth = 0
        self._moved = 0.0
        self._bar: UUID | None = None

    def started(self, stage: str, does: str) -> None:
        """A stage begins."""
        self._tenth, self._moved, self._bar = 0, time.monotonic(), None
        log(f"{stage}: {does}")

    def progress(self, stage: str, done: int, total: int) -> None:
        """A long stage moves on."""
        if not total:
            return
        tenth = 10 * done // total
        if tenth > self._tenth:
            self._tenth = tenth
            log(f"{stage}: {done:,} of {total:,}")
        if time.monotonic() - self._moved > _LONG:
            self._move(stage, 100 * done / total)

    def finished(self, stage: str, result: str, seconds: float) -> None:
        """A stage is over."""
        log(f"{stage}: {result} ({seconds:.1f} s)")
        if self._bar:
            self._move(stage, 100.0)
            self._bar = None

    def _move(self, stage: str, percent: float) -> None:
        if TaskRunContext.get() is None:
            return
        self._moved = time.monotonic()
        if self._bar:
            update_progress_artifact(self._bar, percent)
        else:
            made = create_progress_artifact(percent, f"progress-{stage}", f"How far the stage *{stage}* is.")
            self._bar = cast("UUID", made)  # a coroutine only where a loop runs, as none does in a task of ours


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


def log(line: str) -> None:
    """Write a line to the log of the Prefect run, where there is one."""
    try:
        get_run_logger().info(line)
    except MissingContextError:
        return  # outside a flow, as when a task's function is called by itself
