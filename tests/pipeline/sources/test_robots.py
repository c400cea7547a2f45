"""robots.txt as RFC 9309 reads it, and as another reader does."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from protego import Protego

from newsfold.errors import FetchError
from newsfold.sources.robots import MAX_BYTES, RobotsRules

HOST = "https://courier.example"


def allows(robots_txt: str | bytes, path: str) -> bool:
    rules = RobotsRules(robots_txt if isinstance(robots_txt, bytes) else robots_txt.encode())
    try:
        rules.require_allowed(HOST + path)
    except FetchError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("newsfold", True), ("NewsFold", True), ("newsfold/1.0", True), ("newsfold*", True), ("newsfold # us", True),
        ("*", True), ("news", False), ("n", False), ("newsfoldbot", False), ("NewsFold-Images", False),
        ("newsfold_old", False), ("mynewsfold", False), ("Mozilla/5.0 (compatible; newsfold)", False), ("", False),
    ],
)  # fmt: skip
def test_a_group_is_found_by_its_whole_product_token(name: str, is_ours: bool) -> None:
    assert allows(f"User-agent: {name}\nDisallow: /\n", "/a") is not is_ours


def test_all_groups_of_a_robot_count_and_those_of_others_do_not() -> None:
    groups = "User-agent: newsfold\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: y\nuser-AGENT: NewsFold\n"
    assert [allows(f"{groups}Disallow: /b\nUser-agent: *\nDisallow: /c", path) for path in ("/a", "/b", "/c")] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    "rules",
    [
        "Disallow: /\n",  # rules before any group
        "User-agent: newsfold\n\nUser-agent: *\nDisallow: /\n\nUser-agent: newsfold\nAllow: /\n",
        "User-agent: newsfold\nDisallow:\n\nUser-agent: *\nDisallow: /\n",
        "User-agent: newsfold\nDisallow: # nothing\n\nUser-agent: *\nDisallow: /\n",
        "User-agent: *\nCrawl-delay: 5\nUser-agent: other\nDisallow: /\n",
        "<!DOCTYPE html>\n<p>Not found</p><pre>\nUser-agent: *\nDisallow: /\n</pre>",
        "\n <HTML><body>\nUser-agent: *\nDisallow: /\n",
    ],
)
def test_rules_that_are_for_nobody_or_for_others_disallow_nothing(rules: str) -> None:
    assert allows(rules, "/a")


@pytest.mark.parametrize(
    "rules",
    [
        "User-agent: newsfold\nNoindex: /x\nUser-agent: other\nDisallow: /\n",
        "User-agent: newsfold\nSitemap: https://courier.example/map.xml\nUser-agent: other\nDisallow: /\n",
        "User-agent: newsfold\n\n# a comment\n\nDisallow: /\n",
        "User-agent: newsfold\nHost: courier.example\nContent-Signal: search=yes\nDisallow: /\n",
        "\ufeffUser-agent: *\nDisallow: /\n",
        "User-agent: *\rDisallow: /\r",
        "User-agent: *\r\nDisallow: /\r\n",
        "\tuser-agent :*\n\t disallow\t:\t/ \t# all\n",
        "User agent *\nDissalow /\n",
    ],
)
def test_unknown_lines_blank_lines_and_ways_of_writing_change_nothing(rules: str) -> None:
    assert not allows(rules, "/a")


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        # RFC 9309, 2.2.2
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz", True),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", True),
        ("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar", True),
        ("/foo/bar/\u30c4", "/foo/bar/%E3%83%84", True),
        ("/foo/bar/%E3%83%84", "/foo/bar/\u30c4", True),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz", True),
        # 2.2.3
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", True),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-b.html", False),
        ("/path/foo-%24", "/path/foo-$", True),
        ("/a$", "/a", True), ("/a$", "/ab", False), ("/a$", "/a$", False), ("/a$b", "/a$b", True), ("/*$", "/", True),
        ("/*.gif$", "/x/y.gif", True), ("/*.gif$", "/x/y.gif?z", False), ("/a*b*c", "/aXbXbXc", True),
        ("/a**b", "/ab", True), ("*/b", "/a/b", True), ("/*ab$", "/ab", True), ("/ab*ab$", "/ab", False),
        # kinds of public reports
        ("/a%2fb", "/a%2Fb", True), ("/a%2Fb", "/a/b", False), ("/a/b", "/a%2Fb", False),
        ("/a?b", "/a%3Fb", False), ("/*q=*relevance*", "/c/4018?q=%3Arelevance%3Atype", True), ("/a%20b", "/a b", True),
        ("/%F0%EE", "/%E0%E1", False), ("/%F0%EE", "/%f0%ee/x", True), ("/a%", "/a%25", True), ("/b", "/a/../b", True),
        ("/A", "/a", False), ("a", "/a", False), ("/a\u2028b", "/a", False),
    ],
)  # fmt: skip
def test_a_path_is_compared_octet_by_octet_in_one_spelling(pattern: str, path: str, matches: bool) -> None:
    assert allows(f"User-agent: *\nDisallow: {pattern}\n", path) is not matches


@pytest.mark.parametrize("store", [gzip.compress, lambda raw: raw.decode().encode("utf-16")])
def test_rules_that_are_compressed_or_in_utf_16_count(store: Callable[[bytes], bytes]) -> None:
    rules = store(b"User-agent: *\nDisallow: /a\n")
    assert [allows(rules, path) for path in ("/a", "/b")] == [False, True]


def test_octets_of_another_charset_are_those_of_the_address() -> None:
    rules = "User-agent: *\nDisallow: /новости\n".encode("cp1251")
    assert not allows(rules, "/%ED%EE%E2%EE%F1%F2%E8/1") and allows(rules, "/%E0%E1%E2%E3%E4%E5%E6/1")


def test_the_longest_rule_decides_and_of_equals_the_one_that_allows() -> None:
    rules = "User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n"
    assert allows(rules, "/example/page/x") and not allows(rules, "/example/page/disallowed.gif")
    assert allows("User-agent: *\nDisallow: /a\nAllow: /a\n", "/a")
    assert allows("User-agent: *\nDisallow: /\n", "/robots.txt")


def test_the_longest_delay_of_a_robots_groups_and_all_sitemaps_count() -> None:
    rules = RobotsRules(
        b"Sitemap: https://a.example/1\nUser-agent: *\nCrawl-delay: 9\n\nUser-agent: newsfold\nCrawl-delay: 2\n"
        b"User-agent: newsfold\nCrawl-delay: 3.5\nCrawl-delay: nan\nCrawl-delay: -1\nCrawl-delay: inf\nSITEMAP:/2\n"
    )
    assert rules.crawl_delay == 3.5 and rules.sitemaps == ["https://a.example/1", "/2"]


def test_a_line_that_the_limit_cuts_does_not_count() -> None:
    start = b"User-agent: *\nDisallow: /private\n"
    rules = start + b"# " + b"x" * (MAX_BYTES - len(start) - 15) + b"\nDisallow: /pages/of/last/year\n"
    assert b"\nDisallow: /" in rules[:MAX_BYTES] and not rules[:MAX_BYTES].endswith(b"year")
    assert allows(rules[:MAX_BYTES], "/pages") and not allows(rules[:MAX_BYTES], "/private")


PIECES = st.sampled_from(["a", "b", "/", "//", "*", "-", "_", "~", "%61", "%2f", "%2A", "=", "%E3%83%84", "index"])
PATHS = st.lists(PIECES, max_size=6).map(lambda pieces: "/" + "".join(pieces))
RULES = st.lists(st.tuples(st.sampled_from(["Allow", "Disallow"]), PATHS, st.sampled_from(["", "$"])), max_size=6)


@given(RULES, PATHS)
@example([("Disallow", "/a*b", "$")], "/a%2Ab")
def test_another_reader_agrees_on_the_rules_of_one_group(rules: list[tuple[str, str, str]], path: str) -> None:
    # protego takes a `$` for itself as well, and counts an encoded octet as three, where lengths decide.
    rules = [(name, pattern, end if "%" not in path else "") for name, pattern, end in rules]
    robots_txt = "User-agent: *\n" + "".join(f"{name}: {pattern}{end}\n" for name, pattern, end in rules)
    path = path.replace("*", "x")
    assert allows(robots_txt, path) is Protego.parse(robots_txt).can_fetch(HOST + path, "newsfold")


@given(st.binary(max_size=300), PATHS)
def test_any_bytes_can_be_read(content: bytes, path: str) -> None:
    allows(b"User-agent: *\nDisallow: " + content, path)
