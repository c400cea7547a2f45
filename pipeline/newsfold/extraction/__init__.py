"""Extraction: documents become articles, each with one clean text and its facts, or rejections with a reason.

Steps:
    parse: parses each document by itself into an article.
    deduplicate: merges readings of one article, and removes what an outlet prints everywhere (merging, boilerplate).
    revisions: compares tonight's articles with those of earlier nights.

Parsing a document:
    documents: the forms of documents: html (metadata, maintext, paywalls), scrape, and fields (markup).
    lines, captions, page_furniture, republished: which lines of a text are its body, and which hold facts.
    bylines, names, publisher_names, datelines, times, languages: the facts in such lines.
    articles: the row that is built from it (headlines, lead, addresses).
    roundups, roundup_patterns, recurring: articles that are not part of any one story.

Word lists and phrases, by language, stand in the YAML file named like the module that uses them (word_lists).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pyarrow as pa

from newsfold import schemas
from newsfold.extraction.deduplicate import LEARNT_BY, MET_BY, cut, habits, merged, met
from newsfold.extraction.parse import parse_documents
from newsfold.extraction.parse import parse_documents as read
from newsfold.extraction.revisions import decided, laid_out
from newsfold.publishers import Publishers

__all__ = [
    "LEARNT_BY",
    "MET_BY",
    "cut",
    "decided",
    "extract",
    "habits",
    "laid_out",
    "merged",
    "met",
    "parse_documents",
    "read",
    "settle",
]


def extract(
    documents: pa.Table,
    seen_at: datetime,
    progress: Callable[[int, int], None] | None = None,
    known: pa.Table | None = None,
    publishing: Publishers | None = None,
) -> tuple[pa.Table, pa.Table]:
    """Make articles of documents: `read` each, then `settle` what they are to one another."""
    return settle(read(documents, seen_at, progress, publishing), known)


def settle(readings: pa.Table, known: pa.Table | None = None) -> tuple[pa.Table, pa.Table]:
    """Make one article of what was read twice, and cut what an outlet prints everywhere."""
    articles, rejects = met(readings)
    together, printed = merged(articles, readings)
    found = cut(together, habits(articles, together, printed, known))
    return schemas.conform_table(found, "articles"), rejects
