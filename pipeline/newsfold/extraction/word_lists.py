"""The word lists and phrase patterns of extraction: YAML files beside the modules that use them.

A list is written plainly or grouped by language (ISO 639-1).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from newsfold.word_lists import load_word_lists


@functools.cache
def load_lists(name: str) -> Mapping[str, Any]:
    """Return the lists of the file `<name>.yaml`, as written there."""
    return load_word_lists(Path(__file__).parent / f"{name}.yaml")


def load_entries(name: str, key: str) -> list[str]:
    """Return the entries of one list, all languages together, in the file's order."""
    return list(_entries(load_lists(name)[key]))


def load_words(name: str, key: str) -> frozenset[str]:
    """Return the entries of a list of words, all languages together."""
    return frozenset(load_entries(name, key))


def load_alternatives(name: str, key: str) -> str:
    """Return a regular expression, `(?:a|b|c)`, that matches any of a list's patterns."""
    return f"(?:{'|'.join(load_entries(name, key))})"


def _entries(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping | list):
        for entries in value.values() if isinstance(value, Mapping) else value:
            yield from _entries(entries)
    else:
        yield value
