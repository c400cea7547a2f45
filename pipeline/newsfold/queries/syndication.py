"""Syndication: which outlets print whose texts, from the store's copy groups, and outlets that may be one family."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from newsfold import publishers
from newsfold.errors import EditionNotFound
from newsfold.publishers import UNKNOWN_OUTLET, Publishers, ownership
from newsfold.publishers.ownership import OutletHabits, PrintedText
from newsfold.settings import Settings
from newsfold.store import list_editions, open_store
from newsfold.store.reading import load_by_edition
from newsfold.urls import extract_domain

_ARTICLE_COLUMNS = [
    "article_id",
    "outlet",
    "publisher_family",
    "title",
    "url",
    "published_at",
    "agency",
    "syndicated_from",
]
_COPY_COLUMNS = ["article_id", "copy_group_id", "is_original", "reason", "origin"]

Row = dict[str, Any]


@dataclass(frozen=True)
class SyndicatedText:
    """One text and the articles that print it.

    Attributes:
        source: the outlet with the original, or the publisher that the original credits.
        original: the original's article; if it is outside the editions read, the earliest of its copies.
        articles: all articles that print the text, including the original, earliest first.
        copies: the earliest article of each outlet other than the source, by newsfold's name of the outlet.
        reason: why the original is the original; None if nothing else prints the text.
    """

    source: str
    original: Row
    articles: list[Row]
    copies: dict[str, Row]
    reason: str | None


@dataclass(frozen=True)
class FamilyCandidate:
    """Outlets that may be one publisher family.

    Attributes:
        outlets: their names, sorted.
        pairs: for each two of them that share enough texts, the number of texts that both print, and its share of the
            texts of the outlet that prints fewer.
        family: the family that some of the outlets are known to belong to, or None.
    """

    outlets: list[str]
    pairs: dict[tuple[str, str], tuple[int, float]]
    family: str | None


@dataclass(frozen=True)
class SyndicationReport:
    """Copying among outlets over some editions.

    Attributes:
        first: the first edition.
        last: the last edition.
        texts: all texts, the most copied first.
        exchange: the number of texts of a source (an outlet or an agency) that an outlet printed, by (source, outlet).
        family_candidates: outlets that share so many texts that they may be one family, the closest first.
    """

    first: date
    last: date
    texts: list[SyndicatedText]
    exchange: dict[tuple[str, str], int]
    family_candidates: list[FamilyCandidate]


def analyse_syndication(
    address: str | Path, settings: Settings, first: date | None = None, last: date | None = None
) -> SyndicationReport:
    """Analyse copying among outlets over some editions of a store.

    Args:
        address: the store's address.
        settings: known publishers, and the thresholds above which two outlets may be one family.
        first: the first edition to read; None: the store's first.
        last: the last edition to read; None: the store's last.

    Raises:
        StoreError: the store cannot be read.
        EditionNotFound: the store has no edition in that range.
    """
    first_read, last_read, articles, groups = _load_groups(address, first, last)
    known = _learn_publishers(groups.values(), settings)
    texts = [_build_text(group, rows, articles, known) for group, rows in sorted(groups.items())]
    texts.sort(key=lambda text: (-len(text.copies), text.original["article_id"]))
    candidates = suggest_families(texts, settings, known)
    return SyndicationReport(first_read, last_read, texts, count_exchange(texts), candidates)


def count_exchange(texts: Sequence[SyndicatedText]) -> dict[tuple[str, str], int]:
    """Count the texts of each source that each other outlet printed, by (source, outlet), sorted."""
    counts = Counter((text.source, outlet) for text in texts for outlet in text.copies)
    return dict(sorted(counts.items()))


def suggest_families(texts: Sequence[SyndicatedText], settings: Settings, known: Publishers) -> list[FamilyCandidate]:
    """Suggest outlets that may be one publisher family: they print the same texts without crediting anybody.

    Two outlets are a pair if they share at least `copies.family_texts` texts and `copies.family_share` of the texts of
    either (`ownership.find_shared_texts`), unless they are of one known family. Pairs that are connected are one
    candidate.
    """
    printed = Counter(ownership.describe_text(text.source, text.articles) for text in texts)
    pairs = {
        pair: (shared.n_texts, shared.share)
        for pair, shared in ownership.find_shared_texts(printed, known, settings.copies).items()
        if known.owner(pair[0]) != known.owner(pair[1])
    }
    candidates = []
    for outlets in ownership.connect_pairs(pairs):
        own_pairs = {pair: pairs[pair] for pair in pairs if pair[0] in outlets}
        known_families = sorted({family for outlet in outlets if (family := known.family(outlet))})
        family = known_families[0] if len(known_families) == 1 else None
        candidates.append(FamilyCandidate(sorted(outlets), own_pairs, family))
    return sorted(
        candidates, key=lambda candidate: (-max(share for _, share in candidate.pairs.values()), candidate.outlets)
    )


def _load_groups(
    address: str | Path, first: date | None, last: date | None
) -> tuple[date, date, dict[str, Row], dict[str, list[Row]]]:
    """Return the editions read, all articles until the last by id, and the articles of each copy group by its id."""
    store = open_store(address)
    editions = list_editions(store)
    selected = [day for day in editions if (first is None or day >= first) and (last is None or day <= last)]
    if not selected:
        raise EditionNotFound(_describe_missing(store.name, editions, first, last))
    articles: dict[str, Row] = {}
    until_last = [day for day in editions if day <= selected[-1]]
    for table in load_by_edition(store, "articles", until_last, _ARTICLE_COLUMNS).values():
        articles |= {row["article_id"]: row for row in table.to_pylist()}
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    grouped: set[str] = set()
    for edition in reversed(selected):  # the copy group of an article is that of the latest edition
        for row in load_by_edition(store, "copies", [edition], _COPY_COLUMNS)[edition].to_pylist():
            if row["article_id"] not in grouped and row["article_id"] in articles:
                grouped.add(row["article_id"])
                groups[row["copy_group_id"]].append(row | articles[row["article_id"]])
    return selected[0], selected[-1], articles, groups


def _learn_publishers(groups: Iterable[list[Row]], settings: Settings) -> Publishers:
    """Return the publishers that the configuration lists, and what the articles show of their outlets."""
    known = publishers.load_publishers(settings)
    habits: dict[str, OutletHabits] = {}
    texts: Counter[PrintedText] = Counter()
    for rows in groups:
        original = next((row for row in rows if row["is_original"]), rows[0])
        texts[ownership.describe_text(original["origin"], rows)] += 1
        for row in rows:
            if row["outlet"] != UNKNOWN_OUTLET:
                outlet = habits.setdefault(row["outlet"], OutletHabits(row["outlet"]))
                outlet.add(row["publisher_family"], row["syndicated_from"], extract_domain(row["url"]))
    return ownership.learn_publishers(habits.values(), texts, known, settings.copies)


def _build_text(group: str, rows: list[Row], articles: dict[str, Row], known: Publishers) -> SyndicatedText:
    rows = sorted(rows, key=_time_key)
    original = next((row for row in rows if row["article_id"] == group), None) or articles.get(group) or rows[0]
    outlet = original["outlet"]
    origin = next((row["origin"] for row in rows if row["origin"]), None)
    if origin is None or known.owner(origin) == known.owner(outlet):
        source = known.canonical_name(outlet)
    else:
        source = _find_most_credited(rows, known) or str(origin)
    copies: dict[str, Row] = {}
    for row in rows:
        if row["outlet"] != UNKNOWN_OUTLET and not known.is_same(row["outlet"], source):
            copies.setdefault(known.canonical_name(row["outlet"]), row)
    reason = next((row["reason"] for row in rows if row["reason"]), None)
    return SyndicatedText(source, original, rows, copies, reason)


def _find_most_credited(rows: Sequence[Row], known: Publishers) -> str | None:
    n_credits = Counter(
        known.canonical_name(row["agency"] or row["syndicated_from"]) for row in rows if _has_credit(row)
    )
    return min(n_credits, key=lambda name: (-n_credits[name], name)) if n_credits else None


def _has_credit(row: Row) -> bool:
    return bool(row["agency"] or row["syndicated_from"])


def _time_key(row: Row) -> tuple[bool, float, str]:
    published_at = row["published_at"]
    return published_at is None, published_at.timestamp() if published_at else 0.0, row["article_id"]


def _describe_missing(name: str, editions: list[date], first: date | None, last: date | None) -> str:
    if not editions:
        return f"{name} has no edition yet. Publish one with `newsfold run --store {name}`."
    bounds = " ".join(f"{word} {day}" for word, day in (("from", first), ("to", last)) if day)
    return f"{name} has no edition {bounds}; it has {editions[0]} to {editions[-1]}."
