"""Pages as the web has them: stubs, offers between paragraphs, standfirsts, titles with endings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from newsfold import schemas
from newsfold.extraction.stage import extract_articles
from tests.benchmarks import pages as benchmark

FERRY = [
    f"Diver number {n} went down to the wreck of the Lomo ferry at dawn and came up again with one more bell of brass."
    for n in range(1, 9)
]


def html(*paragraphs: str, head: str = "", title: str = "Divers at the Lomo wreck") -> bytes:
    body = "".join(one if one.startswith("<") else f"<p>{one}</p>" for one in paragraphs)
    return f"<html lang=en><head>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>".encode()


def json_ld(**article: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"} | article)}</script>'


def document(content: bytes | None = None, **columns: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "source": "web", "location": "https://courier.example/ferry", "form": "html" if content else "fields",
        "content": content, "url": "https://courier.example/ferry", "outlet": "Courier", "authors": [],
        "timezone": "UTC",
    }  # fmt: skip
    return plain | columns


def extract(*documents: dict[str, Any], known: Any = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    articles, rejects = extract_articles(schemas.build_table("documents", documents), known_articles=known)
    return articles.to_pylist(), rejects.to_pylist()


def extras(article: dict[str, Any], key: str) -> list[str]:
    return [extra["value"] for extra in article["extras"] if extra["key"] == key]


def test_the_beginning_of_a_paid_article_is_marked_as_a_stub_without_its_offer() -> None:
    page = html(
        FERRY[0], "Subscribe to continue reading this article for 1 euro.", head=json_ld(isAccessibleForFree=False)
    )
    ((found,), _) = extract(document(page))
    assert extras(found, "stub") == ["paywall"] and found["body"] == FERRY[0]


def test_a_whole_article_is_not_a_stub_whatever_the_page_declares() -> None:
    page = html(*FERRY, *FERRY, head=json_ld(isAccessibleForFree="False"))
    ((found,), _) = extract(document(page))
    assert extras(found, "stub") == [] and FERRY[-1] in found["body"]


def test_the_feeds_text_takes_the_place_of_a_consent_page() -> None:
    page = html("Please enable JavaScript and cookies to continue.", title="Just a moment...")
    ((found,), _) = extract(document(page, title="Ferry sinks", text=" ".join(FERRY)))
    assert found["title"] == "Ferry sinks" and found["body"].startswith("Diver number 1") and extras(found, "stub")
    none, (reject,) = extract(document(page))
    assert none == [] and "no article" in reject["reason"]


def test_the_feeds_text_is_taken_if_it_is_fuller_than_the_page() -> None:
    ((found,), _) = extract(document(html(FERRY[0]), title="Ferry", text="\n".join(FERRY)))
    assert FERRY[-1] in found["body"]


def test_one_article_by_feed_and_page_is_one_row_with_the_facts_of_both() -> None:
    feed = document(
        title="Ferry", text="Short.", published_at="2013-06-05T06:00:00Z", authors=["Jane Roe"], source="feed"
    )
    feed["url"] += "?utm_source=rss"
    ((found,), rejects) = extract(feed, document(html(*FERRY)))
    assert rejects == [] and found["source"] == "feed" and FERRY[-1] in found["body"]
    assert (found["authors"], found["published_at"].hour) == (["Jane Roe"], 6)
    ((other,), _) = extract(document(html(*FERRY)), feed)
    assert other["body"] == found["body"] and other["published_at"] == found["published_at"]


def test_offers_and_links_between_paragraphs_are_left_out() -> None:
    inserted = (
        '<div class="newsletter-signup"><p>Get the Courier by mail every morning and never miss a thing.</p></div>'
        '<p><a href="/mill">Read more: the mill at Pellara was sold for one euro to a man nobody knows.</a></p>'
    )
    ((found,), _) = extract(document(html(*FERRY[:4], inserted, *FERRY[4:])))
    assert found["body"].split("\n") == FERRY


def test_paragraphs_that_the_declared_text_lacks_are_left_out() -> None:
    stranger = "Twelve thousand readers have joined our club of friends since May, and each of them got a mug of tin."
    page = html(*FERRY[:4], stranger, *FERRY[4:], stranger, head=json_ld(articleBody="\n".join(FERRY)))
    ((found,), _) = extract(document(page))
    assert found["body"].split("\n") == FERRY


def test_a_printed_standfirst_comes_first() -> None:
    standfirst = "Eight divers have been down to the wreck, and what they found has surprised the harbour master."
    head = f'<meta name="description" content="{standfirst}">'
    shown = f"<html><head>{head}</head><body><h2>{standfirst}</h2>" + html(*FERRY).decode() + "</body></html>"
    ((found,), _) = extract(document(shown.encode()))
    assert found["body"].startswith(standfirst)
    ((hidden,), _) = extract(document(html(*FERRY, head=head)))
    assert standfirst not in hidden["body"]


def test_an_ending_of_most_titles_of_an_outlet_is_learned_and_remembered() -> None:
    titles = [f"{what} - Das Morgenblatt am Hafen" for what in ("Fähre sinkt", "Mühle", "Haushalt", "Wahl in Pellara")]
    rows = [document(title=title, text="x", url=f"https://m.example/{n}") for n, title in enumerate(titles)]
    first, _ = extract(*rows)
    assert sorted(row["title"] for row in first) == ["Fähre sinkt", "Haushalt", "Mühle", "Wahl in Pellara"]
    known = schemas.build_table("articles", first)
    one = document(title="Regen - Das Morgenblatt am Hafen", text="x", url="https://m.example/9")
    assert extract(one, known=known)[0][0]["title"] == "Regen"
    assert extract(one)[0][0]["title"] == "Regen - Das Morgenblatt am Hafen"


def test_real_pages_come_out_better_than_by_trafilatura_alone(shared: Path) -> None:
    import gzip

    folder = shared / "pages" / "fundus"
    lines = (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    expected = [json.loads(line) for line in lines][::4]
    pages = [gzip.decompress((folder / row["file"]).read_bytes()) for row in expected]

    def f1(extracted: list[Any]) -> float:
        scores = [
            benchmark.score_body(row["body"], got.get("body") or "")
            for row, got in zip(expected, extracted, strict=True)
        ]
        precision, recall = (sum(values) / len(scores) for values in zip(*scores, strict=True))
        return float(2 * precision * recall / (precision + recall))

    assert f1(benchmark.extract_by_newsfold(expected, pages)) > f1(benchmark.extract_by_trafilatura(expected, pages))


def test_a_page_that_prints_only_a_day_has_the_time_of_its_feed_if_that_is_on_the_day() -> None:
    page = html(*FERRY, head=json_ld(datePublished="2013-06-05"))
    for stated, expected in (
        ("Wed, 05 Jun 2013 21:40:00 +0200", "2013-06-05 19:40"),
        ("Thu, 06 Jun 2013 08:00:00 +0200", "2013-06-05 00:00"),
    ):
        ((found,), _) = extract(document(page, published_at=stated))
        assert f"{found['published_at']:%Y-%m-%d %H:%M}" == expected


def test_a_title_and_a_text_are_read_in_the_form_that_they_declare() -> None:
    markup: dict[str, Any] = {
        "title": "Use <b>bold</b> &amp; less",
        "text": "<p>One <b>word</b> is enough for the whole of it.</p>",
    }
    declared: list[dict[str, Any]] = [{"title_form": form, "text_form": form} for form in ("text", "html", None)]
    rows = [document(url=f"https://courier.example/{n}", **markup, **forms) for n, forms in enumerate(declared)]
    (articles, _) = extract(*rows)
    found = {article["url"][-1]: (article["title"], article["body"]) for article in articles}
    read = ("Use bold & less", "One word is enough for the whole of it.")
    assert found == {"0": (markup["title"], markup["text"]), "1": read, "2": read}


def test_the_feeds_title_of_a_page_without_one_is_read_as_markup() -> None:
    page = b"<html><body><p>" + FERRY[0].encode() + b"</p><p>" + FERRY[1].encode() + b"</p></body></html>"
    ((found,), _) = extract(document(page, title="Divers at the <i>Lomo</i> &amp; its reef"))
    assert found["title"] == "Divers at the Lomo & its reef"
