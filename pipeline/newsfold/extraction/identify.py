"""Identifying articles: the readings of a night, and the articles of earlier nights, in groups of one article each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from newsfold import schemas, text, urls
from newsfold.dataflow import TableView
from newsfold.extraction.identity import Grouping, Reading, compute_claim_key, compute_entry_key, group_readings
from newsfold.extraction.tables import ARTICLE_INDEX, RECOGNISABLE_IDS, REPEATS
from newsfold.extraction.text_comparison import TextSketch, is_other_text, sketch_text

_MAX_REASON_CHARACTERS = 500
_KNOWN_AT_A_TIME = 50_000  # rows of known articles, of which few are kept
_READING_COLUMNS = (
    *(
        "reading_id",
        "article_id",
        "own_id",
        "content_hash",
        "text_digest",
        "reason",
        "source",
        "location",
        "file",
        "outlet",
    ),
    *("url", "canonical_url", "page_key", "entry_id", "published_at"),
)
_KNOWN_COLUMNS = (
    *("article_id", "content_hash", "source", "outlet", "url", "canonical_url", "entry_id", "published_at"),
    "first_seen_at",
)

Row = Mapping[str, Any]


@dataclass
class _Articles:
    """Tonight's articles, as they are found."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    n_repeated: Counter[str] = field(default_factory=Counter)
    recognisable: set[str] = field(default_factory=set)

    def add(self, article_id: str, canonical_url: str | None, readings: Sequence[Row]) -> None:
        """Add an article; its other readings repeat the first."""
        names = list(dict.fromkeys(row["reading_id"] for row in readings))
        self.rows.append({"article_id": article_id, "canonical_url": canonical_url, "readings": names})
        self.n_repeated.update(row["source"] for row in readings[1:])

    def reject(self, row: Row, reason: str) -> None:
        """Reject a reading."""
        shortened = text.shorten(reason, _MAX_REASON_CHARACTERS)
        self.rejects.append({name: row[name] for name in ("source", "location", "place")} | {"reason": shortened})


def identify_articles(
    readings: TableView, known_articles: TableView, known_ids: TableView
) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """Find the articles among the readings, which are in their documents' order; see `identity` for how.

    A reading of an article that the window knows gets its id. One whose document has an id of its own keeps that.

    Returns:
        Table `article_index`, a row per article, sorted by article_id; `unreadable`, the documents that are not
        articles or that cannot be distinguished from another, in their order, each with its reason; `repeats`, the
        number of other documents that repeat one, by source; and `recognisable_ids`, by which later nights recognise
        what this one has, besides the ids of its articles.
    """
    articles = _Articles()
    rows = [row | {"place": place} for place, row in enumerate(readings.read(_READING_COLUMNS).to_pylist())]
    fixed = _take_articles_with_ids(rows, articles)
    free = [row for row in rows if not row["reason"] and not row["own_id"]]
    remembered = set(known_ids.read(["article_id"])["article_id"].to_pylist()) if free else set()
    nodes = [_describe_row(row, is_known=False) for row in [*free, *fixed]]
    known, known_nodes = _read_related(known_articles, nodes[: len(free)])
    nodes += known_nodes
    known_shared = {key for node in nodes for key in _list_keys(node) if _compute_shared_marker(key) in remembered}

    def load_sketches(ids: Set[str]) -> Mapping[str, TextSketch]:
        wanted = pa.chunked_array([pa.array(sorted(ids), pa.string())])
        columns = ["title", "body", "content_hash"]
        own = readings.where("reading_id", wanted, columns=["reading_id", *columns]).to_pylist()
        earlier = known_articles.where("article_id", wanted, columns=["article_id", *columns]).to_pylist()
        return {
            row.get("reading_id") or row["article_id"]: sketch_text(row["title"], row["body"], row["content_hash"])
            for row in [*own, *earlier]
        }

    grouping = group_readings(nodes, load_sketches, known_shared)
    _take_groups(grouping, nodes, [*free, *fixed, *known], remembered, articles)
    articles.recognisable |= {_compute_shared_marker(key) for key in grouping.shared}
    articles.recognisable |= _list_shared_ids(grouping, nodes, [*free, *fixed, *known])
    return _build_tables(articles)


