"""The language of a story whose articles are in several."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pipeline.summaries.invented_stories import SEEN_AT, describe, member

YESTERDAY = SEEN_AT - timedelta(days=1)
TEXTS = {
    "en": (
        "Ferry Halvard runs aground off Skate Point",
        "The ferry Halvard ran aground off Skate Point on Friday with 1,212 people aboard.",
    ),
    "es": (
        "El ferry Halvard encalla frente a Skate Point",
        "El ferry Halvard encalló el viernes frente a Skate Point con 1.212 personas a bordo.",
    ),
    "de": (
        "Fähre Halvard läuft vor Skate Point auf Grund",
        "Die Fähre Halvard lief am Freitag vor Skate Point mit 1.212 Menschen an Bord auf Grund.",
    ),
    "und": ("Halvard", "Halvard 1212"),
}


def member_in(article_id: str, language: str, **columns: Any) -> dict[str, Any]:
    """Return an article of the story in a language; its text is unique."""
    title, body = TEXTS[language]
    return member(article_id, title, f"{body} Halvard {article_id}.", language=language, **columns)


def languages_of(story: dict[str, Any], rows: list[dict[str, Any]]) -> set[str]:
    """Return the languages of the articles that headline, summary and new sentences are taken from."""
    language = {row["article_id"]: row["language"] for row in rows}
    titles = {row["title"]: row["language"] for row in rows}
    quotes = [*story["summary_sentences"], *story["what_is_new"]]
    return {titles[story["headline"]], *(language[quote["article_id"]] for quote in quotes)}


def test_the_preferred_language_wins_over_that_of_most_articles() -> None:
    rows = [member_in("a", "es"), member_in("b", "es"), member_in("c", "en")]
    assert languages_of(describe(*rows).story, rows) == {"es"}
    english = describe(*rows, language="en").story
    assert languages_of(english, rows) == {english["language"]} == {"en"}
    assert english["representative_article_id"] == "c"
    assert english["languages"] == ["es", "en"]


def test_a_story_without_an_article_in_the_preferred_language_is_told_in_that_of_most() -> None:
    rows = [member_in("a", "es"), member_in("b", "es"), member_in("c", "de")]
    story = describe(*rows, language="en").story
    assert languages_of(story, rows) == {story["language"]} == {"es"}


def test_a_roundup_alone_does_not_make_a_story_one_of_the_preferred_language() -> None:
    rows = [member_in("a", "es"), member_in("b", "en", roundup=True)]
    assert describe(*rows, language="en").story["language"] == "es"


def test_most_counts_independent_origins_and_not_copies() -> None:
    rows = [
        member_in("a", "es"),
        *(member_in(f"a{n}", "es", copy_of="a") for n in range(3)),
        member_in("b", "en"),
        member_in("c", "en"),
    ]
    story = describe(*rows).story
    assert (story["language"], story["languages"]) == ("en", ["es", "en"])


def test_articles_of_undetermined_language_count_only_if_there_are_no_others() -> None:
    rows = [member_in("a", "und"), member_in("b", "und"), member_in("c", "de")]
    assert describe(*rows).story["language"] == "de"
    assert describe(*rows[:2], language="en").story["language"] == "und"


def test_new_sentences_are_in_the_storys_language() -> None:
    earlier = [member_in(name, "en", first_seen_at=YESTERDAY, published_at=YESTERDAY) for name in "ab"]
    charged = "Prosecutors charged the shipping company Brask with neglect of the rudder on Monday."
    accused = "La fiscalía acusó el lunes a la naviera Brask de descuidar el timón del barco."
    rows = [
        *earlier,
        member_in("c", "es", first_seen_at=YESTERDAY, published_at=YESTERDAY),
        member("d", "Shipping company Brask charged", charged),
        member("e", "La fiscalía acusa a la naviera Brask", accused, language="es"),
    ]
    for language, new in (("en", charged), ("es", accused)):
        story = describe(*rows, language=language, max_sentences=1).story
        assert [quote["text"] for quote in story["what_is_new"]] == [new]


def test_keywords_are_words_of_the_storys_language_and_names_are_shared_across_languages() -> None:
    rows = [member_in("a", "es"), member_in("b", "es"), member_in("c", "en")]
    story = describe(*rows, language="en").story
    assert "aground" in story["keywords"]
    assert not {"encalló", "viernes", "personas"} & set(story["keywords"])
    assert {"Halvard", "Skate Point"} <= set(story["entities"])


def test_evidence_across_languages_is_names_and_numbers_but_no_other_words() -> None:
    why = describe(member_in("a", "en"), member_in("b", "es")).articles["a"]["why"]
    assert "names: Halvard, Skate Point" in why
    assert "numbers: 1,212" in why
    assert not any("rare words" in phrase for phrase in why)  # "ferry" is a word of both


def test_each_article_names_its_language() -> None:
    articles = describe(member_in("a", "en"), member_in("b", "es"), member_in("c", "und")).articles
    assert {article_id: row["language"] for article_id, row in articles.items()} == {"a": "en", "b": "es", "c": "und"}


@given(st.lists(st.sampled_from(sorted(TEXTS)), min_size=1, max_size=6), st.sampled_from([None, "en", "es", "fr"]))
def test_a_story_never_mixes_languages(codes: list[str], preferred: str | None) -> None:
    rows = [
        member_in(f"a{number}", code, first_seen_at=YESTERDAY if number % 2 else SEEN_AT)
        for number, code in enumerate(codes)
    ]
    story = describe(*rows, language=preferred).story
    assert languages_of(story, rows) == {story["language"]}
    assert set(story["languages"]) == set(codes)
    if preferred in codes:
        assert story["language"] == preferred


@pytest.mark.parametrize("wrong", ["English", "EN", "en-GB"])
def test_a_preferred_language_is_an_iso_code(wrong: str) -> None:
    with pytest.raises(ValueError, match="language"):
        describe(member_in("a", "en"), language=wrong)
