"""Stages and steps: how the pipeline's functions are bound to tables, and how they run in memory.

A stage is a few steps. A step is one pure function: each parameter but `context` is named after the table that it
receives, as a `TableView` that reads only the rows and columns the function asks for. A step with `chunk_by` runs once
for each chunk of that table's rows; the results, one after another, equal those of one run on all rows. No chunk knows
of another, so chunks run in threads, in processes or on other machines, and a lost one is computed again. Work that
needs all rows together is a step of its own, on thin tables: ids, digests, counts and edges, never texts or vectors.

Two runners follow these declarations: `Stage.run` in memory, and `newsfold_flows.runner` with Prefect tasks.
"""

from __future__ import annotations

import inspect
import logging
import time as clock
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from newsfold.settings import Scale, Settings

Progress = Callable[[str, int, int], None]  # stage, done, to do

UNDATED = date(1970, 1, 1)  # the edition of articles without any time
_log = logging.getLogger(__name__)


def no_progress(stage: str, done: int, total: int) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class Context:
    """What a step knows besides its tables.

    Attributes:
        settings: the configuration.
        edition: the edition's date.
        seen_at: when the edition saw its new articles, see `end_of_day`.
        progress: called with (stage, done, to do).
    """

    settings: Settings
    edition: date
    seen_at: datetime
    progress: Progress = no_progress

    @classmethod
    def undated(cls, settings: Settings, progress: Progress = no_progress) -> Context:
        """Return the context of stages that run outside any edition."""
        return cls(settings, UNDATED, end_of_day(UNDATED), progress)

    def count_from(self, start: int, total: int) -> Context:
        """Return the context of a chunk that begins at row `start` of `total`: its progress is that of all chunks."""
        return replace(self, progress=lambda stage, done, _: self.progress(stage, start + done, total))


def end_of_day(edition: date) -> datetime:
    """Return the time at which an edition saw its new articles: the end of its day, so that reruns agree."""
    return datetime.combine(edition, time(23, 59, 59), UTC)


def start_of_days(edition: date, n_days: int) -> datetime:
    """Return the time at which so many days begin, of which the edition's is the last."""
    return datetime.combine(edition - timedelta(days=n_days - 1), time(), UTC)


