"""`newsfold digest`: an edition as one HTML page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from newsfold import settings
from newsfold_flows.cli import console


def digest(
    out: Annotated[
        Path, typer.Option(help="The page to write; `{edition_date}` in its name stands for the edition.")
    ] = Path("digest.html"),
    edition: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE")] = None,
    top: Annotated[int, typer.Option(min=1, help="How many stories, those of several articles first.")] = 2_000,
    alone: Annotated[bool, typer.Option("--alone", help="This page only, without links to other editions.")] = False,
    config: Annotated[Path | None, typer.Option(help="Configuration file; the shipped sample's if left out.")] = None,
    store: Annotated[str | None, typer.Option(help="Where editions lie; the configuration's if left out.")] = None,
) -> None:
    """Write an edition as one HTML page: ranked stories, what is new, who copied whom, search and filters.

    The page needs nothing else: no network, no server. Beside it lie the pages of the editions before and after
    (`digest-2013-06-05.html`), which it links to; `--out 'pages/{edition_date}.html'`, night after night, makes a
    folder of linked pages.
    """
    from newsfold import digest as pages

    address = store or settings.load_settings(config).store
    told, written = pages.write(address, out, edition.date() if edition else "latest", top, alone=alone)
    console.console.print(
        f"Edition {told.edition}, {min(top, len(told.stories)):,} of {len(told.stories):,} stories: {written[0]}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    if len(written) > 1:
        others = ", ".join(file.name for file in written[1:])
        console.console.print(f"Beside it: {others}", style="dim", highlight=False, markup=False, soft_wrap=True)
