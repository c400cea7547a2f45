"""The addresses of entries in feeds and sitemaps: as meant, or none; never another one."""

from __future__ import annotations

import json
import re
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import urls
from newsfold.errors import SourceError
from newsfold.sources.document import Document
from newsfold.sources.feed import parse_feed
from newsfold.sources.sitemap import parse_sitemap

FEED = "https://courier.example/news/feed.xml"
RSS = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" {attributes}
 xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0"><channel><title>Courier</title><link>https://home.example/</link>
 <atom:link rel="self" href="https://self.example/feeds/all.xml"/>
 <item><title>Ferry sinks</title>{links}</item><item><title>Reef</title><link>/reef</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>Courier</title><entry><title>Ferry sinks</title>
 {links}</entry><entry><title>Reef</title><link href="/reef"/></entry></feed>"""
SITEMAP = "<urlset {attributes}><url>{links}</url><url><loc>/reef</loc></url></urlset>"


def read_addresses(raw: bytes) -> list[str | None]:
    """The addresses of a feed's or sitemap's entries; of those that are rejected nothing."""
    try:
        if b"<urlset" in raw:
            return [page.url for page, _ in parse_sitemap(raw, FEED, None).pages]
        return [item.url for item in parse_feed(raw, FEED, None) if isinstance(item, Document)]
    except SourceError:
        return []


@pytest.mark.parametrize(
    ("links", "url"),
    [
        ("<link>posts/1</link>", "https://courier.example/news/posts/1"),
        ("<link>//cdn.example/1</link>", "https://cdn.example/1"),
        ("<link>HTTPS://courier.example/1</link>", "https://courier.example/1"),
        ("<link>\n  https://courier.example/a b/\n  c\n</link>", "https://courier.example/a%20b/c"),
        ("<link>https://bücher.example/straße/日本</link>", "https://bücher.example/straße/日本"),
        ("<link>https://a.example/1</link><link>https://a.example/2</link>", "https://a.example/1"),
        ("<link>javascript:void(0)</link><guid>https://a.example/g</guid>", "https://a.example/g"),
        ("<link>mailto:desk@a.example</link>", None),
        ("<link>#comments</link>", None),
        ("<link/><guid isPermaLink='true'>https://a.example/?p=1&p=2</guid>", "https://a.example/?p=1&p=2"),
        ("<guid isPermaLink='false'>https://a.example/?p=1</guid>", None),
        ("<guid>post 1</guid>", None),
        ("<fb:origLink>https://a.example/original</fb:origLink>", "https://a.example/original"),
        ("<link>https://b.example/~r/1</link><fb:origLink>https://a.example/1</fb:origLink>", "https://a.example/1"),
        ("<atom:link rel='replies' href='/r'/><atom:link href='/alternate'/>", "https://courier.example/alternate"),
        ("<link xml:base='https://b.example/x/'>y</link>", "https://b.example/x/y"),
        ("<link>https://a.example/?x=1&amp;amp;y=2</link>", "https://a.example/?x=1&y=2"),
    ],
)
def test_the_articles_address_in_an_rss_item(links: str, url: str | None) -> None:
    assert read_addresses(RSS.format(links=links, attributes="").encode()) == [url, "https://courier.example/reef"]


@pytest.mark.parametrize(
    ("links", "url"),
    [
        ("<link href='1'/>", "https://courier.example/b/1"),
        ("<link href='1' xml:base='c/'/>", "https://courier.example/b/c/1"),
        ("<link rel='enclosure' href='e'/><link rel='self' href='s'/><link rel='alternate' href='a'/>", "…/a"),
        ("<link rel='alternate' type='application/json' href='j'/><link type='text/html' href='h'/>", "…/h"),
        ("<link rel='http://www.iana.org/assignments/relation/alternate' href='long'/>", "…/long"),
        ("<source><link href='https://other.example/'/><id>s</id></source><link href='own'/>", "…/own"),
        ("<content type='text/html' src='out-of-line'/>", "…/out-of-line"),
        ("<id>https://a.example/id</id>", "https://a.example/id"),
        ("<id>tag:a.example,2013:1</id>", None),
    ],
)
def test_the_articles_address_in_an_atom_entry(links: str, url: str | None) -> None:
    expected = url and url.replace("…", "https://courier.example/b")
    assert read_addresses(ATOM.format(links=links, attributes='xml:base="/b/"').encode())[0] == expected


def test_only_a_saved_feed_has_its_own_links_as_base() -> None:
    raw = RSS.format(links="<link>posts/1</link>", attributes="").encode()
    (first, _) = parse_feed(raw, "saved.xml", None)
    assert isinstance(first, Document) and first.url == "https://self.example/feeds/posts/1"
    (first, _) = parse_feed(raw.replace(b'rel="self"', b'rel="hub"'), "saved.xml", None)
    assert isinstance(first, Document) and first.url == "https://home.example/posts/1"


def test_the_address_of_a_json_item() -> None:
    items = [
        {"title": "T"} | links
        for links in ({"url": "1"}, {"external_url": "//b.example/2"}, {"id": "https://c.example/3"})
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "home_page_url": "https://home.example/", "items": items}
    addresses = read_addresses(json.dumps(feed).encode())
    assert addresses == ["https://courier.example/news/1", "https://b.example/2", "https://c.example/3"]


@pytest.mark.parametrize("cut", range(1, 12))
def test_an_address_that_is_cut_off_is_rejected(cut: int) -> None:
    for template, link in (
        (RSS, "<link>https://a.example/12345</link>"),
        (RSS, "<guid>https://a.example/12345</guid>"),
        (ATOM, '<link href="https://a.example/12345"/>'),
        (SITEMAP, "<loc>https://a.example/12345</loc>"),
    ):
        raw = template.format(links=link, attributes="")
        assert set(read_addresses(raw[: raw.index("12345") + cut].encode())) <= {None, "https://a.example/12345"}


_NUMBERS = st.integers(0, 99).map(str)
_PLAIN = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x2FF, exclude_characters="&<#%;\x7f\xa0\xad"), max_size=4
)
# Names that HTML knows without a semicolon, and what else breaks XML.
_PIECES = st.sampled_from(
    ["&copy=", "&reg=", "&lang=en", "&not=", "&para", "&nr=", "&amp=", "&lt=", "&", "%26", "&x;", " "]
)
_BRACKETS = st.sampled_from(["<b", "<1", "<", "</a", "<!--", "<?", "]]>", "'", '"', "\x0b", "\x00", "\ufffd"])
_WAYS = {
    "rss": (RSS, "<link>{}</link>"),
    "guid": (RSS, "<guid>{}</guid>"),
    "atom": (ATOM, '<link href="{}"/>'),
    "atom, single quotes": (ATOM, "<link href='{}'/>"),
    "sitemap": (SITEMAP, "<loc>{}</loc>"),
}


@given(
    st.lists(st.one_of(_PLAIN, _NUMBERS, _PIECES, _BRACKETS), max_size=6).map("".join),
    st.sampled_from(sorted(_WAYS)),
    st.sampled_from(["raw", "escaped", "twice", "character data"]),
    st.sampled_from(["", "<br>", "</i>", "<i a=b>", "\x0b"]),
)
def test_an_address_is_read_as_it_was_meant_or_rejected(query: str, way: str, written: str, damage: str) -> None:
    address = f"https://a.example/view?q={query}&z=9"
    value = {
        "raw": address,
        "escaped": escape(address),
        "twice": escape(address.replace("&", "&amp;")),
        "character data": f"<![CDATA[{address}]]>",
    }[written]
    template, link = _WAYS[way]
    raw = template.format(links=link.format(value) + damage, attributes="")
    allowed = {None, urls.resolve_link(address, None), "https://courier.example/reef"}
    assert set(read_addresses(raw.encode())) <= allowed


_NUMBERED = {
    "rss": '<rss version="2.0"><channel><title>C</title>{}</channel></rss>',
    "atom": '<feed xmlns="http://www.w3.org/2005/Atom"><title>C</title>{}</feed>',
}
_NUMBERED_ENTRIES = {
    "rss": "<item><title>T{0}</title><link>https://a.example/{0}?x=1&amp;y</link><guid isPermaLink='false'>g{0}</guid>"
    "<description>&lt;p&gt;D{0}</description></item>",
    "atom": "<entry><title>T{0}</title><link href='https://a.example/{0}?x=1&amp;y'/><id>tag:{0}</id>"
    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>D{0}</p></div></content></entry>",
}


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_missing_tag_or_bracket_gives_no_entry_the_address_of_another(kind: str) -> None:
    whole = _NUMBERED[kind].format("".join(map(_NUMBERED_ENTRIES[kind].format, range(4))))
    cuts = [tag.span() for tag in re.finditer("<[^<>]*>", whole)]
    cuts += [
        bracket.span()
        for bracket in re.finditer("[<>/]", whole)
        if whole[bracket.end() : bracket.end() + 1] not in ("/", "a", *"0123")
    ]
    for start, end in cuts:
        items = parse_feed_or_refuse(whole[:start] + whole[end:])
        addresses = {item.title: item.url for item in items if item.url and item.title and len(item.title) == 2}
        assert addresses == {title: f"https://a.example/{title[1]}?x=1&y" for title in addresses}, whole[
            start - 20 : end
        ]


def parse_feed_or_refuse(content: str) -> list[Document]:
    try:
        return [item for item in parse_feed(content.encode(), FEED, None) if isinstance(item, Document)]
    except SourceError:
        return []
