from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.urls import replace_feed_scheme, resolve_link


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


@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    resolve_link(text, "https://courier.example/")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("feed://courier.example/rss", "http://courier.example/rss"), ("FEEDS://c.example", "https://c.example"),
        ("feed:https://c.example/rss", "https://c.example/rss"), ("feed:///rss", "http:///rss"),
        ("feed://https://c.example/rss", "https://c.example/rss"), ("feed:rss", "feed:rss"),
        ("https://c.example/feed://x", "https://c.example/feed://x"), ("/feed", "/feed"),
    ],
)  # fmt: skip
def test_the_scheme_that_opens_a_feed_reader_stands_for_http(url: str, expected: str) -> None:
    assert replace_feed_scheme(url) == expected
