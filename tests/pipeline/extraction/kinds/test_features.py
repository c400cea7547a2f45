"""Features by which the model of kinds reads an article."""

from __future__ import annotations

from typing import Any

import pytest

from newsfold.extraction.kinds.features import NAMES, extract_features, split_folders
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
    assert split_folders("https://a.example/2014/03/02/sport/ferry-race.html") == (["sport"], "ferry-race")
    assert split_folders("https://[broken") == split_folders(None) == ([], "")


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


def test_a_byline_counts_the_same_in_the_title_and_in_the_extras() -> None:
    printed = features_of("ANA RUIZ: Who needs a harbour?", authors=["Ana Ruiz"])
    moved = [{"key": "title_label", "value": "ANA RUIZ:"}]
    removed = features_of("Who needs a harbour?", authors=["Ana Ruiz"], extras=moved)
    names = ["title_begins_with_author", "title_begins_with_name", "title_begins_in_capitals", "title_names_author"]
    for name in [*names, "title_has_name_in_capitals"]:
        assert printed[name] == removed[name] == 1, name
        assert features_of("Who needs a harbour?", authors=["Ana Ruiz"])[name] == 0, name


def test_a_live_label_counts_the_same_in_the_title_and_in_the_extras() -> None:
    moved = [{"key": "title_label", "value": "Live:"}]
    assert features_of("Live: Mayor speaks of the harbour")["live_in_label"] == 1
    assert features_of("Mayor speaks of the harbour", extras=moved)["live_in_label"] == 1
    assert features_of("Mayor speaks of the harbour")["live_in_label"] == 0


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Singer ANA RUIZ on her harbour", 1),
        ("ANA RUIZ's harbour diary", 1),
        ("The EU and the UN meet", 0),
        ("Ana Ruiz on her harbour", 0),
        ("ANA RUIZ ON HER HARBOUR", 0),
    ],
)
def test_names_in_capitals_stand_out_of_a_title(title: str, expected: float) -> None:
    assert features_of(title)["title_has_name_in_capitals"] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("ANA RUIZ: I never liked my ferry.", 1),
        ("ANA RUIZ: THE FERRY SANK.", 0),
        ("Ana Ruiz: I never liked my ferry.", 0),
        ("The ferry sank, ANA RUIZ says.", 0),
    ],
)
def test_a_text_may_begin_with_its_columnist(body: str, expected: float) -> None:
    assert features_of(body=body)["text_begins_with_name_in_capitals"] == expected


def test_an_author_is_named_by_the_full_name_alone() -> None:
    assert features_of("My harbour, by Ana Ruiz", authors=["Ana Ruiz"])["title_names_author"] == 1
    assert features_of("Ruiz opens harbour", authors=["Ana Ruiz"])["title_names_author"] == 0
    assert features_of("Ana Ruizova opens harbour", authors=["Ana Ruiz"])["title_names_author"] == 0


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("analysis_in_title", "What happens if the ferry stops"),
        ("analysis_in_title", "Warum die Fähre sank"),
        ("analysis_in_title", "なぜフェリーは沈んだか"),
        ("advice_in_title", "Where to board the ferry"),
    ],
)
def test_titles_that_explain_or_advise_in_any_language(name: str, title: str) -> None:
    assert features_of(title)[name] == 1
    assert features_of("Ferry sinks")[name] == 0


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
