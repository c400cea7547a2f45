"""Parsing documents into readings: each document by itself becomes an article, or a rejection with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pyarrow as pa

from newsfold import publishers, schemas
from newsfold.errors import SourceError
from newsfold.extraction import articles, limits, publisher_names
from newsfold.publishers import Publishers

_BATCH_ROWS = 256
_MAX_SECONDS = 20.0  # for one document


def parse_documents(
    documents: pa.Table,
    seen_at: datetime,
    progress: Callable[[int, int], None] | None = None,
    known_publishers: Publishers | None = None,
) -> pa.Table:
    """Parse documents, each by itself.

    Args:
        documents: table `documents`, or some of its rows.
        seen_at: the edition's time, UTC, the same on every rerun.
        progress: called with documents done and to do.
        known_publishers: agencies and outlets that credits name, and publisher families; None: the shipped ones.

    Returns:
        Table `readings`, a row per document in their order: an article, or the reason why it is not one.
    """
    readings: list[pa.Table] = []
    n_done = 0
    known_publishers = known_publishers or publishers.load_shipped_publishers()
    for batch in documents.to_batches(_BATCH_ROWS):
        rows = []
        for document in batch.to_pylist():
            origin = {"own_id": bool(document["id"]), "location": document["location"]}
            try:
                with limits.time_limit(_MAX_SECONDS), publisher_names.use_publishers(known_publishers):
                    rows.append(articles.build_article(document, seen_at) | origin)
            except SourceError as error:
                rows.append(articles.build_rejection(document, seen_at, str(error)) | origin)
            except ImportError:
                raise  # a broken installation concerns every document
            except Exception as error:  # any other failure of a parser concerns this document alone
                reason = f"it could not be read ({type(error).__name__}: {error})"
                rows.append(articles.build_rejection(document, seen_at, reason) | origin)
        readings.append(schemas.build_table("readings", rows))
        n_done += batch.num_rows
        if progress:
            progress(n_done, documents.num_rows)
    return schemas.concat_tables("readings", readings)
