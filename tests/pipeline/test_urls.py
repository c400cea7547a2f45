from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.urls import clean_url, extract_domain, resolve_link


def test_spellings_of_one_address_are_cleaned_to_the_same() -> None:
    plain = "https://courier.example/ferry-sinks"
    assert clean_url("https://COURIER.example/ferry-sinks?utm_source=feed") == plain
    assert clean_url(f"  {plain} ") == plain


@pytest.mark.parametrize(
    "url", [None, "", "mailto:desk@courier.example", "https://courier.example/", "https://[broken/a"]
)
def test_what_is_not_an_articles_address_is_none(url: str | None) -> None:
    assert clean_url(url) is None


@pytest.mark.parametrize(
    ("link", "base", "absolute"),
    [
        ("/ferry", "https://courier.example/news/", "https://courier.example/ferry"),
        ("ferry", "https://courier.example/news/", "https://courier.example/news/ferry"),
        ("https://post.example/a", "https://courier.example/", "https://post.example/a"),
        ("/ferry", None, "/ferry"),
        ("javascript:alert(1)", "https://courier.example/", None),
        ("file:///etc/passwd", None, None),
        (None, "https://courier.example/", None),
        ("loc>https://post.example/a", "https://courier.example/", None),
        ("#top", "https://courier.example/", None),
        ("https:///no-host", None, None),
        ("//post.example/a", "http://courier.example/", "http://post.example/a"),
        ("//post.example/a", None, "https://post.example/a"),
        ("HTTP://Post.example/A", None, "http://Post.example/A"),
        ("https://post.example/a?", "https://courier.example/", "https://post.example/a?"),
        (" \n https://post.example/a b/\n  c\t ", None, "https://post.example/a%20b/c"),
        ("https://post.example/a\x0bb", None, None),
        ("https://post.example/caf\ufffd", None, None),
        ("https://post.example/straße/日本", None, "https://post.example/straße/日本"),
    ],
)
def test_links_are_resolved_and_must_lead_to_the_web(link: str | None, base: str | None, absolute: str | None) -> None:
    assert resolve_link(link, base) == absolute


def test_the_domain_is_the_registrable_one() -> None:
    assert extract_domain("https://www.bbc.co.uk/news/a") == "bbc.co.uk"
    assert extract_domain(None) is None


@given(st.text())
def test_no_text_makes_them_raise(text: str) -> None:
    clean_url(text)
    resolve_link(text, "https://courier.example/")
    extract_domain(text)
