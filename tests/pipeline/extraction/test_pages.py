"""What becomes of pages as the web has them: stubs, offers between paragraphs, standfirsts, titles with endings."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsfold import extraction, schemas
from newsfold.errors import SourceError
from newsfold.extraction import bylines, headlines
from newsfold.extraction.limits import time_limit
from tests.benchmarks import pages as benchmark

SEEN = datetime(2013, 6, 5, 23, 59, 59, tzinfo=UTC)
FERRY = [
    f"Diver number {n} went down to the wreck of the Lomo ferry at dawn and came up again with one more bell of brass."
    for n in range(1, 9)
]


def html(*paragraphs: str, head: str = "", title: str = "Divers at the Lomo wreck") -> bytes:
    body = "".join(one if one.startswith("<") else f"<p>{one}</p>" for one in paragraphs)
    return f"<html lang=en><head>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>".encode()


def ld(**article: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"} | article)}</script>'


def document(content: bytes | None = None, **found: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "source": "web", "location": "https://courier.example/ferry", "form": "html" if content else "fields",
        "content": content, "url": "https://courier.example/ferry", "outlet": "Courier", "authors": [],
        "timezone": "UTC",
    }  # fmt: skip
    return plain | found


def extracted(*documents: dict[str, Any], known: Any = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    articles, rejects = extraction.extract(schemas.build_table("documents", documents), SEEN, known=known)
    return articles.to_pylist(), rejects.to_pylist()


def extras(article: dict[str, Any], key: str) -> list[str]:
    return [extra["value"] for extra in article["extras"] if extra["key"] == key]


def test_the_beginning_of_a_paid_article_is_marked_and_loses_its_offer() -> None:
    page = html(FERRY[0], "Subscribe to continue reading this article for 1 euro.", head=ld(isAccessibleForFree=False))
    ((found,), _) = extracted(document(page))
    assert extras(found, "stub") == ["paywall"] and found["body"] == FERRY[0]


def test_a_whole_article_is_no_stub_whatever_the_page_says_of_its_price() -> None:
    page = html(*FERRY, *FERRY, head=ld(isAccessibleForFree="False"))
    ((found,), _) = extracted(document(page))
    assert extras(found, "stub") == [] and FERRY[-1] in found["body"]


def test_a_wall_is_no_article_and_the_feeds_text_takes_its_place() -> None:
    page = html("Please enable JavaScript and cookies to continue.", title="Just a moment...")
    ((found,), _) = extracted(document(page, title="Ferry sinks", text=" ".join(FERRY)))
    assert found["title"] == "Ferry sinks" and found["body"].startswith("Diver number 1") and extras(found, "stub")
    none, (reject,) = extracted(document(page))
    assert none == [] and "no article" in reject["reason"]


def test_a_feeds_text_stands_where_it_is_fuller_than_the_page() -> None:
    ((found,), _) = extracted(document(html(FERRY[0]), title="Ferry", text="\n".join(FERRY)))
    assert FERRY[-1] in found["body"]


def test_one_article_by_feed_and_page_is_one_row_with_the_facts_of_both() -> None:
    feed = document(
        title="Ferry", text="Short.", published_at="2013-06-05T06:00:00Z", authors=["Jane Roe"], source="feed"
    )
    feed["url"] += "?utm_source=rss"
    ((found,), rejects) = extracted(feed, document(html(*FERRY)))
    assert rejects == [] and found["source"] == "feed" and FERRY[-1] in found["body"]
    assert (found["authors"], found["published_at"].hour) == (["Jane Roe"], 6)
    ((other,), _) = extracted(document(html(*FERRY)), feed)
    assert other["body"] == found["body"] and other["published_at"] == found["published_at"]


def test_offers_and_links_between_paragraphs_are_left_out() -> None:
    inserted = (
        '<div class="newsletter-signup"><p>Get the Courier by mail every morning and never miss a thing.</p></div>'
        '<p><a href="/mill">Read more: the mill at Pellara was sold for one euro to a man nobody knows.</a></p>'
    )
    ((found,), _) = extracted(document(html(*FERRY[:4], inserted, *FERRY[4:])))
    assert found["body"].split("\n") == FERRY


def test_what_the_page_declares_as_its_text_decides_between_paragraphs() -> None:
    stranger = "Twelve thousand readers have joined our club of friends since May, and each of them got a mug of tin."
    page = html(*FERRY[:4], stranger, *FERRY[4:], stranger, head=ld(articleBody="\n".join(FERRY)))
    ((found,), _) = extracted(document(page))
    assert found["body"].split("\n") == FERRY


def test_a_printed_standfirst_comes_first() -> None:
    standfirst = "Eight divers have been down to the wreck, and what they found has surprised the harbour master."
    head = f'<meta name="description" content="{standfirst}">'
    shown = f"<html><head>{head}</head><body><h2>{standfirst}</h2>" + html(*FERRY).decode() + "</body></html>"
    ((found,), _) = extracted(document(shown.encode()))
    assert found["body"].startswith(standfirst)
    ((hidden,), _) = extracted(document(html(*FERRY, head=head)))
    assert standfirst not in hidden["body"]


def test_an_ending_under_most_of_an_outlets_titles_is_learned_and_remembered() -> None:
    titles = [f"{what} - Das Morgenblatt am Hafen" for what in ("Fähre sinkt", "Mühle", "Haushalt", "Wahl in Pellara")]
    rows = [document(title=title, text="x", url=f"https://m.example/{n}") for n, title in enumerate(titles)]
    first, _ = extracted(*rows)
    assert sorted(row["title"] for row in first) == ["Fähre sinkt", "Haushalt", "Mühle", "Wahl in Pellara"]
    known = schemas.build_table("articles", first)
    one = document(title="Regen - Das Morgenblatt am Hafen", text="x", url="https://m.example/9")
    assert extracted(one, known=known)[0][0]["title"] == "Regen"
    assert extracted(one)[0][0]["title"] == "Regen - Das Morgenblatt am Hafen"


def test_dashes_within_titles_are_no_endings() -> None:
    titles = ["Ferry sinks - live", "Ferry sinks - what we know", "Mill - sold", "Council - deadlock"]
    assert headlines.learn_endings(titles) == frozenset()


@pytest.mark.parametrize(
    ("titles", "chosen"),
    [
        (["Ferry sinks off Lomo | World News - The Sun", "Ferry sinks off Lomo"], "Ferry sinks off Lomo"),
        (["宮崎県で震度5弱：朝日新聞", "宮崎県で震度5弱"], "宮崎県で震度5弱"),
        (["Ferry sinks off Lomo - 214 aboard", "Ferry"], "Ferry sinks off Lomo - 214 aboard"),
    ],
)
def test_what_follows_another_of_a_pages_titles_is_the_sites(titles: list[str], chosen: str) -> None:
    assert headlines.choose_headline(titles, "Courier") == chosen


def test_who_signs_a_page() -> None:
    def authors(declared: list[str], *printed: list[str]) -> list[str]:
        return bylines.choose_authors(declared, printed, "Harbour Courier", "courier.example")[0]

    assert authors(["Jane Roe and John Doe, dpa"]) == ["Jane Roe", "John Doe", "dpa"]
    assert authors(["Harbour Courier"], ["admin"], ["By Jane Roe"]) == ["Jane Roe"]
    assert authors(["Harbour Courier"]) == ["Harbour Courier"]
    assert authors(["Harbour Courier", "The Associated Press"]) == ["The Associated Press"]
    assert authors(["admin"], ["Economy Von Jane Roe"]) == ["Jane Roe"]
    assert authors([]) == []


def test_a_document_that_takes_too_long_is_left_and_nothing_arrives_later() -> None:
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"more than 0\.1 seconds"), time_limit(0.1):
        while True:
            pass
    assert time.monotonic() - began < 2
    for _ in range(200):
        with contextlib.suppress(SourceError), time_limit(0.001):
            time.sleep(0.0009)
    time.sleep(0.01)


def test_real_pages_come_out_better_than_by_trafilatura_alone(shared: Path) -> None:
    import gzip

    folder = shared / "pages" / "fundus"
    lines = (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    expected = [json.loads(line) for line in lines][::4]
    pages = [gzip.decompress((folder / one["file"]).read_bytes()) for one in expected]

    def f1(found: list[Any]) -> float:
        shares = [
            benchmark.shared(one["body"], got.get("body") or "") for one, got in zip(expected, found, strict=True)
        ]
        precision, recall = (sum(values) / len(shares) for values in zip(*shares, strict=True))
        return float(2 * precision * recall / (precision + recall))

    assert f1(benchmark.by_newsfold(expected, pages)) > f1(benchmark.by_trafilatura(expected, pages))
