"""Options and arguments that several commands share, each declared once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError

from newsfold.errors import ConfigError
from newsfold.settings import FIRST_EDITION, LAST_EDITION, TimeZone
from newsfold_flows.cli import log


def _parse_date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a date such as 2013-06-05.") from error
    if not FIRST_EDITION <= day <= LAST_EDITION:
        raise typer.BadParameter(f"{text!r} is not between {FIRST_EDITION} and {LAST_EDITION}.")
    return day


def parse_value(kind: Any, text: str) -> str:
    """Return an option's value as the configuration's checks of this type return it.

    Raises:
        typer.BadParameter: the value means nothing.
    """
    try:
        value: str = TypeAdapter(kind).validate_python(text)
    except ValidationError as error:
        problem = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise typer.BadParameter(f"{problem}.") from error
    return value


def parse_time_zone(text: str) -> str:
    """Return the name of an IANA time zone, checked."""
    return parse_value(TimeZone, text)


def _date_option(flag: str, help_text: str) -> Any:
    return typer.Option(flag, parser=_parse_date, metavar="DATE", help=help_text)


Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Configuration file. Default: the one of the shipped sample."),
]
ConfigOrDefaults = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="Configuration file. Default: the built-in settings.")
]
Store = Annotated[
    str | None,
    typer.Option("--store", metavar="STORE", help="Folder or address of the store. Default: the configuration's."),
]

EditionToRead = Annotated[date | None, _date_option("--edition", "Edition to read. Default: the latest.")]
EditionToMake = Annotated[date | None, _date_option("--edition", "Edition to make. Default: the configuration's.")]
EditionToCheck = Annotated[
    date | None, _date_option("--edition", "Edition whose sources are read. Default: the latest with files.")
]
Since = Annotated[
    date | None, _date_option("--since", "Only stories with articles that editions after this day saw first.")
]
HeldEdition = Annotated[date | None, _date_option("--edition", "The held edition. Default: the only one.")]
FirstEdition = Annotated[date | None, _date_option("--from", "First edition.")]
LastEdition = Annotated[date | None, _date_option("--to", "Last edition, included.")]

Refresh = Annotated[
    bool,
    typer.Option("--refresh", help="Ask the web again for an edition that has asked it before, and add what is new."),
]
Today = Annotated[
    str,
    typer.Option(
        "--timezone",
        parser=parse_time_zone,
        metavar="ZONE",
        help="IANA time zone that decides which day `edition: today` is.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only warnings and errors.")]
Level = Annotated[log.LogLevel, typer.Option("--log-level", help="Least important lines on standard error.")]
Format = Annotated[
    log.LogFormat, typer.Option("--log-format", help="Lines on standard error: text, or a JSON object each.")
]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]

_GOLD = typer.Argument(metavar="GOLD", help="Labelled articles: the columns of `cluster`, and `story`.")
Gold = Annotated[list[Path], _GOLD]
OptionalGold = Annotated[list[Path] | None, _GOLD]

Weight = Annotated[
    list[str] | None,
    typer.Option(
        "--weight",
        metavar="NAME=WEIGHT",
        help="How much a labelled set counts in training, relative to the others; 1 if not given. May be repeated.",
    ),
]


def parse_weights(items: Sequence[str] | None) -> dict[str, float]:
    """Return `NAME=WEIGHT` options as a mapping.

    Raises:
        ConfigError: an item has another form, or its weight is not a positive number.
    """
    weights = {}
    for item in items or ():
        name, _, value = item.rpartition("=")
        try:
            weights[name] = float(value)
        except ValueError:
            weights[name] = math.nan
        if not name or not 0 < weights[name] < math.inf:
            raise ConfigError(f"--weight takes NAME=WEIGHT, such as feeds=6, not {item!r}.")
    return weights


REFERENCES_HELP = "A table of what editors wrote: `story` (as in the gold), `headline`, `summary`."
References = Annotated[Path, typer.Option(metavar="FILE", help=REFERENCES_HELP)]
StoryPattern = Annotated[
    str, typer.Option("--stories", metavar="PATTERN", help="Use only references whose story matches this pattern.")
]
