"""Distinct texts: which articles hold one text, decided from digests of their words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas, text
from newsfold.copies.shingles import EMPTY_BODY, Shingler
from newsfold.copies.sketches import compute_bands, select_anchors
from newsfold.settings import Copies

LONG_TEXT_WORDS = 80  # shorter bodies are often boilerplate ("Follow us on …"): titles must agree
BOILERPLATE_KEY = "repeated"  # the key under which extras keep sentences that an outlet prints everywhere
UNKNOWN_OUTLET = "unknown"

Row = dict[str, Any]


def standing(articles: pa.Table) -> pa.Table:
    """Table `standing`: the sentences that outlets are known to print under everything, ascending.

    Args:
        articles: column `extras`; any rows.
    """
    extras = (extra for row in articles["extras"].to_pylist() for extra in row)
    found = {extra["value"] for extra in extras if extra["key"] == BOILERPLATE_KEY}
    return pa.table({"sentence": sorted(found)}, schema=schemas.SCHEMAS["boilerplate_sentences"])


def owners(articles: pa.Table) -> pa.Table:
    """Table `owners`: the outlets whose family articles name, each with the last one that is named.

    Args:
        articles: columns `outlet` and `publisher_family`; any rows.
    """
    named = articles.filter(pc.not_equal(articles["publisher_family"], ""))
    families = dict(zip(named["outlet"].to_pylist(), named["publisher_family"].to_pylist(), strict=True))
    columns = {"outlet": list(families), "publisher_family": list(families.values())}
    return pa.table(columns, schema=schemas.SCHEMAS["outlet_families"])


def read(articles: pa.Table, left_out: pa.Table, settings: Copies) -> tuple[pa.Table, pa.Table]:
    """Read bodies, word by word.

    Args:
        articles: the articles; any rows.
        left_out: table `standing`, of the whole window: copies carry such sentences into other outlets.
        settings: when two texts count as copies.

    Returns:
        Tables `bodies` (what tells equal texts and those worth comparing) and `prints` (what comparing them needs), a
        row per article, in their order.
    """
    shingler = Shingler(sorted(set(left_out["sentence"].to_pylist())))
    bodies_ = [shingler.shingle(body) for body in articles["body"].to_pylist()]
    long_enough = [body if body.n_words >= settings.min_words else EMPTY_BODY for body in bodies_]
    shingles = [body.shingles for body in long_enough]
    kind = schemas.SCHEMAS["body_sketches"]
    bodies = {
        "article_id": articles["article_id"],
        "digest": [body.digest for body in bodies_],
        "words": [body.n_words for body in bodies_],
        "spaced": [body.has_spaces for body in bodies_],
        "title_words": [text.split_words(title) for title in articles["title"].to_pylist()],
        "outlet": articles["outlet"],
        "published_at": articles["published_at"],
        "bands": pa.array(compute_bands(shingles, settings.permutations), kind.field("bands").type),
        "anchors": pa.array([select_anchors(own) for own in shingles], kind.field("anchors").type),
    }
    kind = schemas.SCHEMAS["body_shingles"]
    prints = {
        "article_id": articles["article_id"],
        "shingles": pa.array(shingles, kind.field("shingles").type),
        "numbers": pa.array([body.is_number for body in long_enough], kind.field("numbers").type),
    }
    return pa.table(bodies, schema=schemas.SCHEMAS["body_sketches"]), pa.table(prints, schema=kind)


def number(bodies: pa.Table, settings: Copies) -> pa.Table:
    """Table `texts`: the different texts, in the order in which they first occur.

    Args:
        bodies: table `bodies` of all articles, sorted by article_id; sketches are not needed.
        settings: when two texts count as copies.
    """
    rows = bodies.select(["article_id", "digest", "words", "title_words", "outlet", "published_at"]).to_pylist()
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for article, key in enumerate(_text_keys(rows, settings)):
        holders[key].append(article)
    first = pa.array([articles[0] for articles in holders.values()], pa.int64())
    columns = {
        "article_id": bodies["article_id"].take(first),
        "words": bodies["words"].take(first),
        "comparable": [key[0] == "body" for key in holders],
        "article_ids": [[rows[article]["article_id"] for article in articles] for articles in holders.values()],
    }
    return pa.table(columns, schema=schemas.SCHEMAS["texts"])


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
