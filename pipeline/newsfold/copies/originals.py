"""Choosing the original of a copy group, with the reason and the origin of its text."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsfold import text
from newsfold.copies.texts import Row
from newsfold.publishers import GRAMMATICAL_ARTICLES, UNKNOWN_OUTLET, Publishers
from newsfold.word_lists import load_word_lists

_MAX_NAMED = 2  # outlets named in a reason


@dataclass(frozen=True)
class Original:
    """The original among a group's articles.

    Attributes:
        at: its place among them.
        reason: what set it apart from the others, in words; None if there are no others.
        origin: newsfold's name of the publisher that the text comes from; None if it is unknown.
    """

    at: int
    reason: str | None
    origin: str | None


def choose_original(rows: Sequence[Row], n_words: Sequence[int], publishers: Publishers) -> Original:
    """Choose the original of a copy group.

    In this order: of the outlet that another member credits; an agency's own; credited to nobody else (unless most
    members credit one that is not here: then leaving out the credit proves nothing); under a dateline; published
    first, unknown times last; longest; of the smallest article_id. Each rule decides among those that the rules
    before it leave, and is named in the reason if it leaves fewer.

    Args:
        rows: the group's articles.
        n_words: number of words of each one's body.
        publishers: publishers and their spellings.
    """
    credits_ = [list_credits(row, publishers) for row in rows]
    if len(rows) == 1:
        return Original(0, None, _find_origin(rows[0], next(iter(credits_[0]), None), publishers))
    counts = Counter(name for names in credits_ for name in names)
    absent = [(n, name) for name, n in counts.items() if not any(_is_of(row, name, publishers) for row in rows)]
    most_credited = max(absent, key=lambda item: (item[0], item[1]))[1] if absent else None
    absent_origin = most_credited if most_credited is not None and counts[most_credited] * 2 > len(rows) else None

    def is_credited(at: int) -> bool:
        return any(_is_of(rows[at], name, publishers) for name in counts)

    rules: list[tuple[str, Callable[[int], object]]] = [
        (_describe_credits(rows, credits_, publishers), lambda at: not is_credited(at)),
        ("an agency’s own text", lambda at: bool(credits_[at]) or not _is_agency(rows[at], publishers)),
        ("credits nobody else", lambda at: bool(credits_[at]) and absent_origin is None),
        ("has the dateline", lambda at: not rows[at]["dateline"]),
        ("published first", lambda at: rows[at]["published_at"] is None),
        ("published first", lambda at: rows[at]["published_at"].timestamp() if rows[at]["published_at"] else 0.0),
        ("the longest", lambda at: -n_words[at]),
        ("of equal ones", lambda at: rows[at]["article_id"]),
    ]
    left, reasons = list(range(len(rows))), []
    for reason, rank in rules:
        ranks = [rank(at) for at in left]
        best = min(ranks)  # type: ignore[type-var]
        kept = [at for at, at_rank in zip(left, ranks, strict=True) if at_rank == best]
        if len(kept) < len(left) and reason not in reasons:
            reasons.append(reason)
        left = kept
    (at,) = left
    other = None if is_credited(at) else credits_[at][0] if credits_[at] else absent_origin
    return Original(at, "; ".join(reasons) or None, _find_origin(rows[at], other, publishers))


def list_credits(row: Row, publishers: Publishers) -> list[str]:
    """Return newsfold's names of the publishers that an article credits besides its own outlet: agency, then outlet."""
    names = [publishers.canonical_name(row[column]) for column in ("agency", "syndicated_from") if row[column]]
    return [name for name in dict.fromkeys(names) if not _is_of(row, name, publishers)]


def _find_origin(row: Row, credited: str | None, publishers: Publishers) -> str | None:
    """Return the credited publisher, else the article's own outlet; the family that it names if that is unknown."""
    if credited:
        return credited
    outlet: str = row["outlet"]
    family: str | None = row["publisher_family"]
    return family if outlet == UNKNOWN_OUTLET else publishers.canonical_name(outlet)


def _is_of(row: Row, name: str, publishers: Publishers) -> bool:
    """Return whether the article's outlet is the publisher of this name, perhaps with a section or edition added."""
    outlet = row["outlet"]
    if outlet == UNKNOWN_OUTLET:
        return False
    if publishers.is_same(outlet, name):
        return True
    name_words = [
        word for word in text.split_words(publishers.canonical_name(name)) if word not in GRAMMATICAL_ARTICLES
    ]
    outlet_words = [word for word in text.split_words(outlet) if word not in GRAMMATICAL_ARTICLES]
    # `New York Times - News` for The New York Times, `Meridian Wire` for Meridian; but not Vancouver Sun for The Sun.
    if not name_words or outlet_words[: len(name_words)] != name_words:
        return False
    return len(name_words) > 2 or set(outlet_words[len(name_words) :]) <= _load_suffixes()


@functools.cache
def _load_suffixes() -> frozenset[str]:
    lists = load_word_lists(Path(__file__).with_name("outlet_suffixes.yaml"))
    return frozenset(word for words in lists["suffixes"].values() for word in words)


def _is_agency(row: Row, publishers: Publishers) -> bool:
    return publishers.canonical_name(row["outlet"]) in publishers.agencies.values()


def _describe_credits(rows: Sequence[Row], credits_: Sequence[Sequence[str]], publishers: Publishers) -> str:
    """Return the reason that names the outlets whose articles credit a member."""
    members = {name for names in credits_ for name in names if any(_is_of(row, name, publishers) for row in rows)}
    outlets = sorted({row["outlet"] for row, names in zip(rows, credits_, strict=True) if members.intersection(names)})
    more = f" and {len(outlets) - _MAX_NAMED} more" if len(outlets) > _MAX_NAMED else ""
    return f"credited by {', '.join(outlets[:_MAX_NAMED])}{more}"
