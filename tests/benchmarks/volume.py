"""Articles without end: a table of articles, repeated with other words.

In each repetition every name, number and fourth word is replaced by another one, consistently, so stories stay stories
and no repetition is a copy of another.
"""

from __future__ import annotations

import random
import re

import pyarrow as pa

_WORD = re.compile(r"[^\W_]+")


def repeat_renamed(table: pa.Table, size: int) -> pa.Table:
    """Return `size` articles: those of the table, then repetitions with renamed words."""
    repetitions = []
    vocabulary = sorted({word for text in table["text"].slice(0, 500).to_pylist() for word in _WORD.findall(text)})
    for repetition in range(-(-size // table.num_rows)):
        part = table.slice(0, min(table.num_rows, size - repetition * table.num_rows))
        if repetition:
            renaming = WordRenaming(repetition, vocabulary)
            for name in {"title", "text"} & set(part.column_names):
                renamed = [renaming.rename(each or "") for each in part[name].to_pylist()]
                part = part.set_column(part.schema.get_field_index(name), name, pa.array(renamed))
            for name in {"id", "url", "story"} & set(part.column_names):  # a story of each repetition
                renamed_ids = [each and f"{each}?repetition={repetition}" for each in part[name].to_pylist()]
                part = part.set_column(part.schema.get_field_index(name), name, pa.array(renamed_ids, pa.string()))
        repetitions.append(part)
    return pa.concat_tables(repetitions, promote_options="permissive")


class WordRenaming(dict[str, str]):
    """A consistent replacement of words."""

    def __init__(self, repetition: int, vocabulary: list[str]) -> None:
        super().__init__()
        self._repetition = repetition
        self._names = [word for word in vocabulary if word[0].isupper()]
        self._others = [word for word in vocabulary if not word[0].isupper()]

    def __missing__(self, word: str) -> str:
        draw = random.Random(f"{self._repetition} {word}")
        if word.isdigit():
            name = str(draw.randrange(10 ** len(word)))
        elif word[0].isupper() and len(word) > 1:
            name = draw.choice(self._names)
        else:
            name = draw.choice(self._others) if draw.random() < 0.25 else word
        self[word] = name
        return name

    def rename(self, text: str) -> str:
        """Return a text with its words replaced."""
        return _WORD.sub(lambda match: self[match[0]], text)
