"""One article that came by two ways, such as a feed and a sitemap, is one row: the fuller text, and every fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newsfold import text

_TEXT = ("title", "body", "lead", "language", "content_hash", "roundup")
_FACTS = ("authors", "agency", "syndicated_from", "dateline", "published_at", "publisher_family", "country")


def merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """A row of table `articles` out of two with the same id.

    Args:
        first: the row that stands: its source, outlet and address do.
        second: what it lacks comes from here, and title and text where the text is longer.
    """
    row = dict(first)
    fuller = len(text.split_words(second["body"])) > len(text.split_words(first["body"]))
    if fuller:
        row |= {name: second[name] for name in _TEXT if second["title"] or name != "title"}
    row |= {name: second[name] for name in _FACTS if not first[name]}
    there = [(extra["key"], extra["value"]) for extra in first["extras"]]
    row["extras"] = [
        *first["extras"],
        *(extra for extra in second["extras"] if (extra["key"], extra["value"]) not in there),
    ]
    return row