def _take_articles_with_ids(rows: Iterable[Row], articles: _Articles) -> list[Row]:
    """Add the articles whose documents have ids, and reject what is not an article; return the first of each id."""
    first_of: dict[str, Row] = {}
    repeats: dict[str, list[Row]] = {}
    for row in rows:
        if row["reason"]:
            articles.reject(row, row["reason"])
        elif row["own_id"]:
            first = first_of.setdefault(row["article_id"], row)
            if first["content_hash"] == row["content_hash"]:
                repeats.setdefault(row["article_id"], []).append(row)
            else:
                articles.reject(row, f"its id {row['article_id']!r} is used twice, for different texts")
    for article_id, same in repeats.items():
        articles.add(article_id, same[0]["canonical_url"], [same[0]])
        articles.n_repeated.update(row["source"] for row in same[1:])
    return list(first_of.values())


def _read_related(known_articles: TableView, free: Sequence[Reading]) -> tuple[list[Row], list[Reading]]:
    """Read the known articles that have a key in common with readings without an id: no others say anything of these.

    Returns:
        Their rows, and what identifies each.
    """
    keys = {key for reading in free for key in (reading.page, reading.claim, reading.entry)} - {None}
    rows: list[Row] = []
    nodes = []
    n_known = known_articles.num_rows if keys else 0
    for start in range(0, n_known, _KNOWN_AT_A_TIME):
        part = known_articles.slice(start, min(start + _KNOWN_AT_A_TIME, n_known)).read(_KNOWN_COLUMNS)
        for row in part.to_pylist():
            node = _describe_row(row, is_known=True)
            if not keys.isdisjoint((node.page, node.claim, node.entry)):
                rows.append(row)
                nodes.append(node)
    return rows, nodes


def _describe_row(row: Row, *, is_known: bool) -> Reading:
    """Return what identifies a reading, or an article of an earlier night."""
    page = urls.compute_page_key(row["url"]) if is_known else row["page_key"]
    # Most readings claim the address at which they were found.
    claimed = (row[name] for name in ("canonical_url", "entry_id") if row[name] != row["url"] or page is None)
    claims = map(urls.compute_page_key, claimed)
    return Reading(
        reading_id=row["article_id"] if is_known else row["reading_id"],
        source=row["source"],
        outlet=row["outlet"],
        content_hash=row["content_hash"],
        file=None if is_known else row["file"],
        page=page,
        claim=next((claim for claim in claims if claim and claim != page), None),
        entry=compute_entry_key(row["entry_id"], row["source"], row["outlet"], page),
        published_at=row["published_at"],
        article_id=row["article_id"] if is_known or row["own_id"] else None,
        is_known=is_known,
    )


def _take_groups(
    grouping: Grouping, nodes: Sequence[Reading], rows: Sequence[Row], remembered: Set[str], articles: _Articles
) -> None:
    """Add the articles whose readings have no ids of their own."""
    taken = {row["article_id"] for row in articles.rows}
    for group in grouping.groups:
        own = [at for at in group if nodes[at].article_id is None]
        if not own:
            continue
        own = _reject_indistinguishable(own, grouping, nodes, rows, articles)
        canonical = _choose_canonical_url(own, grouping, rows)
        computed, others = _compute_ids(own, canonical, grouping, nodes, rows)
        owner = _choose_owner([at for at in group if nodes[at].article_id is not None], computed, nodes, rows)
        if owner is not None and not nodes[owner].is_known:  # tonight's, with an id of its own
            articles.n_repeated.update(rows[at]["source"] for at in own)
            continue
        if owner is None:
            article_id = next((name for name in (computed, *others) if name in remembered), computed)
        else:
            article_id = str(nodes[owner].article_id)
        if article_id in taken:
            article_id = text.compute_digest(computed, rows[own[0]]["reading_id"])
        taken.add(article_id)
        articles.recognisable |= {computed} - {article_id}
        articles.add(article_id, canonical, [rows[at] for at in own])


def _reject_indistinguishable(
    own: Sequence[int], grouping: Grouping, nodes: Sequence[Reading], rows: Sequence[Row], articles: _Articles
) -> list[int]:
    """Reject readings that only their text distinguishes from another one of their file."""
    kept: list[int] = []
    first_of: dict[str, int] = {}
    for at in own:
        first = nodes[first_of.setdefault(nodes[at].file or "", at)]
        one, other = (grouping.sketches.get(reading.reading_id) for reading in (first, nodes[at]))
        if one and other and is_other_text(one, other):
            earlier = rows[first_of[nodes[at].file or ""]]["location"]
            common = "id" if nodes[at].entry and nodes[at].entry == first.entry else "title"
            reason = f"it has the address and the {common} of {earlier}, but another text: newsfold cannot decide "
            articles.reject(rows[at], reason + "whether they are one article. The first was kept")
        else:
            kept.append(at)
    return kept


