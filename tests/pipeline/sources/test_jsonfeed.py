"""JSON Feeds of both versions, and other JSON."""

from __future__ import annotations

import json

import pytest

from newsfold.errors import SourceError
from newsfold.sources.document import Document, Failure
from newsfold.sources.feed import parse_saved_feed


def build_feed(**changes: object) -> bytes:
    item = {
        "id": "1", "url": "/ferry", "title": "Ferry sinks", "content_html": "<p>At dawn.</p>", "summary": "Short.",
        "date_published": "2013-06-05T08:00:00+02:00", "authors": [{"name": "Jane Roe"}],
    }  # fmt: skip
    document = {
        "version": "https://jsonfeed.org/version/1.1", "title": "Harbour Courier", "language": "en",
        "home_page_url": "https://courier.example/", "items": [item],
    }  # fmt: skip
    return json.dumps(document | changes).encode()


def test_an_item_becomes_fields() -> None:
    (document,) = parse_saved_feed(b"\xef\xbb\xbf " + build_feed(), "f.json", None)
    assert isinstance(document, Document)
    assert (document.url, document.title) == ("https://courier.example/ferry", "Ferry sinks")
    assert document.text == "<p>At dawn.</p>"
    assert (document.outlet, document.language, document.authors) == ("Harbour Courier", "en", ("Jane Roe",))
    assert document.published_at == "2013-06-05T08:00:00+02:00"


@pytest.mark.parametrize(
    ("dates", "printed"),
    [
        ({"date_published": 1370419200}, "1370419200"),
        ({"date_published": None, "date_modified": "2013-06-05T08:00:00Z"}, "2013-06-05T08:00:00Z"),
        (
            {"date_published": "2013-06-05T10:00:00", "date_modified": "2013-06-05T10:00:00+02:00"},
            "2013-06-05T10:00:00+02:00",
        ),
        ({"date_published": "2013-06-05", "date_modified": "2013-06-05T10:00:00+02:00"}, "2013-06-05"),
    ],
)
def test_a_time_of_a_change_stands_for_a_missing_one_or_tells_its_zone(dates: dict[str, object], printed: str) -> None:
    (document,) = parse_saved_feed(build_feed(items=[{"id": "1", "title": "Ferry sinks", **dates}]), "f.json", None)
    assert isinstance(document, Document) and document.published_at == printed


def test_version_1_names_one_author_of_the_feed_or_the_item() -> None:
    items = [{"id": "1", "content_text": "Text."}, {"id": "2", "title": "T", "author": {"name": "John Doe"}}]
    first, second = parse_saved_feed(build_feed(items=items, author={"name": "Jane Roe"}), "f.json", None)
    assert isinstance(first, Document) and isinstance(second, Document)
    assert (first.authors, second.authors, first.text) == (("Jane Roe",), ("John Doe",), "Text.")


def test_other_items_are_failures_and_links_to_files_are_dropped() -> None:
    first, second = parse_saved_feed(
        build_feed(items=["x", {"title": "T", "url": "file:///etc/passwd"}]), "f.json", None
    )
    assert isinstance(first, Failure) and "must be an object" in first.reason
    assert isinstance(second, Document) and second.url is None


@pytest.mark.parametrize("raw", [b"{", b'{"version": "1", "items": []}', build_feed(items=None), b"{" * 100_000])
def test_other_json_is_refused(raw: bytes) -> None:
    with pytest.raises(SourceError, match="JSON"):
        parse_saved_feed(raw, "f.json", None)


@pytest.mark.parametrize(("value", "declared"), [("p-1", "p-1"), (17, "17"), ("", None), (True, None), (None, None)])
def test_an_items_id_is_kept_as_declared(value: object, declared: str | None) -> None:
    (item,) = parse_saved_feed(build_feed(items=[{"id": value, "title": "T"}]), "f.json", None)
    assert isinstance(item, Document) and item.entry_id == declared


def test_only_content_html_is_markup() -> None:
    items = [
        {"title": "T", "content_html": "<p>H"},
        {"title": "T", "content_text": "<p>"},
        {"title": "T", "summary": "S"},
    ]
    documents = parse_saved_feed(build_feed(items=items), "f.json", None)
    forms = [(item.title_form, item.text_form) for item in documents if isinstance(item, Document)]
    assert forms == [("text", "html"), ("text", "text"), ("text", "text")]


def test_an_item_without_anything_to_read_is_a_failure_and_its_language_overrides_the_feeds() -> None:
    first, second = parse_saved_feed(build_feed(items=[{"id": "1"}, {"title": "T", "language": "de"}]), "f.json", None)
    assert isinstance(first, Failure) and "neither a title nor a text" in first.reason
    assert isinstance(second, Document) and second.language == "de"


def test_a_feed_that_is_cut_off_keeps_the_items_before_the_damage() -> None:
    items = [{"id": number, "title": f"Ferry {number}", "content_text": "It sails."} for number in range(3)]
    raw = build_feed(items=items)
    *documents, failure = parse_saved_feed(raw[:-30], "f.json", None)
    assert [document.title for document in documents if isinstance(document, Document)] == ["Ferry 0", "Ferry 1"]
    assert isinstance(failure, Failure) and "the feed is damaged, 2 items were kept" in failure.reason
    broken = raw.replace(b'"title": "Ferry 1"', b'"title": "Ferry "1""')
    kept, failure = parse_saved_feed(broken, "f.json", None)
    assert isinstance(kept, Document) and isinstance(failure, Failure)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252"])
def test_a_feed_in_another_encoding_than_utf_8_is_read(encoding: str) -> None:
    raw = build_feed(title="Le café de l’île d’Orléans").decode("unicode_escape").encode(encoding)
    (document,) = parse_saved_feed(raw, "f.json", None)
    assert isinstance(document, Document) and document.outlet == "Le café de l’île d’Orléans"


def test_a_raw_line_break_within_a_text_costs_no_feed() -> None:
    (document,) = parse_saved_feed(build_feed().replace(b"At dawn.", b"At\ndawn."), "f.json", None)
    assert isinstance(document, Document) and document.text == "<p>At\ndawn.</p>"


def test_lists_are_paragraphs_and_other_nested_texts_are_failures() -> None:
    items = [
        {"id": "1", "content_text": ["One.", "Two."]},
        {"id": "2", "title": "T", "content_text": {"words": 2}},
        {"id": "3", "title": "T", "content_text": "[1, 2]", "date_published": [1370419200.5]},
    ]
    one, other, three = parse_saved_feed(build_feed(items=items), "f.json", None)
    assert isinstance(one, Document) and one.text == "One.\nTwo."
    assert isinstance(other, Failure) and "its text cannot be read" in other.reason
    assert isinstance(three, Document) and (three.text, three.published_at) == ("[1, 2]", "1370419200.5")


@pytest.mark.parametrize(("written", "printed"), [(1370419200.0, "1370419200"), (True, "true"), (None, None)])
def test_a_time_that_is_no_text_is_kept_for_the_reader_of_times(written: object, printed: str | None) -> None:
    (document,) = parse_saved_feed(build_feed(items=[{"id": "1", "title": "T", "date_published": written}]), "f", None)
    assert isinstance(document, Document) and document.published_at == printed
