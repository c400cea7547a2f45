"""Sentences that an outlet prints under everything: who it is, how to subscribe, what a programme is about.

They say nothing of the article they stand in, and make any two of the outlet's articles look alike. No list of
phrases could know them; that they stand in articles on different matters does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from newsfold import text

Ints = npt.NDArray[np.int64]
Digests = npt.NDArray[np.uint64]

REPEATED = "repeated"  # the key under which an article's extras keep what was cut

_ARTICLES = 3  # a sentence under so many articles on different matters is no news
_LOOKED_AT = 30  # articles per sentence: enough to find three that differ
_LIKE = 0.4  # share of common title words from which two articles may be on one matter
_WORDS = 4  # shorter sentences are cut as whole lines only: "Mr." ends no sentence
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def sentences(body: str) -> set[int]:
    """Digests of the different sentences of a text, one paragraph per line, that could be cut."""
    return {_digest(key) for key in {key for line in body.split("\n") for _, key in _sentences(line)} if key}


def digest(sentence: str) -> int:
    """A 64-bit digest of a sentence's words."""
    return _digest(_key(sentence))


def repeated(
    outlets: Sequence[str], titles: Sequence[str], place: Ints, rows: Ints, found: Digests
) -> dict[str, set[int]]:
    """The sentences that stand in three or more articles of one outlet with unlike titles, by outlet.

    Args:
        outlets: of each article.
        titles: their titles.
        place: their order, int64 of shape (articles,): the first ones of an outlet are looked at.
        rows: of each sentence's article, int64 of shape (sentences,).
        found: its digest, uint64 of shape (sentences,).
    """
    codes = {outlet: code for code, outlet in enumerate(sorted(set(outlets)))}
    outlet = np.array([codes[each] for each in outlets], np.int64)[rows] if len(rows) else rows
    order = np.lexsort((place[rows], found, outlet))
    outlet, found, rows = outlet[order], found[order], rows[order]
    new = np.flatnonzero(
        np.concatenate([found[:1] == found[:1], (found[1:] != found[:-1]) | (outlet[1:] != outlet[:-1])])
    )
    lengths = np.diff(np.append(new, len(found)))
    often: defaultdict[str, set[int]] = defaultdict(set)
    title_words: dict[int, frozenset[str]] = {}
    for start, length in zip(new[lengths >= _ARTICLES].tolist(), lengths[lengths >= _ARTICLES].tolist(), strict=True):
        looked_at = rows[start : start + min(length, _LOOKED_AT)].tolist()
        worded = [title_words.setdefault(row, frozenset(text.split_words(titles[row]))) for row in looked_at]
        if _matters(worded) >= _ARTICLES:
            often[outlets[looked_at[0]]].add(int(found[start]))
    return dict(often)


def cut(body: str, repeats: frozenset[int]) -> tuple[str, list[str]]:
    """The body without the sentences of these digests, and what was cut, in order."""
    kept, gone = [], []
    for line in body.split("\n"):
        parts = [(sentence, bool(key) and _digest(key) in repeats) for sentence, key in _sentences(line)]
        told = [sentence for sentence, is_repeat in parts if not is_repeat]
        gone += [sentence for sentence, is_repeat in parts if is_repeat]
        if told:
            kept.append(" ".join(told))
    return "\n".join(kept), gone


def of_outlets(rows: Iterable[Mapping[str, object]], key: str = REPEATED) -> dict[str, list[str]]:
    """The sentences (or what else their extras hold under `key`) that earlier articles had cut, by outlet."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        for extra in row["extras"] or ():  # type: ignore[attr-defined]
            if extra["key"] == key:
                found[str(row["outlet"])].append(extra["value"])
    return dict(found)


def _sentences(line: str) -> Iterator[tuple[str, str]]:
    """Each sentence and its key; a key of "" is never cut."""
    parts = [part for part in _SENTENCE_END.split(line) if part.strip()]
    for part in parts:
        key = _key(part)
        yield part, key if len(parts) == 1 or key.count(" ") >= _WORDS - 1 else ""


def _digest(key: str) -> int:
    return int(text.compute_digest(key)[:16], 16)


def _key(sentence: str) -> str:
    return " ".join(text.split_words(sentence))


def _matters(title_words: Sequence[frozenset[str]]) -> int:
    """How many articles have titles unlike each other: updates of one report count once."""
    distinct: list[frozenset[str]] = []
    for words in title_words:
        if all(len(words & other) < _LIKE * max(1, min(len(words), len(other))) for other in distinct):
            distinct.append(words)
        if len(distinct) >= _ARTICLES:
            break
    return len(distinct)
