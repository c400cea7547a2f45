"""`newsfold digest`: an edition as one HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsfold.settings import load_settings
from newsfold.text import format_count
from newsfold_flows.cli import console, options


def digest(
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Page to write; `{edition_date}` in its name is replaced by the date.")
    ] = Path("digest.html"),
    edition: options.EditionToRead = None,
    top: Annotated[
        int, typer.Option(min=1, help="Number of stories; news, and stories of several articles, come first.")
    ] = 2_000,
    alone: Annotated[bool, typer.Option("--alone", help="This page only, without links to other editions.")] = False,
    config: options.Config = None,
    store: options.Store = None,
) -> None:
    """Write an edition as one HTML page: ranked stories, what is new, names, copies, search and filters.

    News and analysis come first, by importance; opinion, live blogs, roundups and other kinds stand in a section of
    their own, which the filter by kind opens.

    The page needs no network and no server. It links to the pages of the editions before and after it
    (`digest-2013-06-05.html`), which are written beside it.

    Example: `newsfold digest --out 'pages/{edition_date}.html'`, night after night, makes a folder of linked pages.
    """
    from newsfold import digest

    address = store or load_settings(config).store
    written, files = digest.write_pages(address, out, edition or "latest", top, alone=alone)
    total = len(written.stories)
    console.out.print(
        f"Edition {written.edition}, {min(top, total):,} of {format_count(total, 'story')}: {files[0]}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    if len(files) > 1:
        others = ", ".join(file.name for file in files[1:])
        console.out.print(f"Beside it: {others}", style="dim", highlight=False, markup=False, soft_wrap=True)
