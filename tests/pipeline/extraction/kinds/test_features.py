"""Features by which the model of kinds reads an article."""

from __future__ import annotations

from typing import Any

import pytest

from newsfold.extraction.kinds.features import NAMES, extract_features, split_address
from tests import factories


def features_of(title: str = "Ferry sinks", body: str = "", **columns: Any) -> dict[str, float]:
    row = factories.article("a", title, body, **{"url": None, "agency": None, **columns})
    return dict(zip(NAMES, extract_features(row).numbers, strict=True))


def test_a_label_counts_the_same_at_either_end_of_the_title_and_in_the_extras() -> None:
    moved = [{"key": "title_label", "value": "Opinion |"}]
    found = [
        features_of("Opinion | The harbour is ours"),
        features_of("The harbour is ours | Opinion"),
        features_of("The harbour is ours", extras=moved),
    ]
    assert [one["opinion_in_label"] for one in found] == [1, 1, 1]
    assert found[2]["title_labels_removed"] == 1
    assert features_of("Opinion of the court is sealed")["opinion_in_label"] == 0


def test_the_address_names_a_form_by_its_folders_and_by_what_its_page_adds_to_the_title() -> None:
    assert features_of(url="https://a.example/opinion/ferry-sinks")["opinion_in_address"] == 1
    assert features_of(url="https://a.example/news/quiz-ferry-sinks")["puzzle_in_address"] == 1
    repeated = features_of("Quiz master sinks ferry", url="https://a.example/news/quiz-master-sinks-ferry")
    assert repeated["puzzle_in_address"] == 0


def test_numbers_are_no_folders() -> None:
    assert split_address("https://a.example/2014/03/02/sport/ferry-race.html") == (["sport"], "ferry-race")
    assert split_address("https://[broken") == split_address(None) == ([], "")


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("title_begins_with_author", "Ana Ruiz: Who needs a harbour?", "Mayor: Who needs a harbour?"),
        ("title_begins_with_name", "Ana Ruiz: Who needs a harbour?", "Harbour: Who needs it?"),
        ("title_begins_in_capitals", "ANA RUIZ: Who needs a harbour?", "Ana Ruiz needs no harbour"),
        ("title_begins_as_question", "Why the ferry sank", "The ferry sank, and this is why"),
        ("title_begins_with_number", "7 ferries worth missing", "Seventh ferry sinks"),
        ("title_asks", "Who needs a harbour?", "Harbour needed"),
    ],
)
def test_forms_of_titles(name: str, yes: str, no: str) -> None:
    assert features_of(yes, authors=["Ana Ruiz"])[name] == 1
    assert features_of(no, authors=["Ana Ruiz"])[name] == 0


def test_forms_of_texts() -> None:
    assert features_of(body="#Harbour #News")["text_is_tags"] == 1
    assert features_of(body="The ferry sank. #News")["text_is_tags"] == 0
    assert features_of(body="HTV's Rosa Lund talks to the captain.", outlet="HTV News")["text_names_outlet"] == 1
    assert (
        features_of(body="I never liked my ferry.")["text_first_person"]
        > features_of(body="It sank.")["text_first_person"]
    )
    assert features_of(body="- one\n- two\n- three")["text_list"] > 0
    assert features_of(body="Ferry sinks")["text_repeats_title"] == 1


def test_an_article_without_title_text_and_address_has_all_features() -> None:
    assert len(extract_features(factories.article("a", "", "", url=None, agency=None)).numbers) == len(NAMES)
