"""Parsing documents into readings: each document by itself becomes an article, or a rejection with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import text, times, urls
from newsfold.dataflow import Context, TableView
from newsfold.extraction import articles, language_detection, limits, maintext, publisher_names
from newsfold.extraction.documents import Document
from newsfold.extraction.tables import READINGS
from newsfold.failures import describe_failure
from newsfold.garbage import pause_garbage_collection
from newsfold.publishers import load_publishers

_BATCH_ROWS = 256
_MAX_SECONDS = 20.0  # of processor time, for one document


def parse_documents(documents: TableView, context: Context) -> pa.Table:
    """Parse documents, each by itself.

    A document that a library fails on is rejected, and the others are parsed all the same.

    Returns:
        Table `readings`, a row per document in their order: an article, or the reason why it is not one.

    Raises:
        MachineError: the machine lacks memory, disk space or open files.
        Exception: a parser cannot be loaded.
    """
    table = documents.read()
    readings: list[pa.Table] = []
    n_done = 0
    with publisher_names.use_publishers(load_publishers(context.settings)), limits.TimeLimit(_MAX_SECONDS) as limit:
        _load_parsers(pc.unique(table["form"]).to_pylist())
        for batch in table.to_batches(_BATCH_ROWS):
            readings.append(_parse_batch(batch, context.seen_at, limit))
            n_done += batch.num_rows
            context.progress("extract", n_done, table.num_rows)
    return pa.concat_tables(readings) if readings else READINGS.empty_table()


def _load_parsers(forms: Sequence[str]) -> None:
    """Load what is loaded at first use: what fails here fails for all documents, and counts in no one's time limit."""
    language_detection.detect_language("The ferry to Lomo sails again.")
    times.parse_time("Wednesday, 5 June 2013, 6:30 pm", "UTC")
    if "html" in forms:
        maintext.load_trafilatura()


@pause_garbage_collection()  # a batch at a time: parsers of markup leave circles behind
def _parse_batch(documents: pa.RecordBatch, seen_at: datetime, limit: limits.TimeLimit) -> pa.Table:
    rows = [_parse_document(document, seen_at, limit) for document in documents.to_pylist()]
    return pa.Table.from_pylist(rows, schema=READINGS)


def _parse_document(document: Document, seen_at: datetime, limit: limits.TimeLimit) -> dict[str, Any]:
    origin = {"own_id": bool(document["id"]), "location": document["location"], "file": document["file"]}
    try:
        with limit.block():
            article = articles.build_article(document, seen_at)
            return article | origin | _identify_reading(document, article)
    except ImportError:
        raise  # a broken installation concerns every document
    except Exception as error:  # any failure of a parser concerns this document alone
        reason = describe_failure(error, f"Reading {document['location']}")
        return articles.build_rejection(document, seen_at, reason) | origin | {"reading_id": "", "text_digest": ""}


def _identify_reading(document: Document, article: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of `readings` by which the articles among them are found."""
    named = (article[name] or "" for name in ("article_id", "outlet", "url", "canonical_url", "entry_id"))
    page_key = urls.compute_page_key(document["url"])
    printed = (article["outlet"], article["title"], article["body"])
    return {
        "reading_id": text.compute_digest(*named, article["content_hash"]),
        "page_key": page_key,
        "text_digest": text.compute_digest(*printed) if page_key is None else "",
    }
