"""Distinct texts: which articles hold one text, decided from digests of their words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from newsfold.copies.parts import list_parts, number_digests, read_sketches
from newsfold.copies.tables import TEXTS
from newsfold.dataflow import Context, TableView
from newsfold.publishers import UNKNOWN_OUTLET
from newsfold.settings import Copies

LONG_TEXT_WORDS = 80  # shorter bodies are often boilerplate ("Follow us on …"): titles must agree

Row = dict[str, Any]


def find_distinct_texts(sketch_parts: TableView, body_sketches: TableView, context: Context) -> pa.Table:
    """List the distinct texts, with the articles that have each.

    Returns:
        Table `distinct_texts`, part after part.
    """
    columns = ["article_id", "digest", "words", "title_words", "outlet", "published_at", "n_anchors"]
    listed = []
    for part in list_parts(sketch_parts):
        rows = [
            sketches.filter(pa.array(part.contains(number_digests(sketches["digest"]))))
            for _, sketches in read_sketches(body_sketches, columns)
        ]
        if rows:
            listed.append(_list_texts(pa.concat_tables(rows), context.settings.copies))
    return pa.concat_tables(listed) if listed else TEXTS.empty_table()


def order_texts(distinct_texts: TableView) -> pa.Table:
    """Order the texts of all parts: table `texts`, sorted by article_id."""
    return distinct_texts.read().sort_by("article_id")


def _list_texts(sketches: pa.Table, settings: Copies) -> pa.Table:
    rows = sketches.to_pylist()
    numbers_of: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, key in enumerate(_text_keys(rows, settings)):
        numbers_of[key].append(number)
    first = pa.array([numbers[0] for numbers in numbers_of.values()], pa.int64())
    texts = {
        "article_id": sketches["article_id"].take(first),
        "words": sketches["words"].take(first),
        "n_anchors": sketches["n_anchors"].take(first),
        "comparable": [key[0] == "body" for key in numbers_of],
        "article_ids": [[rows[number]["article_id"] for number in numbers] for numbers in numbers_of.values()],
    }
    return pa.table(texts, schema=TEXTS)


def is_compatible_title(left: Sequence[str], right: Sequence[str]) -> bool:
    """Return whether two titles (as words) can head one text: the same numbers, and half of the words shared."""
    a, b = set(left), set(right)
    if not a or not b:
        return True
    numbers = {word for word in a ^ b if word.isdigit()}
    return not numbers and len(a & b) * 2 >= min(len(a), len(b))


def _text_keys(rows: Sequence[Row], settings: Copies) -> list[tuple[str, ...]]:
    """Return a key for each article, equal if two hold one text: of the body; of title and body if it is short."""
    by_digest: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_digest[row["digest"]].append(row)
    boilerplate = {
        digest
        for digest, members in by_digest.items()
        if len(members) > 1 and members[0]["words"] < LONG_TEXT_WORDS and _is_boilerplate(members)
    }
    keys: list[tuple[str, ...]] = []
    for row in rows:
        if row["words"] >= settings.min_words and row["digest"] not in boilerplate:
            keys.append(("body", row["digest"]))
        elif row["words"] + len(row["title_words"]) >= settings.min_words // 2:
            keys.append(("both", row["digest"], " ".join(row["title_words"])))
        else:
            keys.append(("alone", row["article_id"]))
    return _split_by_day(rows, keys)


def _is_boilerplate(members: Sequence[Row]) -> bool:
    """Return whether one outlet prints this short body under different titles: a standing text, not a report."""
    title_of: dict[str, list[str]] = {}
    for row in members:
        if row["outlet"] != UNKNOWN_OUTLET:
            first_title = title_of.setdefault(row["outlet"], row["title_words"])
            if not is_compatible_title(first_title, row["title_words"]):
                return True
    return False


def _split_by_day(rows: Sequence[Row], keys: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Add the day to the keys of short texts that one outlet prints on several days: daily items."""
    days: dict[tuple[tuple[str, ...], str], set[str]] = defaultdict(set)
    for row, key in zip(rows, keys, strict=True):
        if key[0] == "both" and row["outlet"] != UNKNOWN_OUTLET and row["published_at"]:
            days[key, row["outlet"]].add(row["published_at"].date().isoformat())
    daily = {key for (key, _), dates in days.items() if len(dates) > 1}
    return [
        (*key, str(row["published_at"] and row["published_at"].date())) if key in daily else key
        for row, key in zip(rows, keys, strict=True)
    ]
