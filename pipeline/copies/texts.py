"""The distinct texts of the articles as sets of hashed shingles, and what makes two texts equal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline import text
from pipeline.settings import Copies

STANDING_WORDS = 80  # shorter bodies are often standing texts ("Follow us on …"): titles must agree
UNKNOWN_OUTLET = "unknown"

Row = dict[str, Any]
Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]


class _WordHashes(dict[str, int]):
    """64-bit hashes of words, the same in every process (unlike `hash`)."""

    def __missing__(self, word: str) -> int:
        value = self[word] = int(text.digest(word)[:16], 16)
        return value


def _shingles(word_hashes: Hashes) -> Ints:
    """The distinct hashed 3-word shingles of a text, ascending, 62 bits each."""
    mixed = word_hashes[:-2] * np.uint64(0x9E3779B97F4A7C15)
    mixed += word_hashes[1:-1] * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed += word_hashes[2:] * np.uint64(0x165667B19E3779F9)
    mixed ^= mixed >> np.uint64(31)
    mixed *= np.uint64(0xD6E8FEB86659FD93)
    mixed ^= mixed >> np.uint64(32)
    return np.unique(mixed >> np.uint64(2)).astype(np.int64)


@dataclass(frozen=True)
class Texts:
    """The distinct texts ("nodes") of the articles, with the shingles of those long enough."""

    node: Ints  # (articles,) the text of each article; equal texts share one
    n_words: Ints  # (nodes,) words of the body
    first: Ints  # (nodes,) the first article with this text
    shingles: sparse.csr_matrix  # (nodes × hashes) ones; a row is empty where no copy can be near
    titles: list[list[str]]  # (articles,) title words

    @classmethod
    def read(cls, rows: Sequence[Row], settings: Copies) -> Texts:
        """The texts of article rows, numbered in the order in which they first occur."""
        hashes = _WordHashes()
        shingles: dict[str, Ints] = {}
        lengths: dict[str, int] = {}
        digests: list[str] = []
        titles: list[list[str]] = []
        for row in rows:
            words = text.words(row["body"])
            titles.append(text.words(row["title"]))
            key = text.digest(" ".join(words))
            digests.append(key)
            if key not in lengths:
                lengths[key] = len(words)
                if len(words) >= settings.min_words:
                    hashed = np.fromiter(map(hashes.__getitem__, words), np.uint64, len(words))
                    shingles[key] = _shingles(hashed)
        keys = _text_keys(rows, titles, digests, lengths, settings)
        numbers: dict[tuple[str, ...], int] = {}
        node = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
        first = np.unique(node, return_index=True)[1].astype(np.int64)
        nothing = np.zeros(0, np.int64)
        parts = [shingles[key[1]] if key[0] == "body" else nothing for key in numbers]
        indices = np.concatenate([nothing, *parts])
        indptr = np.concatenate([[0], np.cumsum([len(part) for part in parts], dtype=np.int64)])
        ones = np.ones(len(indices), np.int8)
        matrix = sparse.csr_matrix((ones, indices, indptr), shape=(len(parts), 2**62))
        n_words = np.array([lengths[digests[article]] for article in first], dtype=np.int64)
        return cls(node, n_words, first, matrix, titles)


def _text_keys(
    rows: Sequence[Row], titles: Sequence[list[str]], digests: Sequence[str], lengths: dict[str, int], settings: Copies
) -> list[tuple[str, ...]]:
    """What must be equal for two articles to hold one text: the body, or where it is short, all."""
    sharing: dict[str, list[int]] = defaultdict(list)
    for article, key in enumerate(digests):
        sharing[key].append(article)
    standing = {
        key
        for key, members in sharing.items()
        if len(members) > 1 and lengths[key] < STANDING_WORDS and _is_standing(members, rows, titles)
    }
    keys: list[tuple[str, ...]] = []
    for article, key in enumerate(digests):
        if lengths[key] >= settings.min_words and key not in standing:
            keys.append(("body", key))
        elif lengths[key] + len(titles[article]) >= settings.min_words // 2:
            keys.append(("both", key, " ".join(titles[article])))
        else:
            keys.append(("alone", rows[article]["article_id"]))
    return _split_recurring(rows, keys)


def _is_standing(members: Sequence[int], rows: Sequence[Row], titles: Sequence[list[str]]) -> bool:
    """Whether one outlet prints this short body under different titles: a rubric, not a report."""
    title_of: dict[str, list[str]] = {}
    for article in members:
        outlet = rows[article]["outlet"]
        if outlet != UNKNOWN_OUTLET:
            known = title_of.setdefault(outlet, titles[article])
            if not titles_agree(known, titles[article]):
                return True
    return False


def titles_agree(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether titles (as words) can head one text: no other numbers, half of the words shared."""
    a, b = set(left), set(right)
    if not a or not b:
        return True
    numbers = {word for word in a ^ b if word.isdigit()}
    return not numbers and len(a & b) * 2 >= min(len(a), len(b))


def _split_recurring(rows: Sequence[Row], keys: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Sets short texts apart by day where one outlet prints them on several: daily items."""
    days: dict[tuple[tuple[str, ...], str], set[str]] = defaultdict(set)
    for row, key in zip(rows, keys, strict=True):
        if key[0] == "both" and row["outlet"] != UNKNOWN_OUTLET and row["published_at"]:
            days[key, row["outlet"]].add(row["published_at"].date().isoformat())
    recurring = {key for (key, _), found in days.items() if len(found) > 1}
    return [
        (*key, str(row["published_at"] and row["published_at"].date())) if key in recurring else key
        for row, key in zip(rows, keys, strict=True)
    ]
