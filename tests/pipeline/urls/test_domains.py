from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.urls import extract_domain, is_public_suffix


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.bbc.co.uk/news/a", "bbc.co.uk"),
        ("https://news.bbc.co.uk/a", "bbc.co.uk"),
        ("https://www.courier.example/a", "courier.example"),
        ("https://b%C3%BCcher.example/a", "bücher.example"),
        ("https://xn--bcher-kva.example/a", "bücher.example"),
        ("http://127.0.0.1:8000/a", "127.0.0.1"),
        ("http://localhost/a", "localhost"),
        ("mailto:desk@courier.example", None),
        ("", None),
        (None, None),
    ],
)
def test_the_domain_is_the_registrable_one(url: str | None, domain: str | None) -> None:
    assert extract_domain(url) == domain


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://lomo.blogspot.com/2013/a.html", "lomo.blogspot.com"),
        ("https://lomo.blogspot.co.uk/2013/a.html", "lomo.blogspot.com"),
        ("https://lomo.github.io/a", "lomo.github.io"),
        ("https://lomo.substack.com/p/a", "lomo.substack.com"),
        ("https://www.lomo.substack.com/p/a", "lomo.substack.com"),
        ("https://lomo.wordpress.com/a", "lomo.wordpress.com"),
        ("https://en.lomo.wordpress.com/a", "lomo.wordpress.com"),
        ("https://lomo.medium.com/a", "lomo.medium.com"),
        ("https://medium.com/@Lomo/a", "medium.com/@lomo"),
        ("https://medium.com/harbour-news/a", "medium.com/harbour-news"),
        ("https://social.example/@lomo/1", "social.example/@lomo"),
        ("https://t.me/s/lomo/5", "t.me/lomo"),
        ("https://medium.com/feed/@lomo", "medium.com/@lomo"),
        ("https://medium.com/p/0a1b2c3d", "medium.com"),
        ("https://www.youtube.com/watch?v=lomo", "youtube.com"),
        ("https://www.reddit.com/r/lomo/comments/1/a", "reddit.com/r/lomo"),
        ("https://users.livejournal.com/lomo/1.html", "users.livejournal.com/lomo"),
        ("https://x.com/lomo/status/1", "x.com/lomo"),
        ("https://t.me/lomo/5", "t.me/lomo"),
        ("https://sites.google.com/view/lomo/a", "sites.google.com/view/lomo"),
        ("https://www.tumblr.com/a", "tumblr.com"),
        ("https://medium.com/", "medium.com"),
    ],
)
def test_each_outlet_of_a_platform_has_a_domain_of_its_own(url: str, outlet: str) -> None:
    assert extract_domain(url) == outlet


@pytest.mark.parametrize("domain", ["com", "co.uk", "github.io", "substack.com"])
def test_names_below_a_public_suffix_have_different_owners(domain: str) -> None:
    assert is_public_suffix(domain)
    assert not is_public_suffix(f"courier.{domain}")


@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    extract_domain(text)
    extract_domain(f"https://{text}/a")
    extract_domain(f"https://medium.com/{text}")
