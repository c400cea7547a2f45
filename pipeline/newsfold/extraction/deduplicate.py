"""Deduplication: readings of one article are merged, and what an outlet prints everywhere is removed.

`learn_boilerplate` reads all of a night, but only digests, titles and numbers, and the few texts under what may be a
label of titles; `merge_duplicates` and `strip_boilerplate` read texts, of each article by itself.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas, text
from newsfold.dataflow import TableView
from newsfold.extraction import boilerplate, label_learning, languages, lead, merging, title_labels
from newsfold.extraction.folding import NEVER_REMOVED, fold_text
from newsfold.extraction.tables import MERGED, OUTLET_BOILERPLATE
from newsfold.garbage import pause_garbage_collection
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


def merge_duplicates(article_index: TableView, readings: TableView) -> pa.Table:
    """Merge the readings of each article into one row: the fuller text, and every fact.

    Returns:
        Table `merged`, in the order of `article_index`.
    """
    index = article_index.read()
    found = readings.where("reading_id", index["readings"])
    owner_of = {name: place for place, names in enumerate(index["readings"].to_pylist()) for name in names}
    rows_of: list[list[int]] = [[] for _ in range(index.num_rows)]
    for row, name in enumerate(found["reading_id"].to_pylist()):
        rows_of[owner_of[name]].append(row)
    found = _readdress(found, index, rows_of)
    # Most articles have one reading: only the others become Python objects.
    merged = found.take(pa.array([rows[0] for rows in rows_of], pa.int64())).select(MERGED.names)
    several = [place for place, rows in enumerate(rows_of) if len(rows) > 1]
    repeated = iter(found.take(pa.array([row for place in several for row in rows_of[place]], pa.int64())).to_pylist())
    articles = [functools.reduce(merging.merge_rows, islice(repeated, len(rows_of[place]))) for place in several]
    return _replace_rows(merged, several, pa.Table.from_pylist(articles, schema=MERGED))


def learn_boilerplate(merged: TableView, known_articles: TableView) -> pa.Table:
    """Learn the sentences that each outlet prints everywhere, and the labels of its titles.

    What was removed from an outlet's articles on earlier nights, as the extras of `known_articles` say, stays learned.

    Returns:
        Table `outlet_boilerplate`, sorted by outlet.
    """
    earlier = known_articles.read([*_TITLE_COLUMNS, "extras"]).to_pylist()
    known_sentences = boilerplate.group_extras(earlier)
    articles = merged.read([*_TITLE_COLUMNS, "sentences"])
    sentences_of = articles["sentences"].combine_chunks()
    rows, hashes = pc.list_parent_indices(sentences_of).to_numpy(), sentences_of.flatten().to_numpy()
    articles = articles.drop_columns("sentences")
    repeated = boilerplate.find_repeated_sentences(
        articles["outlet"].to_pylist(), articles["title"].to_pylist(), rows, hashes
    )
    sentences: dict[str, set[int]] = {}
    for outlet in sorted({*articles["outlet"].to_pylist()} - {UNKNOWN_OUTLET}):
        known = {boilerplate.hash_sentence(sentence) for sentence in set(known_sentences.get(outlet, ()))}
        sentences[outlet] = repeated.get(outlet, set()) | known - {NEVER_REMOVED}
    labels = _learn_labels(articles.to_pylist(), earlier, merged, known_articles, sentences)
    rows = []
    for outlet in sorted({*sentences, *labels}):
        row = {"outlet": outlet, "sentences": sorted(sentences.get(outlet, ()))}
        row |= {name: [key for side, key in labels.get(outlet, ()) if side == name[:-1]] for name in _LABEL_COLUMNS}
        if any(row[name] for name in ("sentences", *_LABEL_COLUMNS)):
            rows.append(row)
    return pa.Table.from_pylist(rows, schema=OUTLET_BOILERPLATE)


@pause_garbage_collection()
def strip_boilerplate(merged: TableView, outlet_boilerplate: TableView) -> pa.Table:
    """Move what outlets print everywhere, sentences and the labels of titles, from their articles to the extras.

    Returns:
        Table `stripped`, in the order of `merged`.
    """
    learned = read_learned(outlet_boilerplate)
    stripped = [_strip_batch(pa.table(batch), learned) for batch in merged.read().to_batches(_BATCH_ROWS)]
    return schemas.concat_tables("articles", stripped)


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
        row: outlet, title, body, sentences (their hashes), authors and extras of an article.
        learned: what was learned of each outlet.
    """
    of_outlet = learned.get(row["outlet"], _NOTHING)
    title, labels = title_labels.remove_labels(row["title"], of_outlet.labels, row["authors"])
    body, removed = boilerplate.remove_sentences(row["body"], row["sentences"], of_outlet.sentences)
    if not (labels or removed) or not (body or title):
        return row
    extras = [*row["extras"], *({"key": boilerplate.REPEATED, "value": sentence} for sentence in removed)]
    extras += [{"key": label.side, "value": label.printed} for label in labels]
    content_hash = lead.hash_content(title, fold_text(body).words)
    return {"title": title, "body": body, "extras": extras, "content_hash": content_hash}


