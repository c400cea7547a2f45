"""`newsfold sql`: questions to a store in SQL."""

from __future__ import annotations

import itertools
import logging
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from newsfold.errors import ConfigError
from newsfold.settings import load_settings
from newsfold.settings.loading import shipped_file
from newsfold.text import format_count
from newsfold_flows.cli import console, log, options, output

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_ROWS = 1_000  # of a table at a terminal
_MOST_CHARACTERS = 300  # of a cell there
_COLUMN_WIDTH = 12  # at least, on average; where columns would be narrower, each row is a block of lines


class Format(StrEnum):
    """How a result is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"


_FOR_FILES = (Format.PARQUET, Format.XLSX)


def sql(
    query: Annotated[str | None, typer.Argument(help="A query in DuckDB's SQL. Default: list the views.")] = None,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format", help="Format of the result. Default: that of --out; else a table at a terminal, or CSV."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="File to write. Default: standard output.")] = None,
    questions: Annotated[bool, typer.Option("--questions", help="Print ten worked questions to copy from.")] = False,
    edition: options.EditionToRead = None,
    config: options.Config = None,
    store: options.Store = None,
) -> None:
    """Put a question in SQL to a store: its tables are views of one edition, or of all editions.

    `stories` has the stories of the edition; `stories_all` has each story of it and of earlier editions once, from
    the last edition that contains it; `stories_by_edition` has the rows of all these editions. Every table has these
    three views. `new_since(day)` and `lineage_of(story_id)` are table functions. Times are in UTC. A query reads
    nothing but the store, and changes nothing.

    Needs the extra `sql` (`pip install 'newsfold[sql]'`). The SQL is [DuckDB's](https://duckdb.org/docs/sql/).

    Example: `newsfold sql "select headline, n_outlets from stories order by importance desc limit 10"`

    Example: `newsfold sql "from new_since('2013-06-06')" --out new.csv`
    """
    if questions:
        typer.echo(shipped_file("questions.sql").read_text(encoding="utf-8"), nl=False)
        return
    chosen = _choose_format(form, out)
    address = store or load_settings(config).store
    from newsfold.queries import exports
    from newsfold.queries.sql import connect, describe_views, read_query

    connection = connect(address, edition or "latest", external_access=False)
    if query is None or not query.strip():
        _print_views(describe_views())
        return
    result = read_query(connection, query)
    if chosen == Format.TABLE:
        _print_table(result)
        return
    with output.open_output(out or output.STDOUT) as file:
        n_cut = exports.WRITERS[chosen](result, file)
    report_cut_cells(n_cut)


def report_cut_cells(n_cut: int | None) -> None:
    """Warn of the cells that were too long for Excel, if there are any."""
    if n_cut:
        cells = format_count(n_cut, "cell")
        log.report(logging.WARNING, f"{cells} cut at Excel's 32,767 characters; CSV and JSON Lines keep them whole.")


def _choose_format(form: Format | None, out: Path | None) -> Format:
    """Return the format that was asked for, or that of the file.

    Raises:
        ConfigError: the file's name has no such ending, or the format needs a file.
    """
    if out is not None and out != output.STDOUT:
        ending = out.suffix.removeprefix(".").lower()
        if form is None and ending not in set(Format) - {Format.TABLE}:
            endings = ", ".join(f".{name}" for name in Format if name != Format.TABLE)
            raise ConfigError(f"The format of {out} is unclear: name it {endings}, or give --format.")
        chosen = form or Format(ending)
        if chosen == Format.TABLE:
            raise ConfigError("--format table is for terminals; give another one with --out.")
        return chosen
    chosen = form or (Format.TABLE if console.out.is_terminal and out is None else Format.CSV)
    if chosen in _FOR_FILES:
        raise ConfigError(f"--format {chosen} needs a file: give --out result.{chosen}.")
    return chosen


def _print_views(views: dict[str, str]) -> None:
    table = Table("view", "one row is", box=None, header_style="dim", pad_edge=False)
    for name, meaning in views.items():
        table.add_row(name, meaning)
    console.out.print(table, highlight=False, markup=False)
    console.out.print(
        "\nColumns: newsfold sql 'describe stories', newsfold schema   Questions: newsfold sql --questions",
        highlight=False,
        soft_wrap=True,
    )


def _print_table(result: pa.RecordBatchReader) -> None:
    """Print a result as a table, or, if it has many columns, each row as a block of lines."""
    from newsfold.queries.values import iterate_rows

    rows = list(itertools.islice(iterate_rows(result), _MOST_ROWS + 1))
    names = [console.sanitize(name) for name in result.schema.names]
    with console.page_output(enabled=True):
        if len(names) * _COLUMN_WIDTH <= console.out.width:
            table = Table(box=None, header_style="dim", pad_edge=False)
            for at, name in enumerate(names):
                is_number = all(isinstance(row[at], int | float | None) for row in rows)
                table.add_column(name, justify="right" if is_number else "left", overflow="fold")
            for row in rows[:_MOST_ROWS]:
                table.add_row(*map(_format_cell, row))
            console.out.print(table, highlight=False)
        else:
            for number, row in enumerate(rows[:_MOST_ROWS]):
                block = Table.grid(padding=(0, 2, 0, 0))
                block.add_column(style="dim", no_wrap=True)
                for name, value in zip(names, row, strict=True):
                    block.add_row(name, _format_cell(value))
                console.out.print(*([""] if number else []), block, sep="\n", highlight=False)
        if len(rows) > _MOST_ROWS:
            console.out.print(f"\n[dim]{_MOST_ROWS:,} rows shown; there are more. --format csv prints all.[/]")
        elif len(rows) != 1:
            console.out.print(f"\n[dim]{format_count(len(rows), 'row')}[/]", highlight=False)


def _format_cell(value: Any) -> str:
    from rich.markup import escape

    from newsfold.queries.values import to_json
    from newsfold.sanitize import sanitize_line

    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = ", ".join(value)
    elif isinstance(value, bool | list | dict):
        value = to_json(value)
    return escape(sanitize_line(str(value), _MOST_CHARACTERS))
