"""What readings are to one another: two of one address are one article, and what an outlet prints everywhere is cut.

`met` and `habits` look at all of a night, and see digests, titles and numbers only; `merged` and `cut` see texts, and
each article by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas, text
from newsfold.extraction import boilerplate, headlines, lead, merging
from newsfold.extraction.articles import UNKNOWN_OUTLET

MET_BY = ("article_id", "own_id", "content_hash", "reason", "source", "location")
LEARNT_BY = ("outlet", "title")
_BATCH_ROWS = 256


def met(readings: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Which articles there are.

    Args:
        readings: of all of a night's documents, in their order; the columns `MET_BY`.

    Returns:
        Table `article_index`, a row per article, sorted by article_id; and `rejects`, in the documents' order, each
        with its reason.
    """
    places: dict[str, int] = {}
    rejects = []
    for place, (row, reason, first) in enumerate(_judged(readings.select(MET_BY).to_pylist())):
        if reason:
            why = text.shorten(reason, 500)
            rejects.append({"source": row["source"], "location": row["location"], "reason": why})
        elif first:
            places[row["article_id"]] = place
    found = sorted(places)
    columns = {"article_id": found, "place": [places[article] for article in found], "row": list(range(len(found)))}
    return pa.table(columns, schema=schemas.SCHEMAS["article_index"]), schemas.build_table("rejects", rejects)


def merged(articles: pa.Table, readings: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Make one article of what was read twice: the fuller text, and every fact.

    Args:
        articles: table `article_index`, or some of its rows.
        readings: table `readings`, theirs at least, in the documents' order.

    Returns:
        Table `merged`, in the order of `articles`; and `sentence_hashes`, the sentences that each has, by digest.
    """
    found: dict[str, dict[str, Any]] = {}
    wanted = pa.array(articles["article_id"].to_pylist(), pa.string())
    own = readings.filter(pc.is_in(readings["article_id"], wanted))
    for row, reason, first in _judged(row for batch in own.to_batches(_BATCH_ROWS) for row in batch.to_pylist()):
        if first:
            found[row["article_id"]] = row
        elif not reason and not row["own_id"]:
            found[row["article_id"]] = merging.merge_rows(found[row["article_id"]], row)
    rows = [found[article] for article in articles["article_id"].to_pylist()]
    sentences = [
        (number, digest)
        for number, row in zip(articles["row"].to_pylist(), rows, strict=True)
        if row["outlet"] != UNKNOWN_OUTLET
        for digest in sorted(boilerplate.hash_sentences(row["body"]))
    ]
    printed = {"row": [number for number, _ in sentences], "sentence": [digest for _, digest in sentences]}
    return schemas.build_table("merged", rows), pa.table(printed, schema=schemas.SCHEMAS["sentence_hashes"])


def habits(articles: pa.Table, heads: pa.Table, printed: pa.Table, known: pa.Table | None) -> pa.Table:
    """Table `outlet_boilerplate`: what each outlet prints under everything, and what its titles end in.

    Args:
        articles: table `article_index`, all of it.
        heads: table `merged`, all of it; its columns `LEARNT_BY`.
        printed: table `sentence_hashes`, all of it.
        known: articles of earlier nights, their outlet and extras: what was cut of their outlets' stays cut.
    """
    earlier = known.select(["outlet", "extras"]).to_pylist() if known is not None else []
    cut_before, endings_before = boilerplate.group_extras(earlier), boilerplate.group_extras(earlier, headlines.ENDING)
    outlets, titles = heads["outlet"].to_pylist(), heads["title"].to_pylist()
    of_outlet: dict[str, list[str]] = {}
    for outlet, title in zip(outlets, titles, strict=True):
        if outlet != UNKNOWN_OUTLET:
            of_outlet.setdefault(outlet, []).append(title)
    place = articles["place"].to_numpy()
    again = boilerplate.find_repeated_sentences(
        outlets, titles, place, printed["row"].to_numpy(), printed["sentence"].to_numpy()
    )
    rows = []
    for outlet in sorted(of_outlet):
        sentences = again.get(outlet, set()) | {boilerplate.hash_sentence(one) for one in cut_before.get(outlet, ())}
        endings = headlines.learn_endings(of_outlet[outlet], endings_before.get(outlet, ()))
        if sentences or endings:
            rows.append({"outlet": outlet, "sentences": sorted(sentences), "endings": sorted(endings)})
    return pa.Table.from_pylist(rows, schema=schemas.SCHEMAS["outlet_boilerplate"])


def cut(articles: pa.Table, learnt: pa.Table) -> pa.Table:
    """The articles without the sentences and title endings that their outlet prints everywhere; those become extras.

    Args:
        articles: table `merged`, or some of its rows.
        learnt: table `outlet_boilerplate`.

    Returns:
        Table `cleaned`, in the same order.
    """
    known = {row["outlet"]: (frozenset(row["sentences"]), frozenset(row["endings"])) for row in learnt.to_pylist()}
    rows = articles.to_pylist()
    for row in rows:
        phrases, endings = known.get(row["outlet"], (frozenset(), frozenset()))
        title, ending = headlines.remove_ending(row["title"], endings)
        body, gone = boilerplate.remove_sentences(row["body"], phrases) if phrases else (row["body"], [])
        if (ending or gone) and (body or title):
            row["title"], row["body"] = title, body
            row["lead"] = lead.extract_lead(body.split("\n"), row["language"]) if gone else row["lead"]
            row["extras"] += [{"key": boilerplate.REPEATED, "value": sentence} for sentence in gone]
            row["extras"] += [{"key": headlines.ENDING, "value": ending}] if ending else []
            row["content_hash"] = lead.hash_content(title, body)
    return schemas.build_table("cleaned", rows)


def _judged(readings: Iterable[Mapping[str, Any]]) -> Iterator[tuple[dict[str, Any], str | None, bool]]:
    """Each reading, why it is no article (None where it is one), and whether it is the first of its article."""
    seen: dict[str, str] = {}
    for reading in readings:
        row = dict(reading)
        article, content, reason = row["article_id"], row["content_hash"], row["reason"]
        if not reason and row["own_id"] and seen.get(article, content) != content:
            reason = f"its id {article!r} is used twice, for different texts"
        first = not reason and article not in seen
        if first:
            seen[article] = content
        yield row, reason, first
