"""Reading articles from JSON: JSON Lines, arrays, objects that hold a list of articles, and JSON Feeds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from newsfold import encodings, text
from newsfold.errors import SourceError
from newsfold.settings import Column
from newsfold.sources import safe_open
from newsfold.sources.document import Document, Failure, Item
from newsfold.sources.json_values import Value, read_values
from newsfold.sources.jsonfeed import parse_json_feed
from newsfold.sources.nested_values import KEYS
from newsfold.sources.table_columns import COLUMNS, MAPPING_HINT, build_item, find_columns, reject_if_all_broken

_MAX_DEPTH = 4
_JSON_FEED = re.compile(r'\s*\{\s*"version"\s*:\s*"https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org')

Columns = Mapping[Column, str]


def read_json(path: Path, location: str, columns: Columns, max_bytes: int, outlet: str | None = None) -> Iterator[Item]:
    """Yield the articles of a JSON file as documents; broken lines and objects as failures.

    The file holds one object a line (JSON Lines), objects one after another, an array of them, one object with a list
    of articles (`articles`, `items`, `hits` …), one article, a JSON Feed, or a table of pandas' `to_json`.

    Args:
        path: the file.
        location: its name in messages.
        columns: the file's keys, by newsfold's column names, if they differ.
        max_bytes: most bytes of the file, decompressed.
        outlet: of articles that name none, and of JSON Feeds.

    Raises:
        SourceError: it is not JSON at all, holds no article, or is larger than the limit.
    """
    with safe_open.open_file(path, max_bytes) as stream:
        sample = safe_open.peek_sample(stream)
        safe_open.require_text(sample)
        n_items = 0
        if _is_json_feed(encodings.decode(sample)):  # of which what stands before a damage can be read
            items: Iterator[Item] = iter(parse_json_feed(stream.read(), location, outlet))
        else:
            items = reject_if_all_broken(_build_items(read_values(stream, location), columns, outlet))
        for item in items:
            n_items += 1
            yield replace(item, outlet=outlet) if isinstance(item, Document) and not item.outlet else item
        if not n_items:
            raise SourceError("it holds no article")


def _is_json_feed(begin: str) -> bool:
    """Return whether a file is one JSON Feed, by its beginning; several in a file are values like any others."""
    return _JSON_FEED.match(begin) is not None and len(_JSON_FEED.findall(begin)) == 1


def _build_items(values: Iterator[Value], columns: Columns, outlet: str | None) -> Iterator[Item]:
    for location, value in values:
        if isinstance(value, dict):
            yield from _build_from_object(value, location, columns, outlet)
        elif isinstance(value, Failure):
            yield value
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            yield from _build_list(value, location, columns, outlet)
        else:
            yield Failure(location, f"it is a JSON {type(value).__name__}; each article must be an object")


def _build_list(items: list[Any], location: str, columns: Columns, outlet: str | None) -> Iterator[Item]:
    yield from _build_items(
        ((f"{location} item {number}", item) for number, item in enumerate(items, 1)), columns, outlet
    )


def _build_from_object(value: dict[str, Any], location: str, columns: Columns, outlet: str | None) -> Iterator[Item]:
    if isinstance(value.get("items"), list) and "jsonfeed.org" in str(value.get("version")):
        yield from parse_json_feed(json.dumps(value).encode(), location, outlet)
        return
    if isinstance(value.get("_source"), dict):  # a hit of Elasticsearch
        value = {"id": value.get("_id")} | value["_source"]
    elif "_id" in value and "id" not in value:  # of MongoDB
        value = {"id": value["_id"]} | value
    value = _rename_wordpress(value)
    names = find_columns(tuple(value), columns)
    # What is null is perhaps under another of its usual names.
    names |= find_columns(tuple(key for key, item in value.items() if item is not None), columns)
    has_text = names.get("text") == columns.get("text", "text") or isinstance(value.get(names.get("text", "")), str)
    articles = None if has_text else _find_list(value)
    if articles is None and {"title", "text"} & names.keys():
        articles = _transpose(value, list(names.values()))
    if articles is not None:
        if not articles:
            raise SourceError("its list of articles is empty")
        yield from _build_list(articles, location, columns, outlet)
    elif not {"title", "text"} & names.keys():
        keys = text.shorten(", ".join(map(str, value)), 200) or "none"
        yield Failure(location, f"it has neither a title nor a text; its keys are {keys}. {MAPPING_HINT}")
    else:
        yield build_item({name: value.get(names.get(name, name)) for name in COLUMNS}, location)


def _rename_wordpress(value: dict[str, Any]) -> dict[str, Any]:
    """Return a post of WordPress (https://developer.wordpress.org/rest-api/reference/posts/) by our names."""
    content, moment = value.get("content"), value.get("date_gmt")
    if not (isinstance(content, dict) and "rendered" in content and isinstance(value.get("title"), dict)):
        return value
    published_at = f"{moment}Z" if isinstance(moment, str) and moment else value.get("date")
    return {"text": content, "url": value.get("link"), "published_at": published_at} | value


def _find_list(value: Mapping[str, Any], depth: int = 0) -> list[Any] | None:
    """Find the list of articles in an object, or None."""
    for key in KEYS["article_lists"]:
        inner = value.get(key)
        if isinstance(inner, list) and all(isinstance(item, dict) for item in inner):
            return inner
        names = value.get("columns")  # pandas' `to_json(orient="split")`
        if isinstance(inner, list) and isinstance(names, list) and all(isinstance(row, list) for row in inner):
            return [dict(zip(map(str, names), row, strict=False)) for row in inner]
        if isinstance(inner, dict) and depth < _MAX_DEPTH and (found := _find_list(inner, depth + 1)) is not None:
            return found
    return None


def _transpose(value: Mapping[str, Any], columns: list[str]) -> list[Any] | None:
    """Return the rows of an object of columns by row label, as pandas' `to_json` writes it by default, or None."""
    found = [value[column] for column in columns]
    if not all(isinstance(column, dict) and column and all(label.isdigit() for label in column) for column in found):
        return None
    labels = dict.fromkeys(label for column in found for label in column)
    return [{name: value[name].get(label) for name in columns} for label in labels]
