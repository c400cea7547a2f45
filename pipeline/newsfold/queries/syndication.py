"""Who copies whom: the store's copy groups as media researchers ask for them, and families they give away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from newsfold import publishers
from newsfold.errors import EditionNotFound
from newsfold.publishers import Publishers
from newsfold.settings import Settings
from newsfold.store import list_editions, open_store
from newsfold.store.reading import load_by_edition

UNKNOWN_OUTLET = "unknown"
_ARTICLE = ["article_id", "outlet", "publisher_family", "title", "url", "published_at", "agency", "syndicated_from"]
_COPY = ["article_id", "copy_group_id", "reason", "origin"]

Row = dict[str, Any]


@dataclass(frozen=True)
class Text:
    """One text and all that printed it.

    Attributes:
        source: who it comes from: the outlet with the original, or whoever that credits.
        original: the original's article; where it lies outside of what was read, the earliest of its copies.
        prints: every article that prints it, the original's too, earliest first.
        copies: those of them by others than the source: the earliest of each, by newsfold's name of its outlet.
        reason: why the original is the original; None where nothing else prints the text.
    """

    source: str
    original: Row
    prints: list[Row]
    copies: dict[str, Row]
    reason: str | None


@dataclass(frozen=True)
class Candidate:
    """Outlets that may be one publisher family.

    Attributes:
        outlets: their names, sorted.
        pairs: for each two of them with enough in common, the texts that both print and their share of the texts of
            the one that prints fewer.
        family: the family that some of them are known to be of.
    """

    outlets: list[str]
    pairs: dict[tuple[str, str], tuple[int, float]]
    family: str | None


@dataclass(frozen=True)
class Syndication:
    """What some editions say of copying.

    Attributes:
        first: the first edition.
        last: the last.
        texts: every text, the most copied first.
        exchange: how many texts of a source (an outlet, or an agency) an outlet printed, by (source, outlet).
        families: outlets that share so many texts that they may be one family, the closest first.
    """

    first: date
    last: date
    texts: list[Text]
    exchange: dict[tuple[str, str], int]
    families: list[Candidate]


def syndication(
    address: str | Path, settings: Settings, first: date | None = None, last: date | None = None
) -> Syndication:
    """What the editions of a store say of copying.

    Args:
        address: the store.
        settings: publishers that are known by name, and from how many common texts two outlets may be a family.
        first: the first edition that counts; the store's first where None.
        last: the last one; the store's last where None.

    Raises:
        StoreError: the store cannot be read.
        EditionNotFound: it has no edition in that range.
    """
    known = publishers.load_publishers(settings)
    begins, ends, found = _texts(address, first, last, known)
    texts = sorted(found, key=lambda text: (-len(text.copies), text.original["article_id"]))
    return Syndication(begins, ends, texts, exchange(texts), families(texts, settings, known))


def exchange(texts: Sequence[Text]) -> dict[tuple[str, str], int]:
    """How many texts of each source each other outlet printed, by (source, outlet), sorted."""
    counted = Counter((text.source, outlet) for text in texts for outlet in text.copies)
    return dict(sorted(counted.items()))


def families(texts: Sequence[Text], settings: Settings, known: Publishers) -> list[Candidate]:
    """Outlets that print the same texts without crediting anybody: `copies.family_share` of the texts of either.

    Reposts that name their source and agency texts do not count; outlets of one known family are no news. Pairs that
    hang together are one candidate.
    """
    n_texts: Counter[str] = Counter()
    shared: Counter[tuple[str, str]] = Counter()
    family_of: dict[str, str | None] = {}
    for text in texts:
        outlets = {row["outlet"] for row in text.prints if row["outlet"] != UNKNOWN_OUTLET}
        own = {row["outlet"] for row in text.prints if not _credits(row)} & outlets
        family_of |= {row["outlet"]: row["publisher_family"] or known.family(row["outlet"]) for row in text.prints}
        n_texts.update(outlets)
        if any(known.same(outlet, text.source) for outlet in own):
            shared.update(combinations(sorted(own), 2))
    pairs = {}
    for (one, other), n in shared.items():
        share = n / min(n_texts[one], n_texts[other])
        known_already = family_of[one] is not None and family_of[one] == family_of[other]
        if n >= settings.copies.family_texts and share >= settings.copies.family_share and not known_already:
            pairs[one, other] = (n, share)
    found = []
    for outlets in _joined(pairs):
        inside = {pair: pairs[pair] for pair in sorted(pairs) if pair[0] in outlets}
        named = sorted({family for outlet in outlets if (family := family_of[outlet])})
        found.append(Candidate(sorted(outlets), inside, named[0] if len(named) == 1 else None))
    return sorted(found, key=lambda one: (-max(share for _, share in one.pairs.values()), one.outlets))


def _joined(pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    groups: list[set[str]] = []
    for pair in pairs:
        touched = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in touched] + [set(pair).union(*touched)]
    return groups


def _texts(
    address: str | Path, first: date | None, last: date | None, known: Publishers
) -> tuple[date, date, list[Text]]:
    store = open_store(address)
    there = list_editions(store)
    chosen = [one for one in there if (first is None or one >= first) and (last is None or one <= last)]
    if not chosen:
        raise EditionNotFound(_none_there(store.name, there, first, last))
    articles: dict[str, Row] = {}
    for table in load_by_edition(store, "articles", [one for one in there if one <= chosen[-1]], _ARTICLE).values():
        articles |= {row["article_id"]: row for row in table.to_pylist()}
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    placed: set[str] = set()
    for one in reversed(chosen):  # the latest edition's word on each article
        for row in load_by_edition(store, "copies", [one], _COPY)[one].to_pylist():
            if row["article_id"] not in placed and row["article_id"] in articles:
                placed.add(row["article_id"])
                groups[row["copy_group_id"]].append(row | articles[row["article_id"]])
    return chosen[0], chosen[-1], [_text(group, rows, articles, known) for group, rows in sorted(groups.items())]


def _text(group: str, rows: list[Row], articles: dict[str, Row], known: Publishers) -> Text:
    prints = sorted(rows, key=_by_time)
    original = next((row for row in prints if row["article_id"] == group), None) or articles.get(group) or prints[0]
    outlet = original["outlet"]
    own = original["publisher_family"] or known.family(outlet) or known.name(outlet)
    origin = next((row["origin"] for row in prints if row["origin"]), None)
    source = known.name(outlet) if origin in (None, own) else _most_credited(prints, known) or str(origin)
    others: dict[str, Row] = {}
    for row in prints:
        if row["outlet"] != UNKNOWN_OUTLET and not known.same(row["outlet"], source):
            others.setdefault(known.name(row["outlet"]), row)
    reason = next((row["reason"] for row in prints if row["reason"]), None)
    return Text(source, original, prints, others, reason)


def _most_credited(prints: Sequence[Row], known: Publishers) -> str | None:
    named = Counter(known.name(row["agency"] or row["syndicated_from"]) for row in prints if _credits(row))
    return min(named, key=lambda name: (-named[name], name)) if named else None


def _credits(row: Row) -> bool:
    return bool(row["agency"] or row["syndicated_from"])


def _by_time(row: Row) -> tuple[bool, float, str]:
    when = row["published_at"]
    return when is None, when.timestamp() if when else 0.0, row["article_id"]


def _none_there(name: str, there: list[date], first: date | None, last: date | None) -> str:
    if not there:
        return f"{name} holds no edition yet. Publish one with `newsfold run --store {name}`."
    asked = " ".join(f"{word} {day}" for word, day in (("from", first), ("to", last)) if day)
    return f"{name} holds no edition {asked}; it has {there[0]} to {there[-1]}."
