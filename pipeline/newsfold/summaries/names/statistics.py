"""Statistics of names over a window: where they are printed, what they name, and what they are short for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pyarrow as pa

from newsfold.dataflow import TableView
from newsfold.summaries.names.mentions import Mention, fold_name
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
    """The rows of `window_names` that some stories need.

    Args:
        window_names: the table.
        stories: the stories.
    """

    def __init__(self, window_names: TableView, stories: Iterable[Story]) -> None:
        short_places = load_name_words("en").short_places
        keys = {key for story in stories for a in story.central_originals for m in a.mentions for key in list_keys(m)}
        keys |= {fold_name(short_places[key]) for key in keys & short_places.keys()}
        self._rows = self._read(window_names, keys)
        # A short name is described as the full one, which the stories may not print.
        self._rows |= self._read(window_names, {fold_name(row.full) for row in self._rows.values() if row.full} - keys)

    def _read(self, window_names: TableView, keys: set[str]) -> dict[tuple[str, str], NameRow]:
        rows = window_names.where("name", pa.chunked_array([pa.array(sorted(keys), pa.string())]))
        columns = [rows[name].to_pylist() for name in ("language", "name", *NameRow._fields)]
        return {(language, name): NameRow(*row) for language, name, *row in zip(*columns, strict=True)}

    def find(self, name: str, language: str) -> NameRow:
        """Return what the window knows of a folded name."""
        return self._rows.get((language, name), UNKNOWN)

    def is_programme(self, name: str, language: str) -> bool:
        """Return whether one outlet alone prints a name, and often: its programme, column or label."""
        row = self.find(name, language)
        is_often = row.texts >= _MIN_PROGRAMME_TEXTS and row.outlet_share >= _PROGRAMME_SHARE
        return is_often and row.outlets == 1 and not row.persons


def list_keys(mention: Mention) -> list[str]:
    """Return the folded names that a mention may be: all runs of its words."""
    if " " not in mention.key:
        return [mention.key]
    words = mention.key.split(" ")
    n = len(words)
    return [" ".join(words[i:j]) for i in range(n) for j in range(i + 1, n + 1)]
