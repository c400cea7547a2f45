"""Which article of a copy group is the original, why, and who stands behind the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsfold import text
from newsfold.copies.texts import UNKNOWN_OUTLET, Row
from newsfold.publishers import GRAMMATICAL_ARTICLES, Publishers

_NAMED = 2  # copies named in a reason
_KINDS_OF_OUTLET = text.word_set("agency news newswire online press service web wire world")


@dataclass(frozen=True)
class Choice:
    """The original among a group's articles.

    Attributes:
        at: its place among them.
        reason: what set it apart from the others, in words; None where there are no others.
        origin: the publisher family or name of whoever the text comes from; None where nobody knows.
    """

    at: int
    reason: str | None
    origin: str | None


def choose(rows: Sequence[Row], n_words: Sequence[int], known: Publishers) -> Choice:
    """The original of a copy group.

    In this order: of the outlet that another member credits; an agency's own; credited to nobody else (unless most
    members credit one that is not here: then leaving out the credit proves nothing); under a dateline; published
    first, unknown times last; longest; of the smallest article_id. Each rule decides among those that the rules
    before it leave, and is named in the reason where it leaves fewer.

    Args:
        rows: the group's articles.
        n_words: words of each one's body.
        known: publishers and their spellings.
    """
    credits_ = [credited(row, known) for row in rows]
    named = Counter(name for names in credits_ for name in names)
    absent = [(n, name) for name, n in named.items() if not any(_is_of(row, name, known) for row in rows)]
    away = max(absent, key=lambda item: (item[0], item[1]))[1] if absent else None
    mostly_away = away is not None and named[away] * 2 > len(rows)

    def is_credited(at: int) -> bool:
        return any(_is_of(rows[at], name, known) for name in named)

    rules: list[tuple[str, Callable[[int], object]]] = [
        (_credit_reason(rows, credits_, named, known), lambda at: not is_credited(at)),
        ("an agency’s own text", lambda at: bool(credits_[at]) or not _is_agency(rows[at], known)),
        ("credits nobody else", lambda at: bool(credits_[at]) and not mostly_away),
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
        kept = [at for at, one in zip(left, ranks, strict=True) if one == best]
        if len(kept) < len(left) and reason not in reasons:
            reasons.append(reason)
        left = kept
    (at,) = left
    author = _author(rows[at], is_credited(at), credits_[at], away if mostly_away else None, known)
    return Choice(at, "; ".join(reasons) or None, author)


def credited(row: Row, known: Publishers) -> list[str]:
    """Whom the article credits other than its own outlet, by newsfold's names: the agency, then the outlet."""
    named = [known.canonical_name(row[column]) for column in ("agency", "syndicated_from") if row[column]]
    return [name for name in dict.fromkeys(named) if not _is_of(row, name, known)]


def _author(row: Row, was_credited: bool, credits_: Sequence[str], away: str | None, known: Publishers) -> str | None:
    outlet, family = str(row["outlet"]), row["publisher_family"]
    other = None if was_credited else credits_[0] if credits_ else away
    if other:
        return known.family(other) or other
    if family or outlet == UNKNOWN_OUTLET:
        return str(family) if family else None
    return known.family(outlet) or known.canonical_name(outlet)


def _is_of(row: Row, name: str, known: Publishers) -> bool:
    """Is the article's outlet the publisher of this name: the same, or the same with a section or edition added?"""
    outlet = row["outlet"]
    if outlet == UNKNOWN_OUTLET:
        return False
    if known.is_same(outlet, name):
        return True
    said = [word for word in text.split_words(known.canonical_name(name)) if word not in GRAMMATICAL_ARTICLES]
    printed = [word for word in text.split_words(outlet) if word not in GRAMMATICAL_ARTICLES]
    # `New York Times - News` for The New York Times, `Meridian Wire` for Meridian; but Sun is no Vancouver Sun.
    if not said or printed[: len(said)] != said:
        return False
    return len(said) > 2 or set(printed[len(said) :]) <= _KINDS_OF_OUTLET


def _is_agency(row: Row, known: Publishers) -> bool:
    return known.canonical_name(row["outlet"]) in known.agencies.values()


def _credit_reason(
    rows: Sequence[Row], credits_: Sequence[Sequence[str]], named: Counter[str], known: Publishers
) -> str:
    here = {name for name in named if any(_is_of(row, name, known) for row in rows)}
    whose = sorted({row["outlet"] for row, names in zip(rows, credits_, strict=True) if here.intersection(names)})
    more = f" and {len(whose) - _NAMED} more" if len(whose) > _NAMED else ""
    return f"credited by {', '.join(whose[:_NAMED])}{more}"
