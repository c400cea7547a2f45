from __future__ import annotations

import gzip
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from newsfold import encodings
from newsfold.errors import FetchError
from newsfold.extraction import html
from newsfold.sources.feed import parse_feed
from newsfold.sources.responses import Response
from tests.passages import LEGACY_ENCODINGS, PASSAGES, UNDECIDABLE

URL = "https://outlet.example/ferry"
WRITINGS = [(language, encoding) for language in PASSAGES for encoding in ["utf-8", *LEGACY_ENCODINGS[language]]]


def respond(body: bytes, content_type: str | None) -> Response:
    return Response(URL, URL, 200, content_type, None, None, 0.0, body)


def decode_page(response: Response) -> str:
    return encodings.decode(response.decode_body(1_000_000), is_markup=True)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(WRITINGS), st.sampled_from(["utf-8", "iso-8859-1", "utf-16", None]))
def test_the_header_tells_the_charset_of_a_page_whatever_the_page_says(
    writing: tuple[str, str], declared: str | None
) -> None:
    language, encoding = writing
    assume((language, encoding, declared) not in UNDECIDABLE)
    meta = f'<meta charset="{declared}">' if declared else ""
    page = f"<html><head>{meta}<title>{PASSAGES[language][:20]}</title></head><p>{PASSAGES[language]}</p></html>"
    assert decode_page(respond(page.encode(encoding), f"text/html; charset={encoding}")) == page


@pytest.mark.parametrize("title", ["Вести", "Новости дня"])
@pytest.mark.parametrize("declaration", ["", "<?xml version='1.0'?>", '<?xml version="1.0" encoding="windows-1251"?>'])
def test_a_feed_of_few_words_is_read_by_the_charset_of_its_header(title: str, declaration: str) -> None:
    feed = f"{declaration}<rss version='2.0'><channel><item><title>{title}</title></item></channel></rss>"
    body = respond(feed.encode("cp1251"), "text/xml; charset=windows-1251").decode_body(1_000_000)
    assert [getattr(item, "title", None) for item in parse_feed(body, URL, None)] == [title]


def test_a_feed_whose_declaration_the_header_contradicts_declares_nothing_afterwards() -> None:
    feed = f'<?xml version="1.0" encoding="windows-1252"?><rss version="2.0"><channel><item><title>{PASSAGES["ru"]}'
    body = respond(f"{feed}</title></item></channel></rss>".encode("cp1251"), "text/xml; charset=windows-1251")
    assert [getattr(item, "title", None) for item in parse_feed(body.decode_body(1_000_000), URL, None)] == [
        PASSAGES["ru"]
    ]


def test_a_body_in_utf8_stays_as_it_is() -> None:
    body = f'<html><head><meta charset="utf-8"></head><p>{PASSAGES["el"]}</p></html>'.encode()
    assert respond(body, "text/html; charset=UTF-8").decode_body(1_000_000) == body
    assert respond(body, "text/html").decode_body(1_000_000) == body


def test_a_gzipped_body_is_decompressed_within_the_limit() -> None:
    response = respond(gzip.compress(PASSAGES["pl"].encode("iso8859_2")), "text/html; charset=iso-8859-2")
    assert decode_page(response) == PASSAGES["pl"]
    with pytest.raises(FetchError, match="more than"):
        replace(response, body=gzip.compress(bytes(100_000))).decode_body(1000)


@given(st.binary(max_size=200), st.none() | st.text(max_size=30).map(lambda name: f"text/html; charset={name}"))
def test_any_body_and_header_can_be_decoded(body: bytes, content_type: str | None) -> None:
    try:
        decoded = decode_page(respond(body, content_type))
    except FetchError:
        return
    assert "\x00" not in decoded


def test_a_page_of_seven_bit_japanese_gives_its_title_and_text() -> None:
    head = '<meta http-equiv="Content-Type" content="text/html; charset=iso-2022-jp"><title>橋の建設</title>'
    page = f"<html><head>{head}</head><body><article><h1>橋の建設</h1><p>{PASSAGES['ja']}</p></article></body></html>"
    parsed = html.parse_page(page.encode("iso2022_jp"), URL)
    assert parsed.metadata.titles[0] == "橋の建設"
    assert parsed.parsed.paragraphs == [PASSAGES["ja"]]


def test_the_header_tells_the_charset_of_letters_after_a_long_beginning_in_ascii() -> None:
    page = f"<html><head><style>{'p { color: red } ' * 15_000}</style></head><p>Nová část</p></html>"
    assert decode_page(respond(page.encode("cp1250"), "text/html; charset=windows-1250")) == page
