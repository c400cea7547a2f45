"""What a stage is made of: steps, some of which work on chunks of a table, anywhere and in any order.

A stage is one step on whole tables, or several of them one after another. A step with `over` is run once for each
chunk of that table's rows; what the chunks give, one after another, is what the whole would have given. Such a step
is a pure function of its chunk, and of what it reads beside it: no chunk knows of another, so they may be computed in
threads, in processes or on other machines, and computed again where one is lost. What needs all of them together is a
step of its own, on thin tables: ids, digests, counts and edges, never texts or vectors.

Two walkers follow these declarations: `Stage.run` here, in memory, and `newsfold_flows.runner`, which hands each chunk
to a task runner and keeps what it gives in the run's staging area.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Protocol, overload

import pyarrow as pa
import pyarrow.compute as pc

from newsfold.settings import Settings

Tables = Mapping[str, pa.Table]
Progress = Callable[[str, int, int], None]  # stage, done, to do


def silent(stage: str, done: int, total: int) -> None:
    """A progress that nobody watches."""


@dataclass(frozen=True)
class Context:
    """What every stage may know besides its tables."""

    settings: Settings
    edition: date
    seen_at: datetime
    progress: Progress = silent


def end_of(edition: date) -> datetime:
    """When an edition saw its new articles: the end of its day, so that reruns agree."""
    return datetime.combine(edition, time(23, 59, 59), UTC)


@dataclass(frozen=True)
class Selection:
    """The rows of a table that a chunk needs: those whose `key` stands in one of the chunk's columns `named_in`.

    Such a column holds strings, or lists of them.
    """

    key: str
    named_in: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One function of a stage.

    Attributes:
        name: what it does, in a word.
        run: the function; with `over` it is given a chunk and gives that chunk's rows.
        reads: the tables that it is given whole.
        writes: the tables that it gives.
        over: the table that it is given in chunks of rows.
        unit: chunks begin at multiples of so many rows, where that shapes what comes out.
        pairs: whether that table's rows are pairs: many small ones.
        beside: the tables of which a chunk is given some rows only.
        abreast: tables of as many rows as that one, of which a chunk is given the same rows.
        along: a table that the function is given in slices, as its third argument; one is read when it is asked for.
        slice_rows: rows of a slice.
        columns: of some tables, the columns that it needs; all where a table is not named.
    """

    name: str
    run: Callable[..., Tables]
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    over: str | None = None
    unit: int = 1
    pairs: bool = False
    beside: Mapping[str, Selection] = field(default_factory=dict)
    abreast: tuple[str, ...] = ()
    along: str | None = None
    slice_rows: int = 0
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def asks(self) -> set[str]:
        """The tables of which it is given anything."""
        return {*self.reads, *self.abreast, *self.beside, *filter(None, (self.over, self.along))}

    def chunks(self, rows: int, size: int) -> list[tuple[int, int]]:
        """Where chunks of about `size` rows begin and end; one empty chunk where there are no rows."""
        size = max(self.unit, size // self.unit * self.unit)
        return [(start, min(start + size, rows)) for start in range(0, rows, size)] or [(0, 0)]


class Shelf(Protocol):
    """Where a step's tables are taken from: memory, or a run's staging area."""

    def rows(self, name: str) -> int:
        """How many rows a table has."""

    def whole(self, name: str, columns: Sequence[str] | None) -> pa.Table:
        """A table."""

    def part(self, name: str, start: int, stop: int, columns: Sequence[str] | None) -> pa.Table:
        """Some of its rows, by number."""

    def where(self, name: str, key: str, values: pa.Array, columns: Sequence[str] | None) -> pa.Table:
        """The rows whose `key` is among some strings, in their order."""


def taken(step: Step, shelf: Shelf, chunk: tuple[int, int] | None) -> dict[str, pa.Table]:
    """The tables that a step is given: for a chunk (its first row, and the one after its last), or without one."""
    tables = {name: shelf.whole(name, step.columns.get(name)) for name in step.reads}
    if step.over is None or chunk is None:
        return tables
    for name in (step.over, *step.abreast):
        tables[name] = shelf.part(name, *chunk, step.columns.get(name))
    own = tables[step.over]
    for name, chosen in step.beside.items():
        tables[name] = shelf.where(name, chosen.key, _named(own, chosen), step.columns.get(name))
    return tables


def _named(chunk: pa.Table, chosen: Selection) -> pa.Array:
    columns = (chunk[name] for name in chosen.named_in)
    flat = (pc.list_flatten(each) if pa.types.is_list(each.type) else each for each in columns)
    return pc.unique(pa.chunked_array([piece for column in flat for piece in column.chunks], pa.string()))


def done(step: Step, shelf: Shelf, chunk: tuple[int, int] | None, context: Context) -> Tables:
    """Run a step on a chunk, or without one."""
    tables = taken(step, shelf, chunk)
    if step.along is None:
        return step.run(tables, context)
    return step.run(tables, context, _Slices(shelf, step.along, step.slice_rows, step.columns.get(step.along)))


@dataclass(frozen=True)
class _Slices(Sequence[pa.Table]):
    """A table in slices, each read when it is asked for."""

    shelf: Shelf
    name: str
    size: int
    columns: tuple[str, ...] | None

    def __len__(self) -> int:
        return math.ceil(self.shelf.rows(self.name) / self.size)

    @overload
    def __getitem__(self, number: int) -> pa.Table: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[pa.Table]: ...
    def __getitem__(self, number: int | slice) -> pa.Table | Sequence[pa.Table]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        start = number * self.size
        return self.shelf.part(self.name, start, min(start + self.size, self.shelf.rows(self.name)), self.columns)


@dataclass(frozen=True)
class Stage:
    """One arrow of the pipeline: its work, its tables and the settings that shape it.

    Attributes:
        name: its name.
        does: what it does, for people.
        work: its steps, or one function of whole tables.
        reads: the tables it reads, of those that are there before it.
        writes: the tables it gives to later stages.
        uses: the settings that shape it.
    """

    name: str
    does: str
    work: Callable[[Tables, Context], Tables] | tuple[Step, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    uses: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """What it consists of, in order."""
        return self.work if isinstance(self.work, tuple) else (Step("all", self.work, self.reads, self.writes),)

    def columns(self, name: str) -> list[str] | None:
        """The columns of a table that its steps need; None where one of them needs all."""
        needed: set[str] = set()
        for step in self.steps:
            if name in step.asks:
                if name not in step.columns:
                    return None
                needed.update(step.columns[name], [step.beside[name].key] if name in step.beside else [])
        return sorted(needed)

    def run(self, tables: Tables, context: Context, size: int | None = None) -> dict[str, pa.Table]:
        """Run the steps in memory.

        Args:
            tables: those that the stage reads, at least.
            context: what else it knows.
            size: rows of a chunk; each table in one where None. It changes nothing of what comes out.

        Returns:
            The tables that it writes.
        """
        there = _Memory(dict(tables))
        for step in self.steps:
            if step.over is None:
                there.tables |= done(step, there, None, context)
                continue
            rows = there.rows(step.over)
            given = [done(step, there, chunk, context) for chunk in step.chunks(rows, size or rows)]
            there.tables |= {name: joined([tables[name] for tables in given]) for name in step.writes}
        return {name: there.tables[name] for name in self.writes}


def joined(parts: Sequence[pa.Table]) -> pa.Table:
    """What chunks gave, at least one, as one table; an empty part says nothing of the others' schema."""
    filled = [part for part in parts if part.num_rows]
    return pa.concat_tables(filled) if filled else parts[0]


@dataclass
class _Memory:
    tables: dict[str, pa.Table]

    def rows(self, name: str) -> int:
        return int(self.tables[name].num_rows)

    def whole(self, name: str, columns: Sequence[str] | None) -> pa.Table:
        return self.tables[name] if columns is None else self.tables[name].select(list(columns))

    def part(self, name: str, start: int, stop: int, columns: Sequence[str] | None) -> pa.Table:
        return self.whole(name, columns).slice(start, stop - start)

    def where(self, name: str, key: str, values: pa.Array, columns: Sequence[str] | None) -> pa.Table:
        return self.whole(name, columns).filter(pc.is_in(self.tables[name][key], values))
