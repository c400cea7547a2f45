"""Statistics of names over a window: where they are printed, what they name, and what they are short for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from newsfold.summaries.names.split_runs import fold_name
from newsfold.summaries.names.words import load_name_words
from newsfold.summaries.stories import Story

_PROGRAMME_SHARE = 0.15  # of its outlet's originals
_MIN_PROGRAMME_TEXTS = 4


class NameRow(NamedTuple):
    """What a window knows of a name; the columns of `window_names`."""

    form: str
    texts: int
    persons: int
    places: int
    definite: int
    outlets: int
    outlet_share: float
    full: str


UNKNOWN = NameRow("", 0, 0, 0, 0, 0, 0.0, "")


class NameStatistics:
    """The rows of `window_names` that some stories need; `load` reads them.

    Args:
        window_names: the table.
    """

    def __init__(self, window_names: pa.Table) -> None:
        self._table = window_names
        self._mentions: set[str] = set()
        self._loaded: set[str] = set()
        self._rows: defaultdict[str, dict[str, NameRow]] = defaultdict(dict)

    def load(self, stories: Iterable[Story]) -> None:
        """Look up all that describing some stories may ask for."""
        short_places = load_name_words("en").short_places
        mentions = {m.key for story in stories for a in story.central_originals for m in a.mentions}
        keys = {key for name in mentions - self._mentions for key in list_keys(name)}
        self._mentions |= mentions
        keys |= {fold_name(short_places[key]) for key in keys & short_places.keys()}
        found = self._look_up(keys)
        # A short name is described as the full one, which the stories may not print.
        self._look_up({fold_name(row.full) for row in found if row.full})

    def _look_up(self, keys: set[str]) -> list[NameRow]:
        new = keys - self._loaded
        self._loaded |= new
        rows = self._table.filter(pc.is_in(self._table["name"], pa.array(sorted(new), pa.string())))
        columns = [rows[name].to_pylist() for name in ("language", "name", *NameRow._fields)]
        found = []
        for language, name, *values in zip(*columns, strict=True):
            self._rows[language][name] = row = NameRow(*values)
            found.append(row)
        return found

    def rows(self, language: str) -> Mapping[str, NameRow]:
        """Return what the window knows of the names of a language, by folded name; `load` adds to them."""
        return self._rows[language]


def is_programme(row: NameRow) -> bool:
    """Return whether one outlet alone prints a name, and often: its programme, column or label."""
    is_often = row.texts >= _MIN_PROGRAMME_TEXTS and row.outlet_share >= _PROGRAMME_SHARE
    return row.outlets == 1 and is_often and not row.persons


def list_keys(name: str) -> list[str]:
    """Return the folded names that a folded name may be: all runs of its words."""
    if " " not in name:
        return [name]
    words = name.split(" ")
    n = len(words)
    return [" ".join(words[i:j]) for i in range(n) for j in range(i + 1, n + 1)]
