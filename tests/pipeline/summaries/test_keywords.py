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
    assert {"Halvard", "aground", "Skate"} <= set(story["keywords"][:6])
    assert not {"storm", "harbour", "the"} & set(story["keywords"][:6])
    assert len(story["keywords"]) <= 8


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


def test_entities_are_names_that_members_share_each_once() -> None:
    rows = [
        member("a", "Ferry aground", "Police said Captain Ida Brask of Norrhavn was on the bridge."),
        member("b", "Ferry saved", "Later that day Brask thanked Norrhavn and the crew."),
    ]
    entities = describe(*rows).story["entities"]
    assert "Norrhavn" in entities
    assert sum("Brask" in name for name in entities) == 1
    assert describe(member("a", "quiet day", "nothing at all happened here.")).story["entities"] == []
