"""Cookies of one chain of redirects: whose they are, and how long they live."""

from __future__ import annotations

import httpx
import pytest

from newsfold.sources.cookies import ChainCookies
from tests import server
from tests.pipeline.sources.conftest import fetch_all
from tests.server import Handler, Page, Site


def reply_to_cookie(cookie: str, body: bytes, otherwise: Page) -> server.Reply:
    """Reply with a body to requests with a cookie, else with a page."""

    def reply(handler: Handler) -> None:
        has_cookie = cookie in (handler.headers.get("Cookie") or "")
        handler.send(Page(body) if has_cookie else otherwise)

    return reply


def redirect_with_cookie(to: str, cookie: str, status: int = 302) -> Page:
    return Page(b"", status=status, headers={"Location": to, "Set-Cookie": cookie}, etag=False)


def sent_cookies(site: Site) -> list[tuple[str, str | None]]:
    return [(request.path, request.headers.get("Cookie")) for request in site.requests[1:]]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_that_sets_a_cookie_may_lead_back(site: Site, status: int) -> None:
    site.pages = {
        "/feed": reply_to_cookie("seen=1", b"feed", server.redirect_page("/check?url=%2Ffeed", status)),
        "/check?url=%2Ffeed": redirect_with_cookie("/feed", "seen=1; Path=/", status),
        "/self": reply_to_cookie("here=1", b"self", redirect_with_cookie("/self", "here=1; Path=/", status)),
    }
    assert fetch_all([f"{site.url}/feed", f"{site.url}/self"]) == ["feed", "self"]


def test_a_real_circle_is_found_at_once(site: Site) -> None:
    site.pages = {
        "/a": redirect_with_cookie("/b", "seen=1"),
        "/b": redirect_with_cookie("/a", "seen=1"),
        "/always": redirect_with_cookie("/always", "same=1"),
    }
    results = fetch_all([f"{site.url}/a", f"{site.url}/always", f"{site.url}/a"])
    assert all("round in a circle" in result for result in results)
    assert [len(site.requests_for(path)) for path in ("/a", "/always")] == [4, 2]


def test_a_wall_that_sets_other_cookies_for_ever_ends_at_the_limit(site: Site) -> None:
    def reply(handler: Handler) -> None:
        handler.send(redirect_with_cookie("/wall", f"n={len(site.requests)}"))

    site.pages["/wall"] = reply
    assert "redirected more than 3 times" in fetch_all([f"{site.url}/wall"], max_redirects=3)[0]


def test_cookies_live_for_one_address_alone(site: Site) -> None:
    site.pages = {
        "/1": redirect_with_cookie("/2", "chain=1; Path=/"),
        "/2": Page(b"two", headers={"Set-Cookie": "late=1; Path=/"}),
    }
    assert fetch_all([f"{site.url}/1", f"{site.url}/2", f"{site.url}/2"]) == ["two"] * 3
    cookies = [cookie for path, cookie in sent_cookies(site) if path == "/2"]
    assert sorted(map(str, cookies)) == ["None", "None", "chain=1"]


def test_a_chain_over_two_hosts_gives_each_its_own_cookies(site: Site) -> None:
    with Site(host="127.0.0.2") as consent:
        feed = f"{site.url}/feed"
        site.pages = {
            "/feed": reply_to_cookie("ok=1", b"feed", redirect_with_cookie(f"{consent.url}/ask", "own=1; Path=/")),
            "/back": redirect_with_cookie("/feed", "ok=1; Path=/"),
        }
        consent.pages = {"/ask": redirect_with_cookie(f"{site.url}/back", "theirs=1; Path=/")}
        assert fetch_all([feed], private_networks=["127.0.0.0/8"]) == ["feed"]
        assert sent_cookies(consent) == [("/ask", None)]
    assert sent_cookies(site) == [("/feed", None), ("/back", "own=1"), ("/feed", "own=1; ok=1")]


@pytest.mark.parametrize(
    ("set_at", "cookie", "asked_at", "sent"),
    [
        ("https://a.example.com/x", "k=v", "https://a.example.com/x", True),
        ("https://a.example.com/x", "k=v", "https://b.a.example.com/x", False),  # its host's alone
        ("https://a.example.com/x", "k=v; Domain=example.com", "https://b.example.com/y", True),
        ("https://a.example.com/x", "k=v; Domain=.example.com", "https://example.com/y", True),
        ("https://a.example.com/x", "k=v; Domain=example.org", "https://example.org/", False),
        ("https://a.example.com/x", "k=v; Domain=b.example.com", "https://b.example.com/", False),
        ("https://a.example.com/x", "k=v; Domain=com", "https://b.com/", False),
        ("https://a.co.uk/x", "k=v; Domain=co.uk", "https://b.co.uk/", False),
        ("https://a.blogspot.com/x", "k=v; Domain=blogspot.com", "https://b.blogspot.com/", False),
        ("https://a.example.com/x/y", "k=v", "https://a.example.com/z", False),  # the path's folder
        ("https://a.example.com/x/y", "k=v; Path=/", "https://a.example.com/z", True),
        ("https://a.example.com/x", "k=v; Path=/news", "https://a.example.com/newsletter", False),
        ("https://a.example.com/x", "k=v; Path=/; Secure", "http://a.example.com/", False),
        ("https://a.example.com/x", "k=v; Max-Age=0", "https://a.example.com/x", False),
        ("http://127.0.0.1:8000/x", "k=v; Domain=127.0.0.1", "http://127.0.0.1:8000/y", True),
        ("http://localhost:8000/x", "k=v; Domain=localhost; Port=9", "http://localhost:8000/y", True),
        ("https://a.example.com/x", "k=v; Domain=", "https://a.example.com/y", True),
        ("https://blogspot.com/x", "k=v; Domain=blogspot.com", "https://blogspot.com/y", True),
        ("https://blogspot.com/x", "k=v; Domain=blogspot.com", "https://a.blogspot.com/y", False),
        ("https://a.example.com/x", "k=a\x01b", "https://a.example.com/x", False),
        ("https://a.example.com/x", "k=" + "v" * 5000, "https://a.example.com/x", False),
    ],
)
def test_a_cookie_is_sent_where_its_host_may_set_it(set_at: str, cookie: str, asked_at: str, sent: bool) -> None:
    cookies = ChainCookies()
    cookies.keep(httpx.Response(302, headers={"Set-Cookie": cookie}, request=httpx.Request("GET", set_at)))
    assert bool(cookies.build_header(asked_at)) is sent


def test_a_host_cannot_set_any_number_of_cookies() -> None:
    cookies, request = ChainCookies(), httpx.Request("GET", "https://a.example.com/")
    for n in range(200):
        cookies.keep(httpx.Response(302, headers={"Set-Cookie": f"k{n}=v"}, request=request))
    assert cookies.build_header(str(request.url)).count("=") == 50


def test_a_cookie_comes_back_in_the_letters_that_it_had(site: Site) -> None:
    site.pages["/"] = redirect_with_cookie("/1", 'b={"name":"caf\u00e9"}; Path=/'.encode().decode("latin-1"))
    site.pages["/1"] = Page(b"one")
    assert fetch_all([f"{site.url}/"]) == ["one"]
    cookie = site.requests_for("/1")[0].headers["Cookie"]
    assert cookie.encode("latin-1").decode() == 'b={"name":"caf\u00e9"}'
