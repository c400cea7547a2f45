"""What counts as a roundup, about many topics, and what must not."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import sources
from newsfold.extraction.roundups import is_roundup
from newsfold.extraction.stage import extract_articles


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Ferry, Budget, Plum Harvest: Your Tuesday Briefing"),
        ("en", "Evening Update: Today's headlines from the Harbour Courier"),
        ("en", "Coronavirus LIVE Northland updates: ferry crews return; school gates open"),
        ("en", "Live: Covid-19 updates from Ireland and around the world on 3 May"),
        ("en", "As it happened: Pandemic updates from New Zealand"),
        ("en", "Coronavirus in the US: Live Updates"),
        ("en", "LIVE: Monday as it happened — storm, strike and plums"),
        ("en", "Politics live: minister to face backbenchers"),
        ("en", "The Papers: 'Ferry shame' and a prince's birthday"),
        ("en", "What the papers say – May 3"),
        ("en", "Courier morning quiz: May 3"),
        ("en", "Target and superquiz, Monday, May 3"),
        ("en", "Your Daily Horoscope for Monday, May 3"),
        ("en", "The week in pictures: 3-9 May 2021"),
        ("en", "As the day unfolded: minister rules out ferry sale, plums cheaper than ever"),
        ("en", "Seven things to know this morning"),
        ("en", "Courier Sport's five things to do today"),
        ("en", "Letters to the editor"),
        ("en", "Corrections and clarifications"),
        ("en", "What’s on TV: Tuesday, May 4"),
        ("en", "Lomo Tonight Livestream (May 3, 2021)"),
        ("en", "Obituaries of the week"),
        ("en", "Covid-19: What happened in Lomo on 3 May"),
        ("de", "Corona-Liveblog: Fähren fahren wieder"),
        ("de", "Die Lage am Morgen: Streit um die Fähre"),
        ("de", "Bilder des Tages"),
        ("fr", "Coronavirus en direct : les écoles rouvrent"),
        ("fr", "L'essentiel de la semaine"),
        ("es", "Coronavirus en directo | Los transbordadores vuelven"),
        ("es", "Las noticias del día"),
        ("it", "Coronavirus, la diretta: tornano i traghetti"),
        ("it", "Rassegna stampa – 3 maggio 2021"),
        ("pt", "Coronavírus ao vivo: barcas voltam a navegar"),
        ("pt", "Resumo do dia"),
        ("nl", "Coronavirus liveblog: veerboten varen weer"),
        ("nl", "Het belangrijkste nieuws van vandaag"),
        ("und", "Rassegna stampa"),
    ],
)
def test_a_title_that_names_the_form_marks_a_roundup(language: str, title: str) -> None:
    assert is_roundup(title, "", None, language)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Ferry disaster trial LIVE: captain takes the stand"),
        ("en", "Live: President speaks at the ferry memorial"),
        ("en", "Coronavirus briefing live: minister answers questions"),
        ("en", "Harbour 2-1 Rovers: live updates"),
        ("en", "President skips daily briefing after quarrel"),
        ("en", "Coronavirus: lorry drivers live in tents for weeks"),
        ("en", "How to live with Covid"),
        ("en", "Ferry disaster as it happened: the captain's last hour"),
        ("en", "Police quiz man over missing ferry"),
        ("en", "Five things to watch in tonight's debate"),
        ("en", "What we know about the Lomo ferry disaster"),
        ("en", "What happened in Lomo?"),
        ("en", "In pictures: the raising of the Lomo ferry"),
        ("en", "Minister's letters to the editor were forged, court hears"),
        ("en", "Horoscope writer wins libel case"),
        ("en", "Covid-19 latest update: two new cases, no deaths"),
        ("en", "Herald News reporter freed on May 3"),
        ("en", "Papers show minister knew of ferry faults"),
        ("en", "Newspaper review finds errors in ferry reports"),
        ("en", "Coronavirus: cases fall, deaths rise, ferries return"),
        ("de", "Minister verteidigt sich am Morgen im Parlament"),
        ("fr", "Le procès du ferry en direct"),
        ("es", "El juicio del transbordador, en directo"),
    ],
)
def test_a_report_on_one_event_is_not_a_roundup(language: str, title: str) -> None:
    assert not is_roundup(title, "The Lomo ferry sank before dawn.", None, language)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/2021/05/03/briefing/ferry-budget-plums.html", True),
        ("https://example.org/newsletters/harbour/2021/05/ferry", True),
        ("https://example.org/news/blogs-the-papers-52426", True),
        ("https://example.org/politics/live/2021/may/03/uk-coronavirus-live", True),
        ("https://example.org/news/live/world-58279900", False),
        ("https://example.org/news/live/lomo-ferry-trial", False),
        ("https://example.org/briefing-room/statements/ferry", False),
        ("https://example.org/world/ferry-sinks", False),
        ("http://[broken", False),
    ],
)
def test_an_address_can_mark_a_roundup(url: str, expected: bool) -> None:
    assert is_roundup("Ministers meet at noon", "The cabinet met at noon on Monday.", url, "en") is expected


UNLIKE = [
    "Ferry crews end strike after nine days",
    "Plum growers fear another frost",
    "Rovers sign goalkeeper from Ostby",
    "Court frees two mountain guides",
    "Library roof collapses under snow",
]
ALIKE = [
    "Ferry sank before dawn off Lomo",
    "Captain of the ferry had raised alarm",
    "Ferry had passed inspection in May",
    "Owner of the ferry declines comment",
    "Divers search the ferry for survivors",
]


@pytest.mark.parametrize("shape", ["; ".join, lambda items: "\n".join(f"* {item}" for item in items)])
def test_a_list_of_unlike_topics_is_a_roundup_and_a_list_on_one_topic_is_not(shape: object) -> None:
    assert callable(shape)
    assert is_roundup("Monday", shape(UNLIKE), None, "en")
    assert not is_roundup("Monday", shape(ALIKE), None, "en")
    assert not is_roundup("Ferry sinks", "The ferry sank. Divers search it.\n" + shape(ALIKE[:3]), None, "en")


def test_stock_phrases_of_briefings_count_only_where_a_text_begins() -> None:
    assert is_roundup("Ferry, plums, snow", "Here’s what you need to know.", None, "en")
    assert is_roundup("Ferry, plums, snow", "Five things you need to know about the strike this evening.", None, "en")
    report = "The Lomo ferry sank before dawn on Monday.\nHere's what you need to know."
    assert not is_roundup("Lomo ferry sinks", report, None, "en")


@given(title=st.text(), body=st.text(), url=st.none() | st.text(), language=st.sampled_from(["en", "de", "und", "tl"]))
def test_any_text_gets_an_answer(title: str, body: str, url: str | None, language: str) -> None:
    assert is_roundup(title, body, url, language) in (True, False)


def test_extraction_marks_roundups() -> None:
    table = {"id": ["a", "b"], "title": ["Ferry sinks off Lomo", "Letters to the editor"], "text": ["It sank."] * 2}
    articles, _ = extract_articles(sources.documents_from_table(pa.table(table), "t"))
    assert articles["roundup"].to_pylist() == [False, True]


def test_on_a_real_night_most_briefings_are_recognised_and_no_report_is(shared: Path) -> None:
    """Its unlabelled items are live blogs, briefings, programmes, horoscopes, and livestreams of single events."""
    rows = pq.read_table(shared / "labelled" / "feeds.parquet").to_pylist()
    answers = [is_roundup(row["title"], row["text"] or "", row["url"], "und") for row in rows]
    reports = [answer for answer, row in zip(answers, rows, strict=True) if row["story"] is not None]
    others = [answer for answer, row in zip(answers, rows, strict=True) if row["story"] is None]
    assert sum(reports) <= len(reports) / 500
    assert sum(others) >= len(others) / 2


@pytest.mark.parametrize("name", ["neus", "allsides", "ecbplus", "vmds"])
def test_curated_reports_are_left_alone(shared: Path, name: str) -> None:
    rows = pq.read_table(shared / "labelled" / f"{name}.parquet").slice(0, 2000).to_pylist()
    answers = [is_roundup(row["title"] or "", row["text"] or "", row["url"], row["language"] or "und") for row in rows]
    assert sum(answers) <= len(answers) / 500
