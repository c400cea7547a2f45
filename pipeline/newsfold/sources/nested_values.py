"""Nested values in tables and JSON: lists and objects, unwrapped, and the paragraphs of a text that they hold."""

from __future__ import annotations

import ast
import io
import json
import math
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from newsfold.errors import SourceError
from newsfold.word_lists import load_word_lists

KEYS: Mapping[str, Sequence[str]] = load_word_lists(Path(__file__).with_name("nested_keys.yaml"))
_TEXT_KEYS, _INLINE_TYPES, _INLINE_LISTS = (frozenset(KEYS[name]) for name in ("text", "inline_types", "inline_lists"))
_MAX_DEPTH = 100
_NUMBERS = ("$numberInt", "$numberLong", "$numberDouble", "$numberDecimal", "$oid", "$uuid", "$symbol")
_TYPE_KEYS = ("type", "nodetype", "_type")
_LITERAL = re.compile(r"\s*[\[{(].*[\]})]\s*", re.DOTALL)
_QUOTED_START = re.compile(r"\s*(?:\{\s*['\"]|[\[(]\s*[\[{(]?\s*['\"{])")


def unwrap(value: Any) -> Any:
    """Return a value in plain types: MongoDB's extended JSON and Arrow's maps unwrapped; nulls and NaN are None.

    Dates of extended JSON stay (`{"$date": …}`); see `newsfold.sources.cell_values`.
    """
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, tuple | set | frozenset):
        value = list(value)
    if isinstance(value, list) and value and all(isinstance(pair, tuple) and len(pair) == 2 for pair in value):
        return {str(key): item for key, item in value}  # a map of Arrow
    if isinstance(value, Mapping) and len(value) == 1:
        ((key, item),) = value.items()
        if key in _NUMBERS and isinstance(item, str | int | float):
            return item
        if key in ("$undefined", "$minKey", "$maxKey"):
            return None
    return value


def parse_literal(text: str) -> Any:
    """Return the list or object that a text writes in JSON or Python's or NumPy's notation, else the text.

    Raises:
        SourceError: it begins and ends like one, but cannot be parsed.
    """
    if not _LITERAL.fullmatch(text):
        return text
    stripped = text.strip()
    for parse in (json.loads, _parse_python):
        try:
            value = parse(stripped)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError, tokenize.TokenError):
            continue
        if isinstance(value, list | dict | tuple) and (not value or _holds_structure(value)):
            return value
        return text
    if _QUOTED_START.match(stripped):
        raise SourceError("it is written like a list or an object, but cannot be parsed")
    return text


def _holds_structure(value: Any) -> bool:
    return isinstance(value, dict) or any(isinstance(item, str | dict | list | tuple) for item in value)


def _parse_python(text: str) -> Any:
    if text.startswith("[") and not text.startswith("[]"):
        tokens = [token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.string.strip()]
        inner = tokens[1:-1]
        # NumPy writes no commas, and Python would join the texts to one.
        if len(inner) > 1 and all(token.type == tokenize.STRING for token in inner):
            return [ast.literal_eval(token.string) for token in inner]
    return ast.literal_eval(text)


def find_first(value: Mapping[str, Any], keys: Sequence[str]) -> Any:
    """Return the first value of an object that is not null, under keys in small letters, in their order; or None."""
    by_key = {str(key).lower(): item for key, item in reversed(list(value.items()))}
    return next((item for key in keys if (item := unwrap(by_key.get(key))) not in (None, "", [], {})), None)


def collect_paragraphs(value: Any) -> list[str]:
    """Return the texts of a nested value, in order: of a list those of its items, of an object those under known keys.

    An object's text is under the keys of `nested_keys.yaml`; all other keys are passed over.

    Args:
        value: a text, a list or an object.

    Raises:
        SourceError: a list holds numbers, an object has no known key, or they are nested too deep.
    """
    return [paragraph for paragraph in _collect(value, 0) if paragraph.strip()]


def _collect(value: Any, depth: int, *, in_object: bool = False) -> Iterator[str]:
    value = unwrap(value)
    if depth > _MAX_DEPTH:
        raise SourceError(f"it is nested more than {_MAX_DEPTH} deep")
    if value is None or isinstance(value, str):
        yield value or ""
    elif isinstance(value, list):
        for item in value:
            yield from _collect(item, depth + 1)
    elif isinstance(value, Mapping):
        yield from _collect_of_object(value, depth)
    elif not in_object:
        raise SourceError(f"it holds {describe_type(value)} in a list, not texts")


def _collect_of_object(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    keys = {str(key).lower(): key for key in value}
    form = next((keys[name] for name in KEYS["forms"] if name in keys), None)
    if value and form is None and not keys.keys() & (_TEXT_KEYS | set(_TYPE_KEYS)):
        raise SourceError(f"it holds an object with the keys {', '.join(map(str, value))}, none of which is a text")
    for key, item in value.items():
        name = str(key).lower()
        if name not in _TEXT_KEYS and key != form:
            continue
        if isinstance(item, list) and item and _is_inline(name, item):
            yield "".join(part for child in item for part in _collect(child, depth + 2, in_object=True))
        else:
            yield from _collect(item, depth + 1, in_object=True)


def _is_inline(name: str, items: list[Any]) -> bool:
    """Whether the objects of a list are pieces of one paragraph, such as words in bold."""
    for item in items:
        if not isinstance(item, Mapping):
            return False
        declared = next((str(item[key]).lower() for key in item if str(key).lower() in _TYPE_KEYS), None)
        if declared is None:
            has_text_alone = any(isinstance(item.get(key), str) for key in ("text", "insert"))
            if name not in _INLINE_LISTS or not has_text_alone:
                return False
        elif declared not in _INLINE_TYPES:
            return False
    return True


def describe_type(value: Any) -> str:
    """Name the type of a value for messages, as JSON calls it where it has it."""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, Mapping):
        return f"an object with the keys {', '.join(map(str, value)) or '(none)'}"
    return f"a {type(value).__name__}"
