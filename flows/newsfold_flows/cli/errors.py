"""Exit codes of the `newsfold` command, and how an expected error becomes one of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer

from newsfold.errors import ConfigError, NewsfoldError
from newsfold.failures import translate_machine_errors
from newsfold_flows.cli import log


class ExitCode(IntEnum):
    """What a program that starts `newsfold` learns from its exit code."""

    DONE = 0
    FAILED = 1
    USAGE = 2  # wrong usage or configuration; Typer exits with the same code
    INCOMPLETE = 3  # published, but at least one source failed
    HELD = 4  # the quality gate holds an edition in staging


@contextmanager
def report_errors() -> Iterator[None]:
    """Print an expected error as one message and exit with its code; anything else is a bug and keeps its traceback.

    Raises:
        typer.Exit: a `NewsfoldError` was raised in the block.
    """
    try:
        with translate_machine_errors("The command"):
            yield
    except NewsfoldError as error:
        log.report(logging.ERROR, str(error), type(error).__name__)
        raise typer.Exit(ExitCode.USAGE if isinstance(error, ConfigError) else ExitCode.FAILED) from error
