"""Headlines: plain titles first, and among them the one that represents the story."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pipeline.summaries.invented_stories import SEEN_AT, describe, member

FERRY = "The ferry Halvard ran aground off Skate Point on Friday with 212 people aboard."
RESCUE = "All 212 people aboard the ferry Halvard were taken ashore from Skate Point by lifeboat on Friday."
PLAIN = "Ferry Halvard runs aground off Skate Point"


@pytest.mark.parametrize(
    "flawed",
    [
        "LIVE: Ferry Halvard runs aground off Skate Point",
        "Watch: Ferry Halvard runs aground off Skate Point",
        "Opinion | Ferry Halvard should never have sailed to Skate Point",
        "Why did ferry Halvard run aground off Skate Point?",
        "Here's what we know about ferry Halvard off Skate Point",
        "Everything you need to know about ferry Halvard at Skate Point",
        "You won't believe where ferry Halvard runs aground off Skate Point",
        "FERRY HALVARD RUNS AGROUND OFF SKATE POINT",
        "Ferry Halvard runs aground off Skate…",
        "Ferry runs aground",
        "直播：Ferry Halvard runs aground off Skate Point",
        "عاجل: Ferry Halvard runs aground off Skate Point",
        "EN VIVO: Ferry Halvard runs aground off Skate Point",
    ],
)
def test_a_plain_title_beats_a_flawed_one_that_more_members_agree_with(flawed: str) -> None:
    rows = [member("a", flawed, FERRY), member("b", flawed, RESCUE), member("c", PLAIN, FERRY + " Tugs wait.")]
    assert describe(*rows).story["headline"] == PLAIN


def test_who_may_open_a_headline() -> None:
    title = "WHO warns of fever in Norrhavn camps"
    rows = [member("a", title, RESCUE), member("b", "WHO fever alert for Norrhavn?", FERRY)]
    assert describe(*rows).story["headline"] == title


def test_a_plain_title_beats_one_with_a_section_label() -> None:
    labelled = "News Bulletin: Ferry Halvard runs aground off Skate Point"
    others = [
        member(f"o{i}", f"News Bulletin: Storm number {i} closes a harbour", FERRY, story=f"o{i}", outlet="TV")
        for i in range(3)
    ]
    rows = [member("a", labelled, FERRY, outlet="TV"), member("b", labelled, RESCUE), member("c", PLAIN, RESCUE)]
    assert describe(*others, *rows).stories["s"]["headline"] == PLAIN


def test_a_roundup_gives_neither_headline_nor_representative() -> None:
    rows = [
        member("a", "Ferry Halvard aground at Skate Point: the morning so far", FERRY + " " + RESCUE, roundup=True),
        member("b", PLAIN, RESCUE),
    ]
    story = describe(*rows).story
    assert (story["headline"], story["representative_article_id"]) == (PLAIN, "b")
    assert {sentence["article_id"] for sentence in story["summary_sentences"]} == {"b"}


def test_the_headline_is_a_title_that_other_articles_agree_with() -> None:
    rows = [
        member("a", "Harbour master speaks of a long night for Norrhavn", FERRY),
        member("b", "Ferry Halvard aground at Skate Point, passengers safe", FERRY + " Tugs wait."),
        member("c", "Passengers safe after ferry Halvard hits Skate Point", RESCUE),
    ]
    assert "Halvard" in describe(*rows).story["headline"]


def test_the_headline_is_in_the_language_of_most_members() -> None:
    rows = [
        member("a", PLAIN, FERRY),
        member("b", "El ferry Halvard encalla frente a Punta Raya", "El ferry encalló el viernes.", language="es"),
        member("c", "Encalla el ferry Halvard con 212 pasajeros", "Todos están a salvo en el puerto.", language="es"),
    ]
    story = describe(*rows).story
    assert "ferry Halvard" in story["headline"]
    assert story["headline"] != PLAIN
    assert story["languages"] == ["es", "en"]
    assert {s["article_id"] for s in story["summary_sentences"]} <= {"b", "c"}


def test_a_text_without_a_title_gives_a_headline() -> None:
    assert describe(member("a", "", FERRY)).story["headline"] == FERRY


@pytest.mark.parametrize(
    "eventless",
    [
        "Ferry Halvard's photos of Skate Point on its birthday",
        "'Thank you': ferry Halvard nurse of Skate Point",
        "A tale of two lighthouses as ferry Halvard runs aground off Skate Point",
        "Bombshell as ferry Halvard runs aground off Skate Point",
        "Ferry Halvard runs aground off Skate Point #HalvardAground",
        "Ferry Halvard runs aground off Skate Point because",
    ],
)
def test_a_title_that_states_an_event_beats_one_that_does_not(eventless: str) -> None:
    rows = [
        member("a", eventless, FERRY, published_at=SEEN_AT - timedelta(hours=8)),
        member("b", PLAIN, FERRY + " Tugs wait."),
    ]
    assert describe(*rows).story["headline"] == PLAIN


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        (f"Flood: {PLAIN}", PLAIN),
        ("Flood Norrhavn: ferry Halvard leaves Norrhavn quay", "Ferry Halvard leaves Norrhavn quay"),
        ("Flood relief: ferry Halvard leaves Norrhavn quay", "Flood relief: ferry Halvard leaves Norrhavn quay"),
        ("Flood: Halvard returns", "Flood: Halvard returns"),
        ("Brask: ferry Halvard will never sail again", "Brask: ferry Halvard will never sail again"),
    ],
)
def test_a_label_that_names_the_theme_of_the_window_is_not_printed(title: str, printed: str) -> None:
    text = "Mayor Brask said the flood closed harbour"
    others = [member(f"o{i}", f"Harbour {i} closed", f"{text} {i}.", story=f"o{i}") for i in range(25)]
    described = describe(*others, member("a", title, f"{FERRY} The flood rose."))
    assert described.stories["s"]["headline"] == printed


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        (f"{PLAIN}. Will tugs reach it?", PLAIN),
        ("Ferry Halvard again. Who would have guessed?", "Ferry Halvard again. Who would have guessed?"),
        ("Stuck at sea? You might be better off ashore", "Stuck at sea? You might be better off ashore"),
    ],
)
def test_questions_after_the_news_are_not_printed(title: str, printed: str) -> None:
    assert describe(member("a", title, FERRY)).story["headline"] == printed


def test_a_question_that_somebody_is_quoted_with_is_no_flaw() -> None:
    quoted = "'Where are the tugs?': ferry Halvard skipper calls for help off Skate Point"
    rows = [member("a", "Ferry Halvard off Skate Point, and what is next?", FERRY), member("b", quoted, RESCUE)]
    assert describe(*rows).story["headline"] == quoted


def test_a_plain_title_beats_a_question_in_a_story_without_news_too() -> None:
    plain = "Lifeboats took passengers of the ferry ashore, a tug crew tells Norrhavn's inquiry"
    rows = [member(key, f"{PLAIN}?", FERRY, kind="analysis") for key in "ab"]
    assert describe(*rows, member("c", plain, RESCUE, kind="analysis")).story["headline"] == plain


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        ("Ferry Halvard could be SCRAPPED at Skate Point", "Ferry Halvard could be scrapped at Skate Point"),
        ("STUCK aboard: ferry Halvard off Skate Point", "Stuck aboard: ferry Halvard off Skate Point"),
        ("NATO sends tugs to ferry Halvard", "NATO sends tugs to ferry Halvard"),
        ("FERRY HALVARD SCRAPPED", "FERRY HALVARD SCRAPPED"),
    ],
)
def test_only_single_words_that_are_no_acronyms_are_printed_in_small_letters(title: str, printed: str) -> None:
    others = [
        member(f"o{i}", f"Boat {i} found", f"A stuck boat, number {i}, was scrapped.", story=f"o{i}") for i in range(3)
    ]
    described = describe(*others, member("a", title, f"{FERRY} NATO has tugs."))
    assert described.stories["s"]["headline"] == printed
