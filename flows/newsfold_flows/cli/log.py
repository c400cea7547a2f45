"""What a command reports on standard error: plain lines at a terminal, lines with times elsewhere, or JSON.

`newsfold run`, `backfill` and `serve` choose the form and the level by options; other commands print plain lines.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape

import newsfold
import newsfold_flows
from newsfold_flows.cli import console


class LogFormat(StrEnum):
    """How lines are written."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """The least important lines that are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def number(self) -> int:
        """The level of Python's `logging`."""
        return int(getattr(logging, self.name))


@dataclass(frozen=True)
class LogOptions:
    """The options of a command.

    Attributes:
        level: the least important lines that are written.
        format: how they are written.
        timed: whether each line begins with its time.
        quiet: whether the command's result is not printed either.
    """

    level: LogLevel = LogLevel.INFO
    format: LogFormat = LogFormat.TEXT
    timed: bool = False
    quiet: bool = False


_options = LogOptions()
_COLOURS = {logging.WARNING: "yellow", logging.ERROR: "red", logging.CRITICAL: "red"}
_OWN_CODE = tuple(f"{Path(str(package.__file__)).parent}{os.sep}" for package in (newsfold, newsfold_flows))
_log = logging.getLogger(__name__)


def configure(*, quiet: bool = False, level: LogLevel = LogLevel.INFO, log_format: LogFormat = LogFormat.TEXT) -> None:
    """Choose how this command reports; with `quiet`, it prints only warnings, errors and nothing else."""
    global _options
    if quiet and level.number < logging.WARNING:
        level = LogLevel.WARNING
    _options = LogOptions(level, log_format, not console.err.is_terminal, quiet)


def reset() -> None:
    """Report as commands do that have no options for it."""
    global _options
    _options = LogOptions()


def is_quiet() -> bool:
    """Return whether the command's result is not to be printed."""
    return _options.quiet


def shows_bars() -> bool:
    """Return whether progress is shown by bars that move, rather than by lines."""
    return console.err.is_terminal and _options.format is LogFormat.TEXT and _options.level is LogLevel.INFO


def report(level: int, message: str, label: str = "", **fields: Any) -> None:
    """Write a line on standard error.

    Args:
        level: its level, of Python's `logging`.
        message: the line.
        label: a word before it, such as the kind of an error.
        fields: further facts, for JSON.
    """
    if level < _options.level.number:
        return
    if _options.format is LogFormat.JSON:
        typer.echo(format_json(level, message, **({"error": label} if label else {}), **fields), err=True)
        return
    colour = _COLOURS.get(level, "dim")
    text = f"[{colour}]{label}[/] {escape(message)}" if label else f"[{colour}]{escape(message)}[/]"
    if _options.timed:
        text = f"{_format_now()} {logging.getLevelName(level):<7} {text}"
    console.err.print(text, highlight=False, soft_wrap=True)


def format_json(level: int, message: str, **fields: Any) -> str:
    """Return a line of JSON: `time`, `level`, `message`, and further fields."""
    line = {"time": _format_now(), "level": logging.getLevelName(level).lower(), "message": message} | fields
    return json.dumps(line, ensure_ascii=False, default=str)


def _format_now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


class ReportingHandler(logging.Handler):
    """Reports the records of newsfold's own code; those of libraries only at level `debug`."""

    def __init__(self, own_level: int = logging.DEBUG) -> None:
        """Report the records of newsfold's own code from a level on."""
        super().__init__()
        self._own_level = own_level

    def emit(self, record: logging.LogRecord) -> None:
        """Report a record."""
        is_own = record.name.startswith("newsfold") or record.pathname.startswith(_OWN_CODE)
        if _options.level is LogLevel.DEBUG or (is_own and record.levelno >= self._own_level):
            run = {"run": name} if (name := getattr(record, "flow_run_name", None)) else {}
            report(record.levelno, record.getMessage(), **run)


class JsonFormatter(logging.Formatter):
    """Formats a record as a line of JSON, for the log of processes that Prefect starts."""

    def __init__(self, *_: object, **__: object) -> None:
        """Take no format: all lines have the same form."""
        super().__init__()

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        run = {"run": name} if (name := getattr(record, "flow_run_name", None)) else {}
        if record.exc_info:
            run["traceback"] = self.formatException(record.exc_info)
        return format_json(record.levelno, record.getMessage(), logger=record.name, **run)


@contextmanager
def report_library(name: str, level: int = logging.INFO) -> Iterator[None]:
    """Report, while the block runs, what a module of the library logs from a level on."""
    logger, handler = logging.getLogger(name), ReportingHandler()
    before, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False  # the log of the run would report it again
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
        logger.propagate = propagate


@contextmanager
def report_runs() -> Iterator[None]:
    """Report what runs in this process log, instead of Prefect's console; Prefect's pages get it all the same.

    Beside bars that move, only warnings are reported: the bars say the rest.
    """
    importlib.import_module("prefect.main")  # sets up Prefect's log, which would replace the handlers
    from prefect.logging.handlers import PrefectConsoleHandler

    root, handler = logging.getLogger(), ReportingHandler(logging.WARNING if shows_bars() else logging.INFO)
    consoles = [each for each in root.handlers if isinstance(each, PrefectConsoleHandler)]
    level = min(_options.level.number, logging.INFO)
    wanted = {"newsfold": level if level < logging.INFO else logging.WARNING, "newsfold_flows": level, "prefect": level}
    before = {name: logging.getLogger(name).level for name in wanted}
    for each in consoles:
        root.removeHandler(each)
    root.addHandler(handler)
    for name, chosen in wanted.items():
        logging.getLogger(name).setLevel(chosen)
    try:
        yield
    finally:
        root.removeHandler(handler)
        for each in consoles:
            root.addHandler(each)
        for name, earlier in before.items():
            logging.getLogger(name).setLevel(earlier)


def configure_prefect() -> None:
    """Let the processes that Prefect starts log in the chosen form; existing environment variables take precedence.

    To be called before Prefect is imported.
    """
    settings = {
        "PREFECT_LOGGING_LEVEL": _options.level.upper(),
        "PREFECT_LOGGING_FORMATTERS_STANDARD_DATEFMT": "%Y-%m-%dT%H:%M:%S",
    }
    if _options.format is LogFormat.JSON:
        settings["PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER"] = "json"
        settings["PREFECT_LOGGING_FORMATTERS_JSON_CLASS"] = f"{JsonFormatter.__module__}.{JsonFormatter.__name__}"
    for name, value in settings.items():
        os.environ.setdefault(name, value)
