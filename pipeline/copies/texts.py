"""The distinct texts of the articles as sets of hashed shingles, and what makes two texts equal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from pipeline import text
from pipeline.copies.shingles import Body, Flags, Ints, Shingler, distinct
from pipeline.settings import Copies

STANDING_WORDS = 80  # shorter bodies are often standing texts ("Follow us on …"): titles must agree
STANDING_SENTENCE = "repeated"  # the key of extras that extraction found an outlet to print under everything
UNKNOWN_OUTLET = "unknown"

Row = dict[str, Any]


@dataclass(frozen=True)
class Texts:
    """The distinct texts ("nodes") of the articles, with the shingles of those long enough."""

    node: Ints  # (articles,) the text of each article; equal texts share one
    n_words: Ints  # (nodes,) words of the body
    telling: Flags  # (nodes,) long enough, in words and not characters, for a shingle to say something
    first: Ints  # (nodes,) the first article with this text
    sequence: Ints  # the shingle that begins at each word, text after text; 0 at a text's last two words
    starts: Ints  # (nodes + 1,) where each text begins in `sequence`; equal to the next where no copy can be near
    numbers: Flags  # whether each of these words is a number
    shingles: sparse.csr_matrix  # (nodes × hashes) ones: each text's distinct shingles, ascending
    titles: list[list[str]]  # (articles,) title words

    @classmethod
    def read(cls, rows: Sequence[Row], settings: Copies) -> Texts:
        """The texts of article rows, numbered in the order in which they first occur."""
        standing = {extra["value"] for row in rows for extra in row["extras"] if extra["key"] == STANDING_SENTENCE}
        shingler = Shingler(sorted(standing))
        bodies: dict[str, Body] = {}
        digests: list[str] = []
        titles: list[list[str]] = []
        for row in rows:
            body = shingler.read(row["body"])
            bodies.setdefault(body.key, body)
            digests.append(body.key)
            titles.append(text.words(row["title"]))
        keys = _text_keys(rows, titles, [bodies[key] for key in digests], settings)
        nodes: dict[tuple[str, ...], int] = {}
        node = np.array([nodes.setdefault(key, len(nodes)) for key in keys], dtype=np.int64)
        first = np.unique(node, return_index=True)[1].astype(np.int64)
        nothing = Body("", 0, np.zeros(0, np.int64), np.zeros(0, np.bool_), spaced=True)
        comparable = [bodies[key[1]] if key[0] == "body" else nothing for key in nodes]
        sets = [distinct(body.sequence[:-2]) for body in comparable]
        indices = np.concatenate([nothing.sequence, *sets])
        shingles = (np.ones(len(indices), np.int8), indices, _starts(sets))
        whole = [bodies[digests[article]] for article in first]
        return cls(
            node=node,
            n_words=np.array([body.n_words for body in whole], dtype=np.int64),
            telling=np.array([body.spaced and body.n_words >= STANDING_WORDS for body in whole], dtype=np.bool_),
            first=first,
            sequence=np.concatenate([nothing.sequence, *(body.sequence for body in comparable)]),
            starts=_starts([body.sequence for body in comparable]),
            numbers=np.concatenate([nothing.numbers, *(body.numbers for body in comparable)]),
            shingles=sparse.csr_matrix(shingles, shape=(len(nodes), 2**62)),
            titles=titles,
        )


def _starts(parts: Sequence[Ints]) -> Ints:
    return np.concatenate([[0], np.cumsum([len(part) for part in parts], dtype=np.int64)]).astype(np.int64)


def _text_keys(
    rows: Sequence[Row], titles: Sequence[list[str]], bodies: Sequence[Body], settings: Copies
) -> list[tuple[str, ...]]:
    """What must be equal for two articles to hold one text: the body, or where it is short, all."""
    sharing: dict[str, list[int]] = defaultdict(list)
    for article, body in enumerate(bodies):
        sharing[body.key].append(article)
    standing = {
        key
        for key, members in sharing.items()
        if len(members) > 1 and bodies[members[0]].n_words < STANDING_WORDS and _is_standing(members, rows, titles)
    }
    keys: list[tuple[str, ...]] = []
    for article, body in enumerate(bodies):
        if body.n_words >= settings.min_words and body.key not in standing:
            keys.append(("body", body.key))
        elif body.n_words + len(titles[article]) >= settings.min_words // 2:
            keys.append(("both", body.key, " ".join(titles[article])))
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
