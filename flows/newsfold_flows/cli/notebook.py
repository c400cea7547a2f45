"""`newsfold notebook`: a ready notebook on a store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsfold.settings import load_settings
from newsfold_flows.cli import console, options, progress_bars


def notebook(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Notebook to write.")] = Path("explore.ipynb"),
    edition: options.EditionToRead = None,
    execute: Annotated[bool, typer.Option("--execute", help="Run it, and keep its tables and plots in it.")] = False,
    config: options.Config = None,
    store: options.Store = None,
) -> None:
    """Write a notebook that puts thirteen questions to an edition: top stories, growth, firsts, names, blind spots.

    It ranks news and analysis; its first cell says which kinds of stories, and you can change that.

    Needs the extra `notebook` (`pip install 'newsfold[notebook]'`), and `interactive` for a map to explore. Open it
    with Jupyter or VS Code.

    Example: `newsfold notebook --out explore.ipynb --execute`
    """
    from newsfold import notebook

    document = notebook.build_notebook(store or load_settings(config).store, edition or "latest")
    if execute:
        with progress_bars.show_progress() as reporter:
            reporter.start_stage("notebook", "run every cell")
            document = notebook.execute_notebook(document, out.resolve().parent)
    notebook.write_notebook(document, out)
    console.out.print(f"Notebook: {out}", highlight=False, markup=False, soft_wrap=True)