def _choose_canonical_url(own: Sequence[int], grouping: Grouping, rows: Sequence[Row]) -> str | None:
    """Return the address that a page of the group claims, if that is believed, else that of the first reading."""
    cleaned = {at: urls.clean_url(rows[at]["url"]) if rows[at]["page_key"] else None for at in own}
    claimed = {
        rows[at]["canonical_url"]
        for at in own
        if at not in grouping.refused and rows[at]["canonical_url"] != cleaned[at]
    }
    # Of several, one that does not depend on which document came first.
    choice = (claimed - {None}) or (set(cleaned.values()) - {None})
    return min(choice, key=lambda url: (not url.startswith("https"), len(url), url), default=None)


def _compute_ids(
    own: Sequence[int], canonical: str | None, grouping: Grouping, nodes: Sequence[Reading], rows: Sequence[Row]
) -> tuple[str, list[str]]:
    """Compute the id of a new article, and others that it may have had before its window ended."""
    first = rows[own[0]]
    entries = sorted({entry for at in own if (entry := nodes[at].entry) and entry not in grouping.shared})
    if canonical is None:
        of_text = str(first["text_digest"])
        return (text.compute_digest(entries[0]), [of_text]) if entries else (of_text, [])
    plain = str(urls.find_plain_url(canonical))
    if urls.compute_page_key(canonical) not in grouping.shared:
        return text.compute_digest(plain), [text.compute_digest(url) for url in urls.list_spellings(plain)]
    return _compute_shared_id(
        canonical, entries[0] if entries else None, grouping.sketches.get(first["reading_id"])
    ), []


def _compute_shared_id(canonical: str, entry: str | None, sketch: TextSketch | None) -> str:
    """Compute the id of an article at an address that it shares: by its entry's id, else by its title."""
    title = " ".join(sketch.title) if sketch else ""
    return text.compute_digest(str(urls.compute_page_key(canonical)), entry or title)


def _list_shared_ids(grouping: Grouping, nodes: Sequence[Reading], rows: Sequence[Row]) -> set[str]:
    """List the ids that known articles would have had if it had been known that they share their address."""
    return {
        _compute_shared_id(
            rows[at]["canonical_url"],
            None if node.entry in grouping.shared else node.entry,
            grouping.sketches.get(node.reading_id),
        )
        for at, node in enumerate(nodes)
        if node.is_known and urls.compute_page_key(rows[at]["canonical_url"]) in grouping.shared
    }


def _choose_owner(fixed: Sequence[int], computed: str, nodes: Sequence[Reading], rows: Sequence[Row]) -> int | None:
    """Return the article of a group that has an id already: tonight's, else the one that was known first."""

    def rank(at: int) -> tuple[Any, ...]:
        node = nodes[at]
        seen = str(rows[at].get("first_seen_at") or "")
        return node.is_known, node.article_id != computed, seen, node.article_id

    return min(fixed, key=rank, default=None)


def _list_keys(reading: Reading) -> list[str]:
    claimed = compute_claim_key(reading.claim) if reading.claim else None
    return [key for key in (reading.page, reading.claim, claimed, reading.entry) if key]


def _compute_shared_marker(key: str) -> str:
    """Return the id by which later nights know that several articles have a key."""
    return text.compute_digest("shared", key)


def _build_tables(articles: _Articles) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    articles.rows.sort(key=lambda row: str(row["article_id"]))
    articles.rejects.sort(key=lambda row: int(row["place"]))
    names = sorted(articles.n_repeated)
    repeats = {"source": names, "n_repeated": [articles.n_repeated[name] for name in names]}
    return (
        pa.Table.from_pylist(articles.rows, schema=ARTICLE_INDEX),
        schemas.build_table("rejects", articles.rejects),
        pa.table(repeats, schema=REPEATS),
        pa.table({"article_id": sorted(articles.recognisable)}, schema=RECOGNISABLE_IDS),
    )
