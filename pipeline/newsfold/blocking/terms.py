"""The block stage's first steps: the words of originals, and their weights in the window."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import vocabulary
from newsfold.dataflow import TableView

_TEXT = ("article_id", "title", "body", "outlet", "language", "published_at", "first_seen_at")


def describe_terms(vectors: TableView, window_articles: TableView) -> tuple[pa.Table, pa.Table]:
    """Extract the terms of originals: tables `article_terms`, in the order of `vectors`, and `term_counts`."""
    ids = vectors.read(["article_id"])["article_id"]
    articles = window_articles.where("article_id", ids, columns=_TEXT)
    return vocabulary.describe_terms(articles.take(pc.index_in(ids, articles["article_id"].combine_chunks())))


def weigh_terms(article_terms: TableView, term_counts: TableView) -> pa.Table:
    """Weigh the words of all originals: table `vocabulary`."""
    return vocabulary.weigh_terms(term_counts.read(), article_terms.read(["language"])["language"].to_pylist())
