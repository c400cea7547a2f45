"""Deduplication: readings of one article are merged, and what an outlet prints everywhere is removed.

`learn_boilerplate` reads all of a night, but only digests, titles and numbers; `merge_duplicates` and
`strip_boilerplate` read texts, of each article by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from newsfold import schemas
from newsfold.dataflow import TableView
from newsfold.extraction import boilerplate, headlines, lead, merging
from newsfold.extraction.articles import UNKNOWN_OUTLET
from newsfold.extraction.tables import OUTLET_BOILERPLATE, SENTENCE_HASHES

_BATCH_ROWS = 256


def merge_duplicates(article_index: TableView, readings: TableView) -> tuple[pa.Table, pa.Table]:
    """Merge the readings of each article into one row: the fuller text, and every fact.

    Returns:
        Table `merged`, in the order of `article_index`; and `sentence_hashes`, the sentences of each article.
    """
    index = article_index.read()
    owner_of = {reading: row for row in index.to_pylist() for reading in row["readings"]}
    merged: dict[str, dict[str, Any]] = {}
    for batch in readings.where("reading_id", index["readings"]).to_batches(_BATCH_ROWS):
        for row in batch.to_pylist():
            owner = owner_of[row["reading_id"]]
            first = merged.get(owner["article_id"])
            merged[owner["article_id"]] = merging.merge_rows(first, row) if first else _readdress(row, owner)
    articles = [merged[article] for article in index["article_id"].to_pylist()]
    hashes = [
        (number, sentence)
        for number, article in zip(index["row"].to_pylist(), articles, strict=True)
        if article["outlet"] != UNKNOWN_OUTLET
        for sentence in sorted(boilerplate.hash_sentences(article["body"]))
    ]
    columns = {"row": [number for number, _ in hashes], "sentence": [sentence for _, sentence in hashes]}
    return schemas.build_table("articles", articles), pa.table(columns, schema=SENTENCE_HASHES)


def learn_boilerplate(
    article_index: TableView, merged: TableView, sentence_hashes: TableView, known_articles: TableView
) -> pa.Table:
    """Learn the sentences that each outlet prints everywhere, and the endings of its titles.

    What was removed from an outlet's articles on earlier nights, as the extras of `known_articles` say, stays learned.

    Returns:
        Table `outlet_boilerplate`, sorted by outlet.
    """
    earlier = known_articles.read(["outlet", "extras"]).to_pylist()
    known_sentences = boilerplate.group_extras(earlier)
    known_endings = boilerplate.group_extras(earlier, headlines.ENDING)
    articles, hashes = merged.read(["outlet", "title"]), sentence_hashes.read()
    outlets, titles = articles["outlet"].to_pylist(), articles["title"].to_pylist()
    titles_of: dict[str, list[str]] = {}
    for outlet, title in zip(outlets, titles, strict=True):
        if outlet != UNKNOWN_OUTLET:
            titles_of.setdefault(outlet, []).append(title)
    place = article_index.read(["place"])["place"].to_numpy()
    repeated = boilerplate.find_repeated_sentences(
        outlets, titles, place, hashes["row"].to_numpy(), hashes["sentence"].to_numpy()
    )
    rows = []
    for outlet in sorted(titles_of):
        known = {boilerplate.hash_sentence(sentence) for sentence in known_sentences.get(outlet, ())}
        sentences = repeated.get(outlet, set()) | known
        endings = headlines.learn_endings(titles_of[outlet], known_endings.get(outlet, ()))
        if sentences or endings:
            rows.append({"outlet": outlet, "sentences": sorted(sentences), "endings": sorted(endings)})
    return pa.Table.from_pylist(rows, schema=OUTLET_BOILERPLATE)


def strip_boilerplate(merged: TableView, outlet_boilerplate: TableView) -> pa.Table:
    """Move the sentences and title endings that an outlet prints everywhere from its articles to their extras.

    Returns:
        Table `stripped`, in the order of `merged`.
    """
    learned = {
        row["outlet"]: (frozenset(row["sentences"]), frozenset(row["endings"]))
        for row in outlet_boilerplate.read().to_pylist()
    }
    rows = merged.read().to_pylist()
    for row in rows:
        sentences, endings = learned.get(row["outlet"], (frozenset(), frozenset()))
        title, ending = headlines.remove_ending(row["title"], endings)
        body, removed = boilerplate.remove_sentences(row["body"], sentences) if sentences else (row["body"], [])
        if (ending or removed) and (body or title):
            row["title"], row["body"] = title, body
            row["lead"] = lead.extract_lead(body.split("\n"), row["language"]) if removed else row["lead"]
            row["extras"] += [{"key": boilerplate.REPEATED, "value": sentence} for sentence in removed]
            row["extras"] += [{"key": headlines.ENDING, "value": ending}] if ending else []
            row["content_hash"] = lead.hash_content(title, body)
    return schemas.build_table("articles", rows)


def _readdress(row: Mapping[str, Any], owner: Mapping[str, Any]) -> dict[str, Any]:
    """Return a reading with the id and the address of its article: an address that it only claims may be wrong."""
    url = row["url"] if row["page_key"] or row["url"] != row["canonical_url"] else None
    canonical = owner["canonical_url"]
    return {**row, "article_id": owner["article_id"], "url": url or canonical, "canonical_url": canonical}
