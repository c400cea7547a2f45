"""Merging two readings of one article, such as one from a feed and one from a sitemap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newsfold import text

_TEXT_COLUMNS = (
    *("title", "body", "sentences", "lead", "language", "declared_languages", "content_hash", "roundup", "kind"),
)
_FACT_COLUMNS = ("authors", "agency", "syndicated_from", "dateline", "published_at", "publisher_family", "country")


def merge_rows(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Merge two rows of table `merged` with the same id: the fuller text, and every fact.

    Args:
        first: the row that keeps its source, outlet and address.
        second: fills in facts that the first lacks, and replaces title and text if its text is longer.
    """
    row = dict(first)
    is_fuller = len(text.split_words(second["body"])) > len(text.split_words(first["body"]))
    if is_fuller:
        row |= {name: second[name] for name in _TEXT_COLUMNS if second["title"] or name != "title"}
    row |= {name: second[name] for name in _FACT_COLUMNS if not first[name]}
    kept = [(extra["key"], extra["value"]) for extra in first["extras"]]
    row["extras"] = [
        *first["extras"],
        *(extra for extra in second["extras"] if (extra["key"], extra["value"]) not in kept),
    ]
    return row
