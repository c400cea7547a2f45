"""Cells of tables: nested values are read or refused, and never written out as JSON or Python."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.errors import SourceError
from newsfold.settings import Column
from newsfold.sources.cell_values import read_authors, read_scalar, read_text, read_time, read_title
from newsfold.sources.document import Document, Failure
from newsfold.sources.nested_values import KEYS
from newsfold.sources.table_columns import COLUMNS, build_item

PARAGRAPHS = ["A ferry sank.", "Divers came.", "All lived."]
LINES = "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "value",
    [
        PARAGRAPHS,
        [PARAGRAPHS[:1], PARAGRAPHS[1:]],
        {"summary": PARAGRAPHS[:1], "sections": [{"headline": [], "paragraphs": PARAGRAPHS[1:]}]},  # fundus
        {"time": 1, "blocks": [{"id": "x", "type": "paragraph", "data": {"text": p}} for p in PARAGRAPHS]},
        {"blocks": [{"text": p, "type": "unstyled"} for p in PARAGRAPHS], "entityMap": {}},
        {"type": "doc", "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": p}]} for p in PARAGRAPHS
        ]},
        {"type": "doc", "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": p[:5]}, {"type": "text", "text": p[5:]}]}
            for p in PARAGRAPHS
        ]},
        {"children": [{"type": "paragraph", "children": [{"text": p[:3]}, {"text": p[3:]}]} for p in PARAGRAPHS]},
        {"nodeType": "document", "content": [
            {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": p, "marks": []}]} for p in PARAGRAPHS
        ]},
        [{"_type": "block", "children": [{"_type": "span", "text": p}]} for p in PARAGRAPHS],
        [{"text": p, "id": number} for number, p in enumerate(PARAGRAPHS)],
        {"ops": [{"insert": "A ferry "}, {"insert": "sank", "attributes": {}}, {"insert": LINES[12:]}]},
        {"rendered": LINES, "raw": "[shortcode]", "protected": False},
        json.dumps(PARAGRAPHS),
        repr(PARAGRAPHS),
        "['A ferry sank.' 'Divers came.'\n 'All lived.']",  # as NumPy writes it
        str({"paragraphs": PARAGRAPHS}),
    ],
)  # fmt: skip
def test_the_paragraphs_of_a_nested_text_are_read_in_order(value: Any) -> None:
    assert read_text(value) == LINES


@pytest.mark.parametrize(
    "value",
    [
        {"score": "x"},
        [0.5, 0.25],
        [PARAGRAPHS[0], 3],
        True,
        {"a": {"text": "x"}},
        '{"score": 1}',
        "['cut, 3]",
        timedelta(1),
    ],
)
def test_a_nested_value_that_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(SourceError):
        read_text(value)


@pytest.mark.parametrize("value", ["[Update] The ferry sank [sic]", "{sic", "(AP)", "[1]", "[a, b]", "[]x"])
def test_a_text_in_brackets_stays_a_text(value: str) -> None:
    assert read_text(value) == value


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ({"rendered": "Ferry sinks"}, "Ferry sinks"),
        ({"main": "Ferry sinks", "kicker": "Sea"}, "Ferry sinks"),
        (["Ferry sinks"], "Ferry sinks"),
        (["Ferry", "sinks"], "Ferry sinks"),
        (2014, "2014"),
        (float("nan"), None),
        ([], None),
    ],
)
def test_a_title_is_read_of_every_usual_form(value: Any, title: str | None) -> None:
    assert read_title(value) == title


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Ida Marsh; Bo Roe", ("Ida Marsh", "Bo Roe")),
        (["Ida Marsh", None, "Bo Roe"], ("Ida Marsh", "Bo Roe")),
        ([{"name": "Ida Marsh"}, {"@type": "Person", "name": "Bo Roe"}], ("Ida Marsh", "Bo Roe")),
        ({"name": "Ida Marsh"}, ("Ida Marsh",)),
        ([{"first_name": "Ida", "last_name": "Marsh"}], ("Ida Marsh",)),
        ({"author": {"name": "Ida Marsh"}}, ("Ida Marsh",)),
        ("['Ida Marsh', 'Bo Roe']", ("Ida Marsh", "Bo Roe")),
        ([{"id": 12}, 7], ()),
    ],
)
def test_authors_are_read_of_every_usual_form(value: Any, names: tuple[str, ...]) -> None:
    assert read_authors(value) == names


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ({"$date": "2013-06-05T10:00:00Z"}, "2013-06-05T10:00:00Z"),
        ({"$date": 1370426400000}, "2013-06-05T10:00:00+00:00"),
        ({"$date": {"$numberLong": "1370426400000"}}, "2013-06-05T10:00:00+00:00"),
        ({"seconds": 1370426400, "nanoseconds": 500000000}, "2013-06-05T10:00:00.500000+00:00"),
        (
            {"date": "2013-06-05 10:00:00", "timezone_type": 3, "timezone": "Europe/Berlin"},
            "2013-06-05 10:00:00 Europe/Berlin",
        ),
        ({"year": 2013, "month": 6, "day": 5}, "2013-06-05"),
        (["2013-06-05T10:00:00Z", "2013-06-06"], "2013-06-05T10:00:00Z"),
        (1370426400, "1370426400"),
        (1370426400.0, "1370426400"),
        (Decimal("1370426400"), "1370426400"),
        (date(2013, 6, 5), "2013-06-05"),
        (datetime(2013, 6, 5, tzinfo=UTC), "2013-06-05T00:00:00+00:00"),
    ],
)
def test_a_time_is_read_of_every_usual_form(value: Any, moment: str) -> None:
    assert read_time(value) == moment


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"$oid": "51af"}, "51af"),
        ({"$numberInt": "7"}, "7"),
        (7.0, "7"),
        (Decimal("7.50"), "7.5"),
        (UUID(int=7), str(UUID(int=7))),
        (memoryview(b"abc"), "abc"),
        (["a", "b"], "a"),
        (None, None),
    ],
)
def test_an_id_is_read_of_every_usual_form(value: Any, text: str | None) -> None:
    assert read_scalar(value, KEYS["id"]) == text


TEXTS = st.text("abcAB .,{}[]'\"", max_size=12)
KEY_NAMES = st.sampled_from(["text", "paragraphs", "content", "type", "children", "x", "$date"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(KEY_NAMES, inner, max_size=4),
    max_leaves=15,
)  # fmt: skip


def list_texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for item in items for text in list_texts(item)]


@given(column=st.sampled_from(COLUMNS), value=VALUES)
def test_any_nested_value_becomes_an_article_of_its_own_texts_or_a_rejection(column: Column, value: Any) -> None:
    item = build_item({"title": "Ferry sinks", "text": "It sank."} | {column: value}, "t:1")
    if isinstance(item, Failure):
        assert item.reason.startswith(f"column `{column}` cannot be read")
        return
    assert isinstance(item, Document)
    if column in ("title", "text") and isinstance(value, list | dict):
        rest = getattr(item, column) or ""
        for text in sorted(list_texts(value), key=len, reverse=True):
            rest = rest.replace(text, "") if text.strip() else rest
        assert not rest.strip()