class TableView(Protocol):
    """A table that is read only as far as a step asks, from memory or from a run's staging area."""

    @property
    def num_rows(self) -> int:
        """The number of rows."""

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Read all rows; all columns if None."""

    def where(self, key: str, *values: pa.ChunkedArray, columns: Sequence[str] | None = None) -> pa.Table:
        """Read the rows whose string column `key` is in any of `values` (strings, or lists of them), in order."""

    def slice(self, start: int, stop: int) -> TableView:
        """Return a view of rows `start` to `stop`, without reading them."""


@dataclass(frozen=True)
class MemoryView:
    """A `TableView` of a table in memory."""

    table: pa.Table

    @property
    def num_rows(self) -> int:
        """The number of rows."""
        return int(self.table.num_rows)

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the table, or some of its columns."""
        return self.table if columns is None else self.table.select(list(columns))

    def where(self, key: str, *values: pa.ChunkedArray, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows whose `key` is in any of `values`."""
        return self.read(columns).filter(pc.is_in(self.table[key], distinct_strings(*values)))

    def slice(self, start: int, stop: int) -> MemoryView:
        """Return a view of rows `start` to `stop`."""
        return MemoryView(self.table.slice(start, stop - start))


def distinct_strings(*columns: pa.ChunkedArray) -> pa.Array:
    """Return the different strings in columns of strings or of lists of strings, in order of first occurrence."""
    flat = (pc.list_flatten(column) if pa.types.is_list(column.type) else column for column in columns)
    return pc.unique(pa.chunked_array([part for column in flat for part in column.chunks], pa.string()))


def articles_per_chunk(scale: Scale) -> int:
    """Return the rows of a chunk of articles, stories or texts."""
    return scale.chunk_articles


def pairs_per_chunk(scale: Scale) -> int:
    """Return the rows of a chunk of article pairs: many small rows."""
    return scale.chunk_pairs


@dataclass(frozen=True)
class Step:
    """One function of a stage.

    Attributes:
        function: its parameters are named after the tables it reads, and `context` if it needs that; it returns one
            table, or a tuple of them.
        writes: the names of the returned tables, in order.
        chunk_by: the table whose rows the function may receive in chunks; None: it needs all rows.
        chunk_rows: rows of a chunk under a `Scale`.
    """

    function: Callable[..., pa.Table | tuple[pa.Table, ...]]
    writes: tuple[str, ...]
    chunk_by: str | None = None
    chunk_rows: Callable[[Scale], int] = articles_per_chunk

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    @property
    def reads(self) -> tuple[str, ...]:
        """The tables it reads."""
        return tuple(name for name in inspect.signature(self.function).parameters if name != "context")

    def chunks(self, rows: int, scale: Scale) -> list[tuple[int, int]]:
        """Return the first row of each chunk and the one after its last; one empty chunk if there are no rows."""
        size = self.chunk_rows(scale)
        return [(start, min(start + size, rows)) for start in range(0, rows, size)] or [(0, 0)]

    def run(
        self, views: Mapping[str, TableView], context: Context, chunk: tuple[int, int] | None = None
    ) -> dict[str, pa.Table]:
        """Call the function on a chunk, or on all rows if None, and return its tables by name."""
        arguments: dict[str, Any] = {name: views[name] for name in self.reads}
        if self.chunk_by is not None and chunk is not None:
            arguments[self.chunk_by] = views[self.chunk_by].slice(*chunk)
        if "context" in inspect.signature(self.function).parameters:
            arguments["context"] = context
        result = self.function(**arguments)
        return dict(zip(self.writes, result if isinstance(result, tuple) else (result,), strict=True))

    def run_chunks(self, views: Mapping[str, TableView], context: Context) -> dict[str, pa.Table]:
        """Call the function on each chunk of `settings.scale`, so that memory is bounded, and join its tables."""
        if self.chunk_by is None:
            return self.run(views, context)
        rows = views[self.chunk_by].num_rows
        parts = [
            self.run(views, context.count_from(start, rows), (start, stop))
            for start, stop in self.chunks(rows, context.settings.scale)
        ]
        return {name: _concat_chunks([part[name] for part in parts]) for name in self.writes}


def _concat_chunks(parts: Sequence[pa.Table]) -> pa.Table:
    """Concatenate the tables of chunks; an empty one does not decide the schema."""
    return pa.concat_tables([part for part in parts if part.num_rows] or parts[:1])


@dataclass(frozen=True)
class Stage:
    """One arrow of the pipeline.

    Attributes:
        name: a verb, as in the log and on the command line.
        description: what it does, in a few words.
        steps: its steps, in order.
        writes: the tables it hands to later stages or publishes.
        settings: the sections of the configuration that shape its result.
    """

    name: str
    description: str
    steps: tuple[Step, ...]
    writes: tuple[str, ...]
    settings: tuple[str, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        """The tables it needs from earlier stages or from outside, in order of first use."""
        needed: dict[str, None] = {}
        written: set[str] = set()
        for step in self.steps:
            needed |= dict.fromkeys(name for name in step.reads if name not in written)
            written |= set(step.writes)
        return tuple(needed)

    def find_step(self, name: str) -> Step:
        """Return the step of that name."""
        return next(step for step in self.steps if step.name == name)

    def run(
        self, tables: Mapping[str, pa.Table | TableView], context: Context, wanted: Sequence[str] | None = None
    ) -> dict[str, pa.Table]:
        """Run the steps in memory, in chunks of `settings.scale`, one after another.

        Args:
            tables: at least those in `reads`.
            context: what steps know besides.
            wanted: the tables to return, intermediate ones too; steps after the last of them are skipped. None: those
                in `writes`.
        """
        started = clock.perf_counter()
        wanted = self.writes if wanted is None else wanted
        views: dict[str, TableView] = {
            name: MemoryView(table) if isinstance(table, pa.Table) else table
            for name, table in tables.items()
            if name in self.reads
        }
        for step in self.steps:
            if set(wanted) <= views.keys():
                break
            views |= {name: MemoryView(table) for name, table in step.run_chunks(views, context).items()}
        rows, seconds = views[wanted[0]].num_rows, clock.perf_counter() - started
        _log.info("%s: %d rows of %s in %.1f s", self.name, rows, wanted[0], seconds)
        return {name: views[name].read() for name in wanted}
