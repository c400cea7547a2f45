"""Sentences that an outlet prints under everything: who it is, how to subscribe, what a programme is about.

They say nothing of the article they stand in, and make any two of the outlet's articles look alike. No list of
phrases could know them; that they stand in articles on different matters does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline import text

REPEATED = "repeated"  # the key under which an article's extras keep what was cut

_ARTICLES = 3  # a sentence under so many articles on different matters is no news
_LOOKED_AT = 30  # articles per sentence: enough to find three that differ
_LIKE = 0.4  # share of common title words from which two articles may be on one matter
_WORDS = 4  # shorter sentences are cut as whole lines only: "Mr." ends no sentence
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def repeated(bodies: Sequence[str], titles: Sequence[str], known: Iterable[str] = ()) -> frozenset[str]:
    """The sentences (as words) that stand in three or more articles of one outlet with unlike titles.

    Args:
        bodies: the outlet's texts, one paragraph per line.
        titles: their titles.
        known: sentences of this outlet cut earlier; they stay cut.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for row, body in enumerate(bodies):
        for key in {key for line in body.split("\n") for _, key in _sentences(line)}:
            places[key].append(row)
    title_words = [frozenset(text.words(title)) for title in titles]
    found = {key for key, rows in places.items() if len(rows) >= _ARTICLES and _matters(rows, title_words) >= _ARTICLES}
    return frozenset(found | {_key(sentence) for sentence in known}) - {""}


def cut(body: str, repeats: frozenset[str]) -> tuple[str, list[str]]:
    """The body without these sentences, and what was cut, in order."""
    kept, gone = [], []
    for line in body.split("\n"):
        sentences = list(_sentences(line))
        told = [sentence for sentence, key in sentences if key not in repeats]
        gone += [sentence for sentence, key in sentences if key in repeats]
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


def _key(sentence: str) -> str:
    return " ".join(text.words(sentence))


def _matters(rows: Sequence[int], title_words: Sequence[frozenset[str]]) -> int:
    """How many of these articles have titles unlike each other: updates of one report count once."""
    distinct: list[frozenset[str]] = []
    for row in rows[:_LOOKED_AT]:
        words = title_words[row]
        if all(len(words & other) < _LIKE * max(1, min(len(words), len(other))) for other in distinct):
            distinct.append(words)
        if len(distinct) >= _ARTICLES:
            break
    return len(distinct)
