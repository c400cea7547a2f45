"""The terminal itself: standard output and standard error, text made safe to print, JSON, and the pager."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import typer
from rich.console import Console, ConsoleDimensions
from rich.markup import escape

from newsfold.sanitize import escape_controls, sanitize_line

_UNLIMITED = 10_000  # columns


class _Console(Console):
    """A console that neither wraps nor cuts lines if they go to a file or another program."""

    @property  # type: ignore[misc] # nothing sets it
    def size(self) -> ConsoleDimensions:
        """The size of the terminal; elsewhere that of COLUMNS, or wide enough for every line."""
        if self.is_terminal or "COLUMNS" in os.environ:
            return super().size
        return ConsoleDimensions(_UNLIMITED, 25)


out = _Console()
err = _Console(stderr=True)


def tolerate_encoding() -> None:
    r"""Let standard output and standard error take characters that the locale's encoding does not have.

    A terminal shows `?` for one; a file or another program, which must not lose any, gets its escape, as `\u2026`.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace" if stream.isatty() else "backslashreplace")


def sanitize(text: str) -> str:
    """Return a text from outside as rich prints it: no markup, no control characters that a terminal would obey."""
    return escape(sanitize_line(text))


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
