"""Keywords and entities of stories."""

from __future__ import annotations

import pytest

from tests.pipeline.summaries.invented_stories import describe, member

FERRY = "The ferry Halvard ran aground off Skate Point on Friday with 212 people aboard."
PLAIN = "Ferry Halvard runs aground off Skate Point"


def test_keywords_set_a_story_apart_from_others_of_its_theme() -> None:
    rows = [member(f"o{i}", f"Storm closes harbour {i}", f"The storm closed harbour number {i}.", story=f"o{i}")
            for i in range(20)]  # fmt: skip
    story = describe(*rows, member("a", PLAIN, FERRY + " The storm had closed the harbour.")).stories["s"]
    assert {"ferry", "aground"} <= set(story["keywords"][:6])
    assert not {"storm", "harbour", "the"} & set(story["keywords"][:6])
    assert len(story["keywords"]) <= 8


def test_keywords_are_no_parts_of_entities_and_addresses_no_numbers_and_no_weekdays() -> None:
    body = f"{FERRY} Its 2nd crash, see https://example.org/kxpqz/watch?v=halm for 40 views."
    story = describe(member("a", PLAIN, body)).story
    assert {"Halvard", "Skate Point"} <= set(story["entities"])
    keywords = {word.casefold() for word in story["keywords"]}
    assert "ferry" in keywords
    assert not keywords & {
        "halvard",
        "skate",
        "point",
        "friday",
        "2nd",
        "40",
        "212",
        "kxpqz",
        "example",
        "org",
        "https",
    }


def test_keywords_have_no_function_words_of_another_language_than_that_detected() -> None:
    story = describe(
        member("a", "Lantsa ng isla sumadsad", "Sumadsad ang lantsa ng mga tao sa isla.", language="en")
    ).story
    assert not {"ng", "ang", "mga", "sa"} & set(story["keywords"])
    assert "lantsa" in {word.casefold() for word in story["keywords"]}


@pytest.mark.parametrize(
    ("language", "title", "body", "functional"),
    [
        (
            "es",
            "Encalla el ferry Halvard",
            "El ferry de la isla encalló en la costa del norte.",
            {"el", "de", "la", "en"},
        ),
        (
            "tl",
            "Sumadsad ang lantsa",
            "Ang lantsa sa isla ay sumadsad sa baybayin ng hilaga.",
            {"ang", "sa", "ay", "ng"},
        ),
        ("vi", "Phà mắc cạn", "Chiếc phà của đảo đã mắc cạn và được kéo về cảng.", {"của", "đã", "và", "được"}),
    ],
)
def test_keywords_of_other_languages_have_no_function_words(
    language: str, title: str, body: str, functional: set[str]
) -> None:
    story = describe(member("a", title, body, language=language)).story
    assert story["keywords"]
    assert not functional & {word.casefold() for word in story["keywords"]}
