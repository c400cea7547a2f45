"""Boilerplate, sentences that an outlet prints under every article: who it is, how to subscribe, what a programme is.

They say nothing of the article they stand in, and make any two of the outlet's articles look alike. No list of phrases
could name them all; that they stand in articles on different topics shows them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np
import numpy.typing as npt

from newsfold import text
from newsfold.extraction.folding import NEVER_REMOVED, Hashes, fold_text

Ints = npt.NDArray[np.int64]

REPEATED = "repeated"  # the key under which an article's extras keep the sentences that were removed

_MIN_ARTICLES = 3  # on different topics that a sentence must stand in
_MAX_EXAMINED = 30  # articles per sentence: enough to find three that differ
_SAME_TOPIC_SHARE = 0.4  # of common title words from which two articles may be on one topic


def hash_sentence(sentence: str) -> int:
    """Return the hash that a sentence, as printed, has in a text; `NEVER_REMOVED` if it has no words."""
    return int(fold_text(" ".join(text.split_words(sentence))).sentences[0])


def find_repeated_sentences(
    outlets: Sequence[str], titles: Sequence[str], rows: Ints, hashes: Hashes
) -> dict[str, set[int]]:
    """Find the sentences that stand in three or more articles of one outlet with unlike titles.

    Args:
        outlets: the outlet of each article.
        titles: the title of each article.
        rows: the article of each sentence, int64 of shape (sentences,).
        hashes: the hash of each sentence, uint64 of shape (sentences,).

    Returns:
        Hashes of sentences, by outlet.
    """
    codes = {outlet: code for code, outlet in enumerate(sorted(set(outlets)))}
    is_kept = hashes != NEVER_REMOVED
    rows, hashes = rows[is_kept], hashes[is_kept]
    outlet = np.array([codes[name] for name in outlets], np.int64)[rows] if len(rows) else rows
    # In the order of their titles, so that the order in which documents were read changes nothing.
    by_title = np.unique(np.array(titles, dtype=object), return_inverse=True)[1]
    order = np.lexsort((by_title[rows], hashes, outlet))
    outlet, hashes, rows = outlet[order], hashes[order], rows[order]
    is_other = (hashes[1:] != hashes[:-1]) | (outlet[1:] != outlet[:-1])
    is_first = np.append(True, is_other | (rows[1:] != rows[:-1]))[: len(rows)]  # in its article
    is_start = np.append(True, is_other)[: len(rows)][is_first]
    hashes, rows, starts = hashes[is_first], rows[is_first], np.flatnonzero(is_start)
    lengths = np.diff(np.append(starts, len(hashes)))
    is_frequent = lengths >= _MIN_ARTICLES
    repeated: defaultdict[str, set[int]] = defaultdict(set)
    title_words: dict[int, frozenset[str]] = {}
    for start, length in zip(starts[is_frequent].tolist(), lengths[is_frequent].tolist(), strict=True):
        examined = rows[start : start + min(length, _MAX_EXAMINED)].tolist()
        words = [title_words.setdefault(row, frozenset(text.split_words(titles[row]))) for row in examined]
        if count_topics(words) >= _MIN_ARTICLES:
            repeated[outlets[examined[0]]].add(int(hashes[start]))
    return dict(repeated)


def count_topics(title_words: Sequence[frozenset[str]]) -> int:
    """Count the titles that are unlike each other, at most three: updates of one report count once.

    Args:
        title_words: the words of each title.
    """
    distinct: list[frozenset[str]] = []
    for words in title_words:
        if all(len(words & other) < _SAME_TOPIC_SHARE * max(1, min(len(words), len(other))) for other in distinct):
            distinct.append(words)
        if len(distinct) >= _MIN_ARTICLES:
            break
    return len(distinct)


def remove_sentences(body: str, sentences: Sequence[int], hashes: Set[int]) -> tuple[str, list[str]]:
    """Remove the sentences with some hashes from a body.

    Args:
        body: the body.
        sentences: the hashes of its sentences, as `fold_text` returns them.
        hashes: those of the sentences to remove.

    Returns:
        The rest of the body, and the sentences that were removed, in order.
    """
    if hashes.isdisjoint(sentences):
        return body, []
    kept: list[str] = []
    removed: list[str] = []
    is_removed = map(hashes.__contains__, sentences)
    for parts in text.cut_sentences(body):
        rest: list[str] = []
        for part in parts:
            (removed if next(is_removed) else rest).append(part)
        if rest:
            kept.append(" ".join(rest))
    return "\n".join(kept), removed


def group_extras(rows: Iterable[Mapping[str, object]], key: str = REPEATED) -> dict[str, list[str]]:
    """Group what earlier articles hold under a key of their extras by outlet: by default, the removed sentences."""
    by_outlet: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        for extra in row["extras"] or ():  # type: ignore[attr-defined]
            if extra["key"] == key:
                by_outlet[str(row["outlet"])].append(extra["value"])
    return dict(by_outlet)
