"""JSON Feeds (versions 1 and 1.1, https://www.jsonfeed.org/version/1.1/) as documents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from newsfold import urls
from newsfold.errors import SourceError
from newsfold.sources.document import Document, Failure, Item


def entries(raw: bytes, location: str, outlet: str | None) -> list[Item]:
    """The items of a JSON Feed, in its order; items that are none are failures.

    Args:
        raw: the feed.
        location: its file or address, for messages.
        outlet: the configured outlet; None takes the feed's title.

    Raises:
        SourceError: it is no JSON Feed.
    """
    try:
        feed = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"it begins like JSON and is none: {error}") from error
    if "jsonfeed.org" not in str(feed.get("version")) or not isinstance(feed.get("items"), list):
        raise SourceError("it is JSON, but no JSON Feed: it needs a `version` of jsonfeed.org and a list of `items`")
    return list(_items(feed, location, outlet or _text(feed, "title")))


def _items(feed: Mapping[str, Any], location: str, outlet: str | None) -> Iterator[Item]:
    home = _text(feed, "home_page_url")
    for number, item in enumerate(feed["items"], 1):
        where = f"{location} item {number}"
        if not isinstance(item, dict):
            yield Failure(where, f"it is a JSON {type(item).__name__}; each item must be an object")
            continue
        yield Document(
            location=where,
            form="fields",
            url=urls.resolve_link(_text(item, "url") or _text(item, "external_url"), home),
            outlet=outlet,
            title=_text(item, "title"),
            text=_text(item, "content_html") or _text(item, "content_text") or _text(item, "summary"),
            authors=tuple(_authors(item) or _authors(feed)),
            published_at=_text(item, "date_published") or _text(item, "date_modified"),
            language=_text(item, "language") or _text(feed, "language"),
            version=_text(item, "date_modified"),
        )


def _authors(found: Mapping[str, Any]) -> list[str]:
    listed = found.get("authors") or [found.get("author")]  # version 1 had one
    people = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [name for one in people if (name := _text(one, "name"))]


def _text(found: Mapping[str, Any], key: str) -> str | None:
    value = found.get(key)
    return value.strip() or None if isinstance(value, str) else None
