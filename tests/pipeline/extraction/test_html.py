"""Web pages: what the page declares comes before what its layout suggests."""

from __future__ import annotations

import gzip
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from newsfold import schemas, text
from newsfold.errors import SourceError
from newsfold.extraction import html
from newsfold.extraction.stage import extract_articles

PAGES = Path(__file__).parents[3].parent / "shared" / "data" / "pages" / "fundus"
BODY = "".join(
    f"<p>The harbour council met for the {n}th time and settled nothing about the old ferry, again.</p>"
    for n in range(5, 11)
)


def page(head: str = "", title: str = "<h1>Council settles nothing</h1>", language: str = "en") -> bytes:
    return f"<html lang='{language}'><head>{head}</head><body><article>{title}{BODY}</article></body></html>".encode()


def ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_json_ld_comes_before_meta_tags() -> None:
    article = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": "Council in deadlock",
        "datePublished": "2014-03-02T09:00:00+01:00", "author": [{"@type": "Person", "name": "Jane Roe"}],
        "publisher": {"@type": "Organization", "name": "Harbour Courier"}, "inLanguage": "en-GB",
    }  # fmt: skip
    head = ld({"@graph": [{"@type": "WebSite", "name": "x"}, article]}) + "<meta property='og:title' content='Other'>"
    found = html.parse_page(page(head), None).metadata
    assert found.titles[:2] == ["Other", "Council in deadlock"]  # of titles alone, the one made for sharing is first
    assert (found.times.published_at, found.authors) == ("2014-03-02T09:00:00+01:00", ["Jane Roe"])
    assert (found.publisher, found.language) == ("Harbour Courier", "en-GB")


def test_meta_tags_and_headings_are_read_if_json_ld_is_broken() -> None:
    head = '<script type=\'application/ld+json\'>{"@type": "NewsArticle", oops</script>'
    head += (
        "<meta property='article:published_time' content='2014-03-02T09:00:00Z'><meta name='author' content='Jane Roe'>"
    )
    found = html.parse_page(page(head), None).metadata
    assert (found.titles[0], found.bylines[0]) == ("Council settles nothing", ["Jane Roe"])
    assert found.times.published_at == "2014-03-02T09:00:00Z"


def test_json_with_a_trailing_comma_and_line_breaks_is_repaired() -> None:
    broken = '\n{"@type": ["NewsArticle"], "headline": "Council\nin deadlock",\n}'
    head = f'<script type="application/ld+json">{broken}</script>'
    assert html.parse_page(page(head), None).metadata.titles[0] == "Council in deadlock"


def test_a_tag_that_the_heading_shows_is_a_word_of_the_title() -> None:
    shown = "Use &lt;p&gt;…&lt;/p&gt; and &lt;br/&gt; sparingly"
    found = html.parse_page(page(f"<title>{shown} | Courier</title>", f"<h1>{shown}</h1>"), None).metadata
    assert found.titles[0] == "Use <p>…</p> and <br/> sparingly"
    found = html.parse_page(page(f"<title>{shown}</title>", "<h1>Use … and sparingly</h1>"), None).metadata
    assert "<p>" not in " ".join(found.titles)


def test_the_main_text_is_paragraphs_without_the_page_around_them() -> None:
    parsed = html.parse_page(page("<style>p {color: red}</style>"), None).parsed
    assert len([line for line in parsed.paragraphs if line.startswith("The harbour council met")]) == 6
    assert "color" not in " ".join(parsed.paragraphs)


@pytest.mark.parametrize("content", [b"<html><body></body></html>", b"<html><head><title> </title></head></html>"])
def test_a_page_without_an_article_is_rejected_with_a_reason(content: bytes) -> None:
    with pytest.raises(SourceError, match=r"neither a title nor|no HTML"):
        html.parse_page(content, None)


def test_real_pages_give_title_date_and_authors() -> None:
    if not PAGES.exists():
        pytest.skip("the shared data is not here")
    expected = [json.loads(line) for line in (PAGES / "expected.jsonl").read_text(encoding="utf-8").splitlines()][:12]
    rows = [
        {
            "source": "pages", "location": one["file"], "form": "html", "id": one["file"], "url": one["url"],
            "content": gzip.decompress((PAGES / one["file"]).read_bytes()), "authors": [], "timezone": "UTC",
        }
        for one in expected
    ]  # fmt: skip
    articles, rejects = extract_articles(schemas.build_table("documents", rows))
    found = {row["article_id"]: row for row in articles.to_pylist()}
    assert rejects.num_rows == 0
    titles = sum(text.split_words(found[one["file"]]["title"]) == text.split_words(one["title"]) for one in expected)
    dates = sum(
        abs(found[one["file"]]["published_at"].date() - date.fromisoformat(one["date"][:10])) <= timedelta(days=1)
        for one in expected
    )
    people = [one for one in expected if one["authors"] and all(" " in name for name in one["authors"])]
    authors = sum(set(one["authors"]) & set(found[one["file"]]["authors"]) != set() for one in people)
    assert titles >= 8 and dates >= 11 and authors >= 0.6 * len(people)
    assert sum(len(found[one["file"]]["body"]) > 200 for one in expected) >= 11
