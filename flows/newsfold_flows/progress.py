"""Reporting the progress of a run: to a terminal, or to Prefect's log and the run's page."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.context import TaskRunContext
from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger

_BAR_SECONDS = 5.0  # after which a stage gets a progress bar, and between two updates of it


class ProgressReporter(Protocol):
    """Receives the progress of a run."""

    def start_stage(self, stage: str, description: str) -> None:
        """Report that a stage begins."""

    def update_stage(self, stage: str, done: int, total: int) -> None:
        """Report how far a stage is; a total of 0 is unknown."""

    def finish_stage(self, stage: str, result: str, seconds: float) -> None:
        """Report the result of a stage that has ended."""


class LogReporter:
    """Logs to the Prefect run: one line per stage, one per tenth of a long one, which also gets a progress bar."""

    def __init__(self) -> None:
        self._tenth = 0
        self._updated_at = 0.0
        self._bar: UUID | None = None

    def start_stage(self, stage: str, description: str) -> None:
        """Log that a stage begins."""
        self._tenth, self._updated_at, self._bar = 0, time.monotonic(), None
        log(f"{stage}: {description}")

    def update_stage(self, stage: str, done: int, total: int) -> None:
        """Log each tenth of a stage, and update the bar of a long one."""
        if not total:
            return
        tenth = 10 * done // total
        if tenth > self._tenth and done < total:
            self._tenth = tenth
            log(f"{stage}: {done:,} of {total:,}")
        if time.monotonic() - self._updated_at > _BAR_SECONDS:
            self._update_bar(stage, 100 * done / total)

    def finish_stage(self, stage: str, result: str, seconds: float) -> None:
        """Log the result of a stage, and fill its bar."""
        log(f"{stage}: {result} ({seconds:.1f} s)")
        if self._bar:
            self._update_bar(stage, 100.0)
            self._bar = None

    def _update_bar(self, stage: str, percent: float) -> None:
        if TaskRunContext.get() is None:
            return
        self._updated_at = time.monotonic()
        if self._bar:
            update_progress_artifact(self._bar, percent)
        else:
            bar = create_progress_artifact(percent, f"progress-{stage}", f"Progress of the stage *{stage}*.")
            self._bar = cast("UUID", bar)  # a coroutine only inside an event loop, which our tasks do not run in


class ReporterGroup:
    """Passes progress on to several reporters."""

    def __init__(self, reporters: Sequence[ProgressReporter]) -> None:
        self._reporters = reporters

    def start_stage(self, stage: str, description: str) -> None:
        """Report that a stage begins."""
        for reporter in self._reporters:
            reporter.start_stage(stage, description)

    def update_stage(self, stage: str, done: int, total: int) -> None:
        """Report how far a stage is."""
        for reporter in self._reporters:
            reporter.update_stage(stage, done, total)

    def finish_stage(self, stage: str, result: str, seconds: float) -> None:
        """Report the result of a stage that has ended."""
        for reporter in self._reporters:
            reporter.finish_stage(stage, result, seconds)


_reporters: list[ProgressReporter] = [LogReporter()]


def current_reporter() -> ProgressReporter:
    """Return the reporter of this process's runs."""
    return _reporters[-1]


@contextmanager
def use_reporter(reporter: ProgressReporter) -> Iterator[None]:
    """Report the progress of runs inside the block to this reporter."""
    _reporters.append(reporter)
    try:
        yield
    finally:
        _reporters.pop()


def log(line: str) -> None:
    """Write a line to the log of the Prefect run, if the code runs in one."""
    try:
        get_run_logger().info(line)
    except MissingContextError:
        return  # a direct call of a task's function
