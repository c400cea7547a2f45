"""Models as JSON files with a checksum, so that no flipped bit changes a result unnoticed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsfold.errors import ModelError
from newsfold.text import compute_digest

REINSTALL = "(if it came with newsfold) install newsfold again, with pip's option `--force-reinstall`"
_CHECKSUM = "checksum"


def write_model(path: Path, content: Mapping[str, Any]) -> None:
    """Write a model as JSON with its checksum; the same content gives the same bytes."""
    signed = add_checksum(content)
    path.write_text(json.dumps(signed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_model(path: Path) -> dict[str, Any]:
    """Read a model that `write_model` wrote.

    Raises:
        OSError: the file is missing or cannot be read.
        ValueError: it is no JSON object.
        ModelError: it is damaged.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError("it is no JSON object")
    return verify_checksum(path, content)


def add_checksum(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content with a checksum of all of it."""
    return {**content, _CHECKSUM: _compute_checksum(content)}


def verify_checksum(path: Path, signed: dict[str, Any]) -> dict[str, Any]:
    """Return the content without its checksum; files of earlier versions have none.

    Raises:
        ModelError: the checksum is that of another content.
    """
    content = {name: value for name, value in signed.items() if name != _CHECKSUM}
    if _CHECKSUM in signed and signed[_CHECKSUM] != _compute_checksum(content):
        raise ModelError(
            f"{path} is damaged: its content does not have the checksum that it names. Restore it, train it again, or "
            f"{REINSTALL}."
        )
    return content


def _compute_checksum(content: Mapping[str, Any]) -> str:
    return compute_digest(json.dumps(content, sort_keys=True, ensure_ascii=False))
