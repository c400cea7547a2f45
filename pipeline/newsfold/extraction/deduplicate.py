"""Deduplication: readings of one article are merged, and what an outlet prints everywhere is removed.

`index_articles` and `learn_boilerplate` read all of a night, but only digests, titles and numbers; `merge_duplicates`
and `strip_boilerplate` read texts, of each article by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from newsfold import schemas, text
from newsfold.dataflow import TableView
from newsfold.extraction import boilerplate, headlines, lead, merging
from newsfold.extraction.articles import UNKNOWN_OUTLET
from newsfold.extraction.tables import ARTICLE_INDEX, OUTLET_BOILERPLATE, REPEATS, SENTENCE_HASHES

_BATCH_ROWS = 256
_MAX_REASON_CHARACTERS = 500


def index_articles(readings: TableView) -> tuple[pa.Table, pa.Table, pa.Table]:
    """List the articles among the readings, which are in their documents' order.

    Returns:
        Table `article_index`, a row per article, sorted by article_id; `unreadable`, the documents that are not
        articles, in their order, each with its reason; and `repeats`, how many other documents each source repeats.
    """
    rows = readings.read(["article_id", "own_id", "content_hash", "reason", "source", "location"]).to_pylist()
    places: dict[str, int] = {}
    rejects, n_repeated = [], Counter[str]()
    for place, (row, reason, is_first) in enumerate(_check_readings(rows)):
        if reason:
            shortened = text.shorten(reason, _MAX_REASON_CHARACTERS)
            rejects.append({"source": row["source"], "location": row["location"], "reason": shortened})
        elif is_first:
            places[row["article_id"]] = place
        else:
            n_repeated[row["source"]] += 1
    ids = sorted(places)
    columns = {"article_id": ids, "place": [places[article] for article in ids], "row": list(range(len(ids)))}
    names = sorted(n_repeated)
    repeats = {"source": names, "n_repeated": [n_repeated[name] for name in names]}
    return (
        pa.table(columns, schema=ARTICLE_INDEX),
        schemas.build_table("rejects", rejects),
        pa.table(repeats, schema=REPEATS),
    )


def merge_duplicates(article_index: TableView, readings: TableView) -> tuple[pa.Table, pa.Table]:
    """Merge the readings of each article into one row: the fuller text, and every fact.

    Returns:
        Table `merged`, in the order of `article_index`; and `sentence_hashes`, the sentences of each article.
    """
    index = article_index.read()
    own_readings = readings.where("article_id", index["article_id"])
    merged: dict[str, dict[str, Any]] = {}
    rows = (row for batch in own_readings.to_batches(_BATCH_ROWS) for row in batch.to_pylist())
    for row, reason, is_first in _check_readings(rows):
        if is_first:
            merged[row["article_id"]] = row
        elif not reason and not row["own_id"]:
            merged[row["article_id"]] = merging.merge_rows(merged[row["article_id"]], row)
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
        Table `cleaned`, in the order of `merged`.
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


def _check_readings(readings: Iterable[Mapping[str, Any]]) -> Iterator[tuple[dict[str, Any], str | None, bool]]:
    """Yield each reading, why it is not an article (or None), and whether it is the first of its article."""
    seen: dict[str, str] = {}
    for reading in readings:
        row = dict(reading)
        article, content, reason = row["article_id"], row["content_hash"], row["reason"]
        if not reason and row["own_id"] and seen.get(article, content) != content:
            reason = f"its id {article!r} is used twice, for different texts"
        is_first = not reason and article not in seen
        if is_first:
            seen[article] = content
        yield row, reason, is_first
