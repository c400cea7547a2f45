from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.urls import clean_url


@pytest.mark.parametrize(
    "url",
    [
        "https://COURIER.example/ferry-sinks?utm_source=feed",
        "  https://courier.example/ferry-sinks ",
        "https://courier.example:443/ferry-sinks#comments",
        "https://courier.example/ferry-sinks?at_medium=RSS&at_campaign=KARANGA",
        "https://courier.example/ferry-sinks?fbclid=IwAR0&ref=rss&CMP=rss&ito=1490&ns_mchannel=rss",
        "https://courier.example/ferry-sinks?&amp;amp;ref=rss",
        "https://courier.example/ferry-sinks?source=rss-0a1b2c3d4e5f------2",
        "https://courier.example/ferry-sinks?source=rss----7f60cf5620c9---4",
        "https://courier.example/%66erry%2Dsinks",
        "https://courier.example./2013/.././/ferry-sinks",
        "https://courier.example/ferry-sinks;jsessionid=0A1B2C.node1?PHPSESSID=0a1b2c",
        "https://courier.example/(S(lit3py55t21z5v55vlm25s55))/ferry-sinks?sid=0123456789abcdef0123456789abcdef",
    ],
)
def test_spellings_of_one_address_are_cleaned_to_the_same(url: str) -> None:
    assert clean_url(url) == "https://courier.example/ferry-sinks"


@pytest.mark.parametrize(
    "url",
    [
        "https://courier.example/story?cid=123",
        "https://courier.example/story?eid=5&uid=7",
        "https://courier.example/story?12345",
        "https://courier.example/?p=12345",
        "https://courier.example/story?source=12345",
        "https://courier.example/story?ref=a-ferry-sinks",
        "https://courier.example/story?source=rss-explained",
        "https://courier.example/read?url=https://post.example/a",
        "https://courier.example/#!/story/12345",
        "https://courier.example/story?a=",
        "https://courier.example/story?s=a-ferry-sinks-off-lomo-in-2013&sid=123",
        "https://courier.example/@lomo/story,(a);v=1:$*!'+=.html",
        "https://courier.example/2013/http://post.example/story",
        "https://courier.example/https://post.example/story",
        "https://courier.example/a%2Fb%3Bc",
    ],
)
def test_what_may_name_an_article_stays(url: str) -> None:
    assert clean_url(url) == url


def test_a_host_with_other_letters_is_written_in_ascii() -> None:
    hosts = ("Straße.example", "xn--strae-oqa.example", "stra%C3%9Fe.example")
    assert {clean_url(f"https://{host}/a") for host in hosts} == {"https://xn--strae-oqa.example/a"}


@pytest.mark.parametrize(
    "url", [None, "", "mailto:desk@courier.example", "https://courier.example/", "https://[broken/a", "https:///a"]
)
def test_what_is_not_an_articles_address_is_none(url: str | None) -> None:
    assert clean_url(url) is None


def test_an_address_with_a_space_leads_to_no_other_page() -> None:
    assert clean_url("https://courier.example/ferry sinks?q=a b") == "https://courier.example/ferry%20sinks?q=a%20b"


@given(st.text())
def test_no_text_makes_it_raise_and_what_is_clean_stays(text: str) -> None:
    bare = (text, f"https://{text}.example/a", f"https://courier.example/{text}", f"https://courier.example/a?{text}")
    for url in (*bare, f"https://{quote(text, safe='')}.example/a", f"https://courier.example/a/../{quote(text)}"):
        cleaned = clean_url(url)
        assert clean_url(cleaned) == cleaned


@given(st.lists(st.tuples(st.sampled_from("abcdxyz"), st.text(min_size=1, max_size=8)), min_size=1, max_size=4))
def test_different_queries_stay_different(fields: list[tuple[str, str]]) -> None:
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields)
    cleaned = clean_url(f"https://courier.example/story?{query}&utm_medium=rss")
    assert cleaned is not None
    assert sorted(cleaned.partition("?")[2].split("&")) == sorted(query.split("&"))
