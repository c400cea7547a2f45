"""Parsing JSON Feeds (versions 1 and 1.1, https://www.jsonfeed.org/version/1.1/) into documents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from newsfold import urls
from newsfold.errors import SourceError
from newsfold.sources.document import Document, Failure, Item


def parse_json_feed(raw: bytes, location: str, outlet: str | None) -> list[Item]:
    """Parse a JSON Feed.

    Args:
        raw: the feed.
        location: its file or address, for messages.
        outlet: the configured outlet; None: the feed's title.

    Returns:
        Its items, in its order; an item that is not an object is a failure.

    Raises:
        SourceError: it is not a JSON Feed.
    """
    try:
        feed = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"it begins like JSON but is not: {error}") from error
    if "jsonfeed.org" not in str(feed.get("version")) or not isinstance(feed.get("items"), list):
        raise SourceError("it is JSON, but not a JSON Feed: it needs a `version` of jsonfeed.org and a list of `items`")
    return list(_parse_items(feed, location, outlet or _text_field(feed, "title")))


def _parse_items(feed: Mapping[str, Any], location: str, outlet: str | None) -> Iterator[Item]:
    home_page = _text_field(feed, "home_page_url")
    for number, item in enumerate(feed["items"], 1):
        item_location = f"{location} item {number}"
        if not isinstance(item, dict):
            yield Failure(item_location, f"it is a JSON {type(item).__name__}; each item must be an object")
            continue
        yield Document(
            location=item_location,
            form="fields",
            entry_id=_declared_id(item),
            url=urls.resolve_link(_text_field(item, "url") or _text_field(item, "external_url"), home_page),
            outlet=outlet,
            title=_text_field(item, "title"),
            text=_text_field(item, "content_html") or _text_field(item, "content_text") or _text_field(item, "summary"),
            authors=tuple(_author_names(item) or _author_names(feed)),
            published_at=_text_field(item, "date_published") or _text_field(item, "date_modified"),
            language=_text_field(item, "language") or _text_field(feed, "language"),
            version=_text_field(item, "date_modified"),
        )


def _declared_id(item: Mapping[str, Any]) -> str | None:
    """The item's id; numbers are to be read as strings (JSON Feed 1.1, `id`)."""
    value = item.get("id")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text_field(item, "id")


def _author_names(element: Mapping[str, Any]) -> list[str]:
    authors = element.get("authors") or [element.get("author")]  # version 1 has one
    objects = [author for author in authors if isinstance(author, dict)] if isinstance(authors, list) else []
    return [name for author in objects if (name := _text_field(author, "name"))]


def _text_field(element: Mapping[str, Any], key: str) -> str | None:
    value = element.get(key)
    return value.strip() or None if isinstance(value, str) else None
