"""`newsfold notebook`: a ready notebook on a store."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from newsfold import settings
from newsfold_flows.cli import console


def notebook(
    out: Annotated[Path, typer.Option(help="The notebook to write.")] = Path("explore.ipynb"),
    edition: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE")] = None,
    execute: Annotated[bool, typer.Option("--execute", help="Run it, and keep its tables and plots in it.")] = False,
    config: Annotated[Path | None, typer.Option(help="Configuration file; the shipped sample's if left out.")] = None,
    store: Annotated[str | None, typer.Option(help="Where editions lie; the configuration's if left out.")] = None,
) -> None:
    """Write a notebook that puts ten questions to an edition: top stories, growth, firsts, copies, blind spots.

    Needs the extra `notebook` (`pip install 'newsfold[notebook]'`); open it with Jupyter, VS Code or any other.
    """
    from newsfold import notebook as ready

    made = ready.explore(store or settings.load_settings(config).store, edition.date() if edition else "latest")
    if execute:
        with console.watching() as watcher:
            watcher.started("notebook", "run every cell")
            made = ready.execute(made, out.resolve().parent)
    ready.write(made, out)
    console.console.print(f"Notebook: {out}", highlight=False, markup=False, soft_wrap=True)
