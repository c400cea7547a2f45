"""Options that several verbs of the command line take."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

First = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="The first edition.")
]
Last = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], metavar="DATE", help="The last edition.")]
