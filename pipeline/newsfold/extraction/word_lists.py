"""Word lists and phrase patterns, kept as YAML beside the modules that use them.

A list is written plainly or grouped by language (ISO 639-1). Which languages there are makes no difference to the code:
to support another one, add its entries to the files.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # five times faster, missing from some builds


@functools.cache
def load_lists(name: str) -> Mapping[str, Any]:
    """Return the lists of the file `<name>.yaml`, as written there.

    Raises:
        TypeError: an entry is not text; YAML reads a bare `no` as false and a bare `19` as a number.
    """
    written = (Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    lists: Mapping[str, Any] = yaml.load(written, _Loader)  # noqa: S506 - both loaders are safe
    for key, value in lists.items():
        for entry in _entries(value):
            if not isinstance(entry, str):
                raise TypeError(f"{name}.yaml: {entry!r} under `{key}` is not text; put it in quotes")
    return lists


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
    if isinstance(value, Mapping):
        value = [entry for entries in value.values() for entry in _entries(entries)]
    yield from value if isinstance(value, list) else [value]
