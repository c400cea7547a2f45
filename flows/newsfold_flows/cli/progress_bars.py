"""Progress at a terminal: a bar for the running stage, one line for each finished one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from newsfold_flows.cli import console


class TerminalReporter:
    """Shows the running stage with a bar, and leaves one line for each finished stage."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bar = progress.add_task("", total=None, visible=False)

    def start_stage(self, stage: str, description: str) -> None:
        """Show the bar of a stage that begins."""
        self._progress.reset(self._bar, total=None, visible=True, description=f"{stage:<8} {description}")

    def update_stage(self, stage: str, done: int, total: int) -> None:
        """Move the bar; if the total is 0, it is unknown and only the count is shown."""
        if total:
            self._progress.update(self._bar, completed=done, total=total)
        else:
            self._progress.update(self._bar, description=f"{stage:<8} {done:,}")

    def finish_stage(self, stage: str, result: str, seconds: float) -> None:
        """Replace the bar by a line with the stage's result."""
        self._progress.update(self._bar, visible=False)
        self._progress.console.print(
            f"  [green]✓[/] {stage:<8} {escape(result)} [dim]{seconds:.1f} s[/]", highlight=False
        )


@contextmanager
def show_progress() -> Iterator[TerminalReporter]:
    """Show progress on standard error for as long as the block runs."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console.err, transient=True) as progress:
        yield TerminalReporter(progress)


@contextmanager
def show_stage_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Like `show_progress`, but yield a plain callback (stage, done, total), as the functions of `newsfold` take it."""
    with show_progress() as reporter:
        current = ""

        def report(stage: str, done: int, total: int) -> None:
            nonlocal current
            if stage != current:
                current = stage
                reporter.start_stage(stage, "")
            reporter.update_stage(stage, done, total)

        yield report