def _strip_batch(merged: pa.Table, learned: Mapping[str, Learned]) -> pa.Table:
    columns = (merged[name].to_pylist() for name in ("outlet", "title", "authors", "sentences"))
    # Most articles stay as they are: only the others become Python objects.
    places = [
        place
        for place, (outlet, title, authors, sentences) in enumerate(zip(*columns, strict=True))
        if not learned.get(outlet, _NOTHING).sentences.isdisjoint(sentences)
        or title_labels.remove_labels(title, learned.get(outlet, _NOTHING).labels, authors)[1]
    ]
    rows = [row | _strip_article(row, learned) for row in merged.take(pa.array(places, pa.int64())).to_pylist()]
    return _replace_rows(schemas.conform_table(merged, "articles"), places, schemas.build_table("articles", rows))


def _strip_article(row: Mapping[str, Any], learned: Mapping[str, Learned]) -> Mapping[str, Any]:
    stripped = dict(strip_row(row, learned))
    language = row["language"]
    if len(stripped["body"]) < languages.SAMPLE_CHARACTERS:  # or the language is that of the boilerplate
        language = languages.choose_language(row["declared_languages"], stripped["title"], stripped["body"])
    return stripped | {"language": language, "lead": lead.extract_lead(stripped["body"].split("\n"), language)}


def _replace_rows(table: pa.Table, places: Sequence[int], rows: pa.Table) -> pa.Table:
    """Return a table with other rows at some places, ascending."""
    if not places:
        return table
    order = np.arange(table.num_rows)
    order[list(places)] = table.num_rows + np.arange(rows.num_rows)
    return pa.concat_tables([table, rows]).take(pa.array(order))


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
                body, of_outlet = row["body"], sentences.get(row["outlet"])
                if of_outlet:
                    body, _ = boilerplate.remove_sentences(body, fold_text(body).sentences.tolist(), of_outlet)
                bodies[row["article_id"]] = languages.remove_links(body)
        return bodies

    return label_learning.learn_labels(titles, known, read_bodies)


def _readdress(readings: pa.Table, index: pa.Table, rows_of: Sequence[Sequence[int]]) -> pa.Table:
    """Give the readings the ids and addresses of their articles: an address that a reading only claims may be wrong.

    Args:
        readings: rows of table `readings`.
        index: table `article_index`.
        rows_of: the rows of each article's readings.
    """
    owners = np.zeros(readings.num_rows, np.int64)
    for place, rows in enumerate(rows_of):
        owners[rows] = place
    canonical = index["canonical_url"].take(pa.array(owners))
    urls = readings["url"]
    is_own = pc.or_(
        pc.fill_null(pc.not_equal(readings["page_key"], ""), False),
        pc.fill_null(pc.not_equal(urls, readings["canonical_url"]), True),
    )
    columns = {
        "article_id": index["article_id"].take(pa.array(owners)),
        "url": pc.coalesce(pc.if_else(is_own, urls, None), canonical),
        "canonical_url": canonical,
    }
    for name, column in columns.items():
        at = readings.schema.get_field_index(name)
        readings = readings.set_column(at, readings.schema.field(at), column)
    return readings
