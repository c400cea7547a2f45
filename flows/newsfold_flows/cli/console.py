"""The terminal itself: standard output and standard error, text made safe to print, JSON, and the pager."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.markup import escape

from newsfold.sanitize import escape_controls, sanitize_line

out = Console()
err = Console(stderr=True)


def sanitize(text: str) -> str:
    """Return a text from outside as rich prints it: no markup, no control characters that a terminal would obey."""
    return escape(sanitize_line(text))


@contextmanager
def print_log(name: str) -> Iterator[None]:
    """Print on standard error, while the block runs, what a module of the library logs from level INFO on."""
    logger = logging.getLogger(name)
    handler = RichHandler(console=err, show_time=False, show_level=False, show_path=False)
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False  # Prefect's log would print it again
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate


def print_json(content: Mapping[str, Any]) -> None:
    """Print JSON for other programs: not coloured or wrapped, without control characters, dates as in ISO 8601."""
    typer.echo(escape_controls(json.dumps(content, indent=1, ensure_ascii=False, default=_encode_date)))


@contextmanager
def page_output(enabled: bool) -> Iterator[None]:
    """Send the block's output through a pager, if it is wanted and standard output is a terminal."""
    if not (enabled and out.is_terminal):
        yield
        return
    os.environ.setdefault("LESS", "FRX")  # less: keep colours, and exit at once if everything fits the screen
    with out.pager(styles=True):
        yield


def _encode_date(value: object) -> str:
    if isinstance(value, date):  # a datetime is a date, too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
