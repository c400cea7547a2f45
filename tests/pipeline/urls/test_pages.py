from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.urls import compute_page_key, find_plain_url, is_renamed, list_spellings

PAGES = [
    "https://courier.example/ferry",
    "https://courier.example/ferry.html",
    "https://courier.example/news/ferry",
    "https://courier.example/ferry?page=2",
    "https://courier.example/ferry?m=1",
    "https://courier.example/ferry?view=gallery",
    "https://courier.example/ferry?print=47",
    "https://courier.example/preamp",
    "https://courier.example/camp/ferry",
    "https://courier.example/?p=7",
    "https://courier.example/#!/ferry",
    "https://courier.example:8080/ferry",
    "https://post.courier.example/ferry",
    "https://www.example/ferry",
    "https://m.example/ferry",
]


def test_different_pages_have_different_keys() -> None:
    assert len({compute_page_key(url) for url in PAGES}) == len(PAGES)


@pytest.mark.parametrize("url", PAGES)
def test_the_usual_spellings_of_a_page_have_one_key(url: str) -> None:
    spellings = list_spellings(url)
    assert find_plain_url(url) in spellings
    assert {compute_page_key(spelling) for spelling in spellings} == {compute_page_key(url)}


@pytest.mark.parametrize(
    ("form", "plain"),
    [
        ("https://courier.example/ferry/amp/", "https://courier.example/ferry/"),
        ("https://courier.example/amp/ferry", "https://courier.example/ferry"),
        ("https://courier.example/ferry.amp.html", "https://courier.example/ferry.html"),
        ("https://courier.example/ferry-amp.html", "https://courier.example/ferry.html"),
        ("https://courier.example/ferry.amp", "https://courier.example/ferry"),
        ("https://courier.example/ferry?outputType=amp&page=2", "https://courier.example/ferry?page=2"),
        ("https://amp.courier.example/ferry?amp", "https://courier.example/ferry"),
        ("https://courier-example.cdn.ampproject.org/v/s/courier.example/ferry?amp_js_v=0.1", "https://courier.example/ferry"),
        ("https://www.google.co.uk/amp/s/courier.example/ferry/amp", "https://courier.example/ferry"),
        ("https://www.bing-amp.com/c/courier.example/ferry", "https://courier.example/ferry"),
        ("https://courier.example/ferry?print=1", "https://courier.example/ferry"),
        ("https://courier.example/ferry?view=print&tmpl=component", "https://courier.example/ferry?tmpl=component"),
        ("https://courier.example/ferry?view=mobile", "https://courier.example/ferry"),
        ("https://lomo.blogspot.com/2013/06/ferry.html?m=1", "https://lomo.blogspot.com/2013/06/ferry.html"),
    ],
)  # fmt: skip
def test_the_other_forms_of_a_page_are_the_page(form: str, plain: str) -> None:
    assert find_plain_url(form) == plain
    assert compute_page_key(form) == compute_page_key(plain)


@pytest.mark.parametrize("url", ["https://courier.example/amp", "https://courier.example/amp/"])
def test_a_page_about_amp_is_a_page(url: str) -> None:
    assert find_plain_url(url) == url


def test_a_blog_of_a_platform_is_one_in_every_country() -> None:
    assert compute_page_key("http://lomo.blogspot.de/2013/a.html") == compute_page_key(
        "https://lomo.blogspot.com/2013/a.html"
    )


@pytest.mark.parametrize(
    ("page", "other", "renamed"),
    [
        ("c.example/news/415027/light-aircraft-crashes", "c.example/news/415027/pilot-dies", True),
        ("c.example/toll-at-80-20200424-p54n21.html", "c.example/toll-at-78-20200424-p54n21.html", True),
        ("c.example/2013/06/05/ferry-sinks-off-lomo", "c.example/2013/06/05/ferry-sinks-captain-missing", True),
        ("c.example/2013/06/05/ferry-sinks", "c.example/2013/06/05/strike-ends", False),
        ("c.example/20130605/ferry-sinks", "c.example/20130605/strike-ends", False),
        ("c.example/news/1", "c.example/news/2", False),
        ("c.example/ferry", "c.example/strike", False),
    ],
)
def test_a_renamed_page_has_something_of_its_old_address(page: str, other: str, renamed: bool) -> None:
    assert is_renamed(page, other) is is_renamed(other, page) is renamed


@given(st.text())
def test_no_text_makes_them_raise_and_the_plain_address_is_final(text: str) -> None:
    forms = [text, f"https://courier.example/{text}", f"https://{text}.example/amp"]
    for plain in map(find_plain_url, forms):
        if plain is not None:
            assert find_plain_url(plain) == plain or "/amp" in plain
    for key, other in pairwise(key for key in map(compute_page_key, forms) if key):
        is_renamed(key, other)
