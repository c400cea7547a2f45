"""Models as JSON files with a checksum, so that no flipped bit changes a result unnoticed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from newsfold.checksums import add_checksum, remove_checksum
from newsfold.errors import ModelError

Model = TypeVar("Model")
REINSTALL = "(if it came with newsfold) install newsfold again, with pip's option `--force-reinstall`"


def write_model(path: Path, content: Mapping[str, Any]) -> None:
    """Write a model as JSON with its checksum; the same content gives the same bytes."""
    text = json.dumps(add_checksum(content), indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def read_model(path: Path) -> dict[str, Any]:
    """Read a model that `write_model` wrote.

    Raises:
        OSError: the file is missing or cannot be read.
        ValueError: it is not a JSON object.
        ModelError: it is damaged.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError("it is not a JSON object")
    return verify_model(path, content)


def load_model(
    path: Path, parse: Callable[[Mapping[str, Any]], Model], *, kind: str, file_format: str, setting: str, command: str
) -> Model:
    """Load a model that a command of newsfold wrote.

    Args:
        path: its file.
        parse: builds the model from the file's content.
        kind: what it is, for messages: `pair scorer`.
        file_format: the `format` that the file must state.
        setting: the setting that names it.
        command: the command that trains it.

    Raises:
        ModelError: the file is missing or damaged, is of another kind, or of another version of newsfold.
    """
    try:
        content = read_model(path)
        if content["format"] != file_format:
            raise ModelError(
                f"{path} is a {content['format']!r}; this version of newsfold reads {file_format!r}. Train it again "
                f"with `{command}`."
            )
        return parse(content)
    except FileNotFoundError as error:
        raise ModelError(
            f"There is no {kind} {path}. Set {setting} to `default` or to a file of `{command}`."
        ) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is not a {kind} written by `{command}`: {error!r}") from error


def verify_model(path: Path, signed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a model's file says of it, without its checksum.

    Raises:
        ModelError: the checksum is that of another content.
    """
    try:
        return remove_checksum(signed)
    except ValueError as error:
        raise ModelError(f"{path} cannot be used, {error}. Restore it, train it again, or {REINSTALL}.") from error
