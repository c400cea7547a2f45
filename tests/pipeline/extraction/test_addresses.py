from __future__ import annotations

from newsfold.extraction import addresses


def test_the_pages_own_link_is_canonical_if_it_is_on_the_same_site() -> None:
    found = "https://news.harbour.example/a?utm_source=x&id=3"
    assert addresses.choose_canonical_url(found) == "https://news.harbour.example/a?id=3"
    assert addresses.choose_canonical_url(found, "https://www.harbour.example/b") == "https://www.harbour.example/b"
    assert addresses.choose_canonical_url(found, "https://elsewhere.example/b") == "https://news.harbour.example/a?id=3"
    assert (
        addresses.choose_canonical_url(found, "https://www.harbour.example/") == "https://news.harbour.example/a?id=3"
    )
    for nothing in ("https://harbour.example/", "urn:x", "/a/b", "https://[bad", "javascript:alert(1)", None, ""):
        assert addresses.choose_canonical_url(nothing) is None
