"""Deduplication: readings of one article are merged, and what an outlet prints everywhere is removed.

`learn_boilerplate` reads all of a night, but only digests, titles and numbers, and the few texts under what may be a
label of titles; `merge_duplicates` and `strip_boilerplate` read texts, of each article by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from newsfold import schemas, text
from newsfold.dataflow import TableView
from newsfold.extraction import boilerplate, label_learning, languages, lead, merging, title_labels
from newsfold.extraction.tables import MERGED, OUTLET_BOILERPLATE, SENTENCE_HASHES
from newsfold.publishers import UNKNOWN_OUTLET

_BATCH_ROWS = 256
_TITLE_COLUMNS = ("article_id", "outlet", "title", "language", "published_at", "first_seen_at")
_LABEL_COLUMNS = tuple(f"{side}s" for side in (title_labels.LABEL, title_labels.ENDING, title_labels.HOUSE_ENDING))


class Learned(NamedTuple):
    """What was learned of an outlet.

    Attributes:
        sentences: hashes of the sentences that it prints everywhere.
        labels: side and key of the labels of its titles.
    """

    sentences: frozenset[int]
    labels: frozenset[label_learning.LabelKey]


_NOTHING = Learned(frozenset(), frozenset())


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
    return pa.Table.from_pylist(articles, schema=MERGED), pa.table(columns, schema=SENTENCE_HASHES)


def learn_boilerplate(merged: TableView, sentence_hashes: TableView, known_articles: TableView) -> pa.Table:
    """Learn the sentences that each outlet prints everywhere, and the labels of its titles.

    What was removed from an outlet's articles on earlier nights, as the extras of `known_articles` say, stays learned.

    Returns:
        Table `outlet_boilerplate`, sorted by outlet.
    """
    earlier = known_articles.read([*_TITLE_COLUMNS, "extras"]).to_pylist()
    known_sentences = boilerplate.group_extras(earlier)
    articles, hashes = merged.read(_TITLE_COLUMNS), sentence_hashes.read()
    repeated = boilerplate.find_repeated_sentences(
        articles["outlet"].to_pylist(),
        articles["title"].to_pylist(),
        hashes["row"].to_numpy(),
        hashes["sentence"].to_numpy(),
    )
    sentences: dict[str, set[int]] = {}
    for outlet in sorted({*articles["outlet"].to_pylist()} - {UNKNOWN_OUTLET}):
        known = {boilerplate.hash_sentence(sentence) for sentence in known_sentences.get(outlet, ())}
        sentences[outlet] = repeated.get(outlet, set()) | known
    labels = _learn_labels(articles.to_pylist(), earlier, merged, known_articles, sentences)
    rows = []
    for outlet in sorted({*sentences, *labels}):
        row = {"outlet": outlet, "sentences": sorted(sentences.get(outlet, ()))}
        row |= {name: [key for side, key in labels.get(outlet, ()) if side == name[:-1]] for name in _LABEL_COLUMNS}
        if any(row[name] for name in ("sentences", *_LABEL_COLUMNS)):
            rows.append(row)
    return pa.Table.from_pylist(rows, schema=OUTLET_BOILERPLATE)


def strip_boilerplate(merged: TableView, outlet_boilerplate: TableView) -> pa.Table:
    """Move what outlets print everywhere, sentences and the labels of titles, from their articles to the extras.

    Returns:
        Table `stripped`, in the order of `merged`.
    """
    learned = read_learned(outlet_boilerplate)
    rows = merged.read().to_pylist()
    for row in rows:
        stripped = strip_row(row, learned)
        if stripped is not row:
            row |= stripped
            if len(row["body"]) < languages.SAMPLE_CHARACTERS:  # or the language is that of the boilerplate
                row["language"] = languages.choose_language(row["declared_languages"], row["title"], row["body"])
            row["lead"] = lead.extract_lead(row["body"].split("\n"), row["language"])
    return schemas.build_table("articles", rows)


def read_learned(outlet_boilerplate: TableView) -> dict[str, Learned]:
    """Return what was learned of each outlet."""
    return {
        row["outlet"]: Learned(
            frozenset(row["sentences"]), frozenset((name[:-1], key) for name in _LABEL_COLUMNS for key in row[name])
        )
        for row in outlet_boilerplate.read().to_pylist()
    }


def strip_row(row: Mapping[str, Any], learned: Mapping[str, Learned]) -> Mapping[str, Any]:
    """Return title, body, extras and content_hash of an article without boilerplate; the row itself if it has none.

    Args:
        row: outlet, title, body, authors and extras of an article.
        learned: what was learned of each outlet.
    """
    of_outlet = learned.get(row["outlet"], _NOTHING)
    title, labels = title_labels.remove_labels(row["title"], of_outlet.labels, row["authors"])
    sentences = of_outlet.sentences
    body, removed = boilerplate.remove_sentences(row["body"], sentences) if sentences else (row["body"], [])
    if not (labels or removed) or not (body or title):
        return row
    extras = [*row["extras"], *({"key": boilerplate.REPEATED, "value": sentence} for sentence in removed)]
    extras += [{"key": label.side, "value": label.printed} for label in labels]
    return {"title": title, "body": body, "extras": extras, "content_hash": lead.hash_content(title, body)}


def strip_titles(articles: pa.Table, learned: Mapping[str, Learned]) -> pa.Table:
    """Move the labels of titles to the extras, and leave all else, content_hash too, as it was published.

    Args:
        articles: articles of earlier nights.
        learned: what was learned of each outlet.
    """
    titles, extras = articles["title"].to_pylist(), articles["extras"].to_pylist()
    is_changed = False
    for number, (outlet, authors) in enumerate(
        zip(articles["outlet"].to_pylist(), articles["authors"].to_pylist(), strict=True)
    ):
        labels_of_outlet = learned.get(outlet, _NOTHING).labels
        titles[number], labels = title_labels.remove_labels(titles[number], labels_of_outlet, authors)
        extras[number] += [{"key": label.side, "value": label.printed} for label in labels]
        is_changed = is_changed or bool(labels)
    if not is_changed:
        return articles
    for name, values in (("title", titles), ("extras", extras)):
        at = articles.schema.get_field_index(name)
        articles = articles.set_column(
            at, articles.schema.field(name), pa.array(values, articles.schema.field(name).type)
        )
    return articles


def _learn_labels(
    tonight: Sequence[Mapping[str, Any]],
    earlier: Sequence[Mapping[str, Any]],
    merged: TableView,
    known_articles: TableView,
    sentences: Mapping[str, set[int]],
) -> dict[str, list[label_learning.LabelKey]]:
    known: dict[str, set[label_learning.LabelKey]] = {}
    for side in (title_labels.LABEL, title_labels.ENDING):
        for outlet, printed in boilerplate.group_extras(earlier, side).items():
            known.setdefault(outlet, set()).update((side, " ".join(text.split_words(label))) for label in printed)
    restored = [{**row, "title": title_labels.restore_labels(row["title"], row["extras"])} for row in earlier]
    titles = [
        label_learning.Title(
            row["outlet"], row["title"], (row["published_at"] or row["first_seen_at"]).date(), row["article_id"],
            row["language"], is_known,
        )
        for rows, is_known in ((tonight, False), (restored, True))
        for row in rows
        if row["outlet"] != UNKNOWN_OUTLET
    ]  # fmt: skip

    def read_bodies(wanted: Sequence[label_learning.Title]) -> dict[str, str]:
        bodies: dict[str, str] = {}
        for view, is_known in ((known_articles, True), (merged, False)):
            ids = pa.chunked_array(
                [pa.array(sorted({t.article_id for t in wanted if t.is_known == is_known}), pa.string())]
            )
            for row in view.where("article_id", ids, columns=["article_id", "outlet", "body"]).to_pylist():
                body, _ = boilerplate.remove_sentences(row["body"], frozenset(sentences.get(row["outlet"], ())))
                bodies[row["article_id"]] = languages.remove_links(body)
        return bodies

    return label_learning.learn_labels(titles, known, read_bodies)


def _readdress(row: Mapping[str, Any], owner: Mapping[str, Any]) -> dict[str, Any]:
    """Return a reading with the id and the address of its article: an address that it only claims may be wrong."""
    url = row["url"] if row["page_key"] or row["url"] != row["canonical_url"] else None
    canonical = owner["canonical_url"]
    return {**row, "article_id": owner["article_id"], "url": url or canonical, "canonical_url": canonical}
