"""Plain text scrapes: the part of each line, whichever outlet it was copied from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfold import encodings, text
from newsfold.extraction import scrape
from newsfold.extraction.parsed_text import ParsedText

SCRAPES = Path(__file__).parents[2] / "data" / "scrapes"
DOCUMENT = Path(__file__).parents[3].parent / "shared" / "data" / "articles" / "000_b663adfd7a05cc64.txt"

EXPECTED: dict[str, dict[str, Any]] = {
    "agency_in_brackets": {
        "title": "Ferry Runs Aground Off Skerry Point; All 212 Aboard Are Safe",
        "authors": ["Petra Holm"],
        "agency": "AP",
        "dateline": "HALDEN BAY, Norway",
        "body": ["A car ferry struck", "The captain told", "Salvage crews hope"],
        "extras": {"copyright": "Copyright 2014 The Associated Press. All rights reserved."},
    },
    "two_authors": {
        "title": "Miners' families march on Ardley over missing wages",
        "authors": ["Harriet Sorrel", "Ian Quill"],
        "syndicated_from": "The Guardian",
        "body": ["Several thousand people", "The new owner,", '"We dug it,'],
        "extras": {"contributors": "Additional reporting by Colm Reddy", "tags": "mining, wages, Ardley"},
    },
    "byline_first": {
        "title": "Storm Cuts Power to Half of Lindqvist County",
        "authors": ["Joan McDonald", "Sean O'Neill"],
        "syndicated_from": "Lakeside Tribune",
        "dateline": "LAKESIDE, Mich.",
        "published_at": "March 3, 2015",
        "body": ["Wind gusts of 80 miles", "Schools will stay closed."],
        "extras": {
            "correction": "Correction: An earlier version misstated the number of homes. It is 41,000, not 14,000.",
            "categories": "Weather, Local",
        },
    },
    "spanish_agency": {
        "title": "La sequía obliga a racionar el agua en Valdemora",
        "authors": ["Lucía Aranda"],
        "agency": "EFE",
        "dateline": "Valdemora",
        "body": ["El ayuntamiento de Valdemora", "Los agricultores,"],
        "extras": {"contributors": "Con información de la agencia provincial"},
    },
    "no_byline": {
        "title": "Town library lends its ten thousandth ukulele",
        "body": ["The library of Marsh Hollow", "Why ukuleles", "The scheme began", '"Nobody whispers'],
        "extras": {},
    },
    "caption_first": {
        "title": "Glacier Retreat Uncovers a Wooden Sled, and a Puzzle",
        "authors": ["Ingrid van der Meer"],
        "dateline": "TROMVIK",
        "body": ["Hikers on the shrinking", "Its lashings are"],
        "extras": {
            "caption": "A second sled, smaller, was found on Monday",
            "copyright": "(c) 2016 The Northern Herald",
        },
    },
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_line_of_a_scrape_is_body_or_fact(name: str) -> None:
    title, parsed = scrape.parse_scrape((SCRAPES / f"{name}.txt").read_text(encoding="utf-8"))
    expected = EXPECTED[name]
    assert title == expected["title"]
    assert parsed.authors == expected.get("authors", [])
    assert parsed.agency == expected.get("agency")
    assert parsed.syndicated_from == expected.get("syndicated_from")
    assert parsed.dateline == expected.get("dateline")
    assert parsed.published_at == expected.get("published_at")
    assert len(parsed.paragraphs) == len(expected["body"])
    assert all(found.startswith(start) for found, start in zip(parsed.paragraphs, expected["body"], strict=True))
    assert dict(parsed.extras) == expected["extras"]


def test_hard_wrapped_paragraphs_are_joined() -> None:
    _, parsed = scrape.parse_scrape((SCRAPES / "byline_first.txt").read_text(encoding="utf-8"))
    assert "41,000 homes without power" in parsed.paragraphs[0]
    assert parsed.paragraphs[0].endswith("until Friday.")


def test_a_caption_with_a_credit_leaves_the_body_wherever_it_stands() -> None:
    _, parsed = scrape.parse_scrape((SCRAPES / "caption_first.txt").read_text(encoding="utf-8"))
    captions = [value for key, value in parsed.extras if key == "caption"]
    assert (
        captions[0] == "A ranger kneeling beside the runners of the sled on Sunday. Nils Aker for The Northern Herald"
    )


@pytest.fixture(scope="module")
def document() -> tuple[str, ParsedText]:
    if not DOCUMENT.exists():
        pytest.skip("the shared data is not here")
    return scrape.parse_scrape(encodings.decode(DOCUMENT.read_bytes()))


def test_the_document_has_its_title(document: tuple[str, ParsedText]) -> None:
    assert document[0] == "Syrian Forces Claim Victory in Battle for Strategic Town"


def test_the_document_has_its_author_and_credit(document: tuple[str, ParsedText]) -> None:
    assert document[1].authors == ["Anne Barnard"]
    assert document[1].syndicated_from == "The New York Times"
    assert document[1].agency is None


def test_the_document_has_its_dateline(document: tuple[str, ParsedText]) -> None:
    assert document[1].dateline == "BEIRUT, Lebanon"
    assert not document[1].paragraphs[0].startswith(("BEIRUT", "—"))


def test_the_document_keeps_exactly_the_articles_paragraphs(document: tuple[str, ParsedText]) -> None:
    raw = text.normalise(encodings.decode(DOCUMENT.read_bytes())).split("\n")
    # In this file the article's paragraphs are those that run past 200 characters, the contributors' line aside.
    article = [line for line in raw if len(line) > 200 and "contributed by" not in line]
    assert document[1].paragraphs == [article[0].split(" — ", 1)[1], *article[1:]]
    assert len(article) == 11


def test_the_document_keeps_contributors_caption_and_categories_apart(document: tuple[str, ParsedText]) -> None:
    extras = dict(document[1].extras)
    assert set(extras) == {"contributors", "caption", "categories"}
    assert extras["contributors"].startswith("Reporting was contributed by")
    assert extras["caption"].startswith("Forces loyal") and extras["caption"].endswith("Qusay")
    assert extras["categories"] == "Arab World, Asia, Syria"


def test_the_document_loses_its_comment_form(document: tuple[str, ParsedText]) -> None:
    everything = " ".join([*document[1].paragraphs, *(value for _, value in document[1].extras)])
    assert not any(word in everything for word in ("Reply", "Akismet", "commenting", "Connecting"))


SENTENCE = st.lists(
    st.sampled_from(["river", "council", "storm", "early", "budget", "found", "seven", "walls", "letter", "north"]),
    min_size=10,
    max_size=30,
)
PARAGRAPHS = st.lists(SENTENCE.map(lambda words: " ".join(words).capitalize() + "."), min_size=2, max_size=12)
MARKERS = st.sampled_from(["Leave a Reply", "Share this:", "Related", "3 comments", "Comments are closed."])


@pytest.mark.parametrize(
    "sentence",
    [
        "No comments on the deal came from the palace.",
        "More in sorrow than in anger.",
        "Keep reading comprehension tests short, teachers say.",
        "Reporting by the commission found that nobody had looked at the reef for years.",
        "By then the harbour had frozen.",
        "Copyright law is dull.",
        "Tags: the museum wants them back, every one.",
    ],
)
def test_sentences_that_only_begin_like_furniture_stay(sentence: str) -> None:
    prose = (
        "The harbour council met on Monday, argued until midnight about the ferry, and went home without a vote at all."
    )
    _, parsed = scrape.parse_scrape("\n\n".join(["A short title line", prose, prose, sentence, prose, prose]))
    assert parsed.paragraphs == [prose, prose, sentence, prose, prose]


@given(st.text(max_size=400))
def test_any_text_is_parsed(scraped: str) -> None:
    title, parsed = scrape.parse_scrape(scraped)
    assert "\n" not in title and all(paragraph.strip() for paragraph in parsed.paragraphs)


@given(
    st.lists(
        st.sampled_from(
            ["By JANE ROE", "ROME —", "(AP) -", "Photo: x", "Tags:", "Hello there", "Over.", "June 5, 2013"]
        )
    )
)
def test_every_body_paragraph_was_in_the_text(fragments: list[str]) -> None:
    scraped = "\n\n".join(fragments)
    _, parsed = scrape.parse_scrape(scraped)
    assert all(text.normalise_line(paragraph) in text.normalise_line(scraped) for paragraph in parsed.paragraphs)


@settings(max_examples=60)
@given(PARAGRAPHS, MARKERS, st.data())
def test_no_sentence_before_page_furniture_in_the_second_half_is_lost(
    body: list[str], marker: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers((len(body) + 1) // 2, len(body)))
    _, parsed = scrape.parse_scrape("\n\n".join(["A short title line", *body[:at], marker, *body[at:]]))
    assert parsed.paragraphs[:at] == body[:at]
