"""`newsfold export`: a table of an edition for a spreadsheet, or for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsfold.errors import ConfigError
from newsfold.settings import load_settings
from newsfold.text import format_count
from newsfold_flows.cli import console, options, output
from newsfold_flows.cli.sql import report_cut_cells


def export(
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="CSV to write; `-`: standard output.")
    ] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="Excel workbook to write.")] = None,
    jsonl: Annotated[
        Path | None, typer.Option("--jsonl", metavar="FILE", help="JSON Lines to write; `-`: standard output.")
    ] = None,
    table: Annotated[str, typer.Option("--table", help="A table of the data dictionary, or `runs`.")] = "stories",
    edition: options.EditionToRead = None,
    config: options.Config = None,
    store: options.Store = None,
) -> None:
    """Write a table of an edition, its stories by default, as CSV, as an Excel workbook or as JSON Lines.

    Stories come by importance, news first. In CSV and Excel, lists are JSON, and no cell is a formula, whatever an
    outlet has written. Times are in UTC. `newsfold sql --out` writes the result of any query.

    Excel workbooks need the extra `xlsx` (`pip install 'newsfold[xlsx]'`).

    Example: `newsfold export --csv stories.csv`

    Example: `newsfold export --xlsx articles.xlsx --table story_articles --edition 2013-06-06`
    """
    files = {"csv": csv, "xlsx": xlsx, "jsonl": jsonl}
    if not any(files.values()):
        raise ConfigError("Name a file to write: --csv FILE, --xlsx FILE or --jsonl FILE.")
    if xlsx == output.STDOUT:
        raise ConfigError("An Excel workbook cannot go to standard output: give --xlsx FILE.")
    from newsfold.queries import exports
    from newsfold.schemas.importance import rank_stories
    from newsfold.store import load

    rows = load(store or load_settings(config).store, table, edition or "latest")
    if table == "stories":
        rows = rank_stories(rows)
    for form, path in files.items():
        if path is None:
            continue
        with output.open_output(path) as file:
            report_cut_cells(exports.WRITERS[form](rows.to_reader(), file))
        if path != output.STDOUT:
            written = f"{format_count(rows.num_rows, 'row')} of {table}: {path}"
            console.err.print(written, highlight=False, markup=False, soft_wrap=True)
