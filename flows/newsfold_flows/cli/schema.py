"""`newsfold schema`: the data dictionary."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the data dictionary: every published table and column, as Markdown.

    Example: `newsfold schema > tables.md`
    """
    from newsfold.schemas import data_dictionary

    typer.echo(data_dictionary.data_dictionary())
