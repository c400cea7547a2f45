"""Parsing JSON Feeds (versions 1 and 1.1, https://www.jsonfeed.org/version/1.1/) into documents."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from newsfold import encodings, times, urls
from newsfold.errors import SourceError
from newsfold.sources import cell_values
from newsfold.sources.document import Document, Failure, Form, Item

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_NEXT_ITEM = re.compile(r"[\s,]*(?=\{)")


def parse_json_feed(raw: bytes, location: str, outlet: str | None, feed_url: str | None = None) -> list[Item]:
    """Parse a JSON Feed.

    Args:
        raw: the feed.
        location: its file or address, for messages.
        outlet: the configured outlet; None: the feed's title.
        feed_url: the address that answered, the base of relative links; None: that which the feed gives for itself.

    Returns:
        Its items, in its order; an item that is not an object, or has nothing to read, is a failure, and so is the
        damage after which no item can be read.

    Raises:
        SourceError: it is not a JSON Feed.
    """
    written = encodings.decode(raw)
    damage = None
    try:
        feed = json.loads(written, strict=False)
    except RecursionError as error:
        raise SourceError(f"it begins like JSON but is not: {error}") from error
    except ValueError as error:
        feed, damage = _read_begin(written), error
        if feed is None:
            raise SourceError(f"it begins like JSON but is not: {error}") from error
    if "jsonfeed.org" not in str(feed.get("version")) or not isinstance(feed.get("items"), list):
        raise SourceError("it is JSON, but not a JSON Feed: it needs a `version` of jsonfeed.org and a list of `items`")
    items = list(_parse_items(feed, location, outlet or _text_field(feed, "title"), feed_url))
    if damage:
        items.append(Failure(location, f"the feed is damaged, {len(feed['items'])} items were kept: {damage}"))
    return items


def _read_begin(written: str) -> dict[str, Any] | None:
    """Return a damaged feed with the items before the damage; None if there is no list of items before it."""
    begin = _ITEMS.search(written)
    if not begin:
        return None
    decoder = json.JSONDecoder(strict=False)
    items: list[Any] = []
    at = begin.end()
    try:
        feed: dict[str, Any] = decoder.decode(written[: begin.start()].rstrip(" \t\r\n,") + "}")
        while following := _NEXT_ITEM.match(written, at):
            item, at = decoder.raw_decode(written, following.end())
            items.append(item)
    except (ValueError, RecursionError):
        if not items:
            return None
    return feed | {"items": items}


def _parse_items(feed: Mapping[str, Any], location: str, outlet: str | None, feed_url: str | None) -> Iterator[Item]:
    declared = (_text_field(feed, name) for name in ("feed_url", "home_page_url"))
    base = feed_url or next((address for address in declared if urls.is_web_address(address)), None)
    for number, item in enumerate(feed["items"], 1):
        item_location = f"{location} item {number}"
        if not isinstance(item, dict):
            yield Failure(item_location, f"it is a JSON {type(item).__name__}; each item must be an object")
            continue
        title, url = _text_field(item, "title"), _choose_url(item, base)
        try:
            text, text_form = _choose_text(item)
        except SourceError as error:
            yield Failure(item_location, f"its text cannot be read: {error}")
            continue
        if not (title or text or url):
            yield Failure(item_location, "it has neither a title nor a text nor an address")
            continue
        yield Document(
            location=item_location,
            form="fields",
            entry_id=_read_id(item),
            url=url,
            outlet=outlet,
            title=title,
            title_form="text",
            text=text,
            text_form=text_form,
            authors=tuple(_author_names(item) or _author_names(feed)),
            published_at=times.choose_time(
                [_time_field(item, "date_published")], "UTC", modified=[_time_field(item, "date_modified")]
            ),
            language=_text_field(item, "language") or _text_field(feed, "language"),
            version=_text_field(item, "date_modified"),
        )


def _choose_text(item: Mapping[str, Any]) -> tuple[str | None, Form]:
    """The fullest text, and its form: all but `content_html` are plain text. A list has its paragraphs.

    Raises:
        SourceError: it is an object or a list that holds no text.
    """
    forms: dict[str, Form] = {"content_html": "html", "content_text": "text", "summary": "text"}
    texts = ((_text_field(item, name) or _read_paragraphs(item.get(name)), form) for name, form in forms.items())
    return next((text for text in texts if text[0]), (None, None))


def _read_paragraphs(value: Any) -> str | None:
    return cell_values.read_text(value) if isinstance(value, list | dict) else None


def _choose_url(item: Mapping[str, Any], base: str | None) -> str | None:
    """The item's address: `url`, else that of the page it is about, else its id, which is best an address."""
    links = [urls.resolve_link(_text_field(item, name), base) for name in ("url", "external_url")]
    declared_id = _text_field(item, "id")
    links.append(urls.resolve_link(declared_id, None) if urls.is_web_address(declared_id) else None)
    return next((link for link in links if link), None)


def _read_id(item: Mapping[str, Any]) -> str | None:
    """The item's id; numbers are to be read as strings (JSON Feed 1.1, `id`)."""
    value = item.get("id")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text_field(item, "id")


def _author_names(element: Mapping[str, Any]) -> list[str]:
    authors = element.get("authors") or [element.get("author")]  # version 1 has one
    objects = [author for author in authors if isinstance(author, dict)] if isinstance(authors, list) else []
    return [name for author in objects if (name := _text_field(author, "name"))]


def _time_field(element: Mapping[str, Any], key: str) -> str | None:
    """Return a time as written; some feeds count seconds instead of writing a date, or nest it."""
    value = element.get(key)
    if isinstance(value, str):
        return _text_field(element, key)
    try:
        return cell_values.read_time(value)
    except SourceError:
        return json.dumps(value)  # unreadable, and said so


def _text_field(element: Mapping[str, Any], key: str) -> str | None:
    value = element.get(key)
    return value.strip() or None if isinstance(value, str) else None
