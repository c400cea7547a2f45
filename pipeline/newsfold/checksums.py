"""Checksums in JSON files, so that a flipped bit in one is noticed, also where the JSON stays valid."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from newsfold.text import compute_digest

_KEY = "checksum"


def add_checksum(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON object with a checksum of all its other keys and values."""
    return {**content, _KEY: _compute_checksum(content)}


def remove_checksum(signed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON object without its checksum, after verifying it; one of earlier versions has none.

    Raises:
        ValueError: the checksum is that of another content.
    """
    content = {name: value for name, value in signed.items() if name != _KEY}
    if _KEY in signed and signed[_KEY] != _compute_checksum(content):
        raise ValueError("it is damaged: its checksum is that of another content")
    return content


def _compute_checksum(content: Mapping[str, Any]) -> str:
    return compute_digest(json.dumps(content, sort_keys=True, ensure_ascii=False))
