"""The evidence that puts an article into its story."""

from __future__ import annotations

import pytest

from tests.pipeline.summaries.invented_stories import describe, member

FERRY = "The ferry Halvard ran aground off Skate Point on Friday with 212 people aboard."
PLAIN = "Ferry Halvard runs aground off Skate Point"


def test_why_names_the_evidence_two_members_share() -> None:
    rows = [
        member("a", PLAIN, "On Friday the ferry Halvard hit rocks at Skate Point with 212 aboard."),
        member("b", "Rescue at sea", "All 212 people on the ferry Halvard at Skate Point were saved."),
        member("c", "Rescue at sea", "The crew", copy_of="b", outlet="Meridian Wire"),
    ]
    articles = describe(*rows).articles
    assert articles["a"]["why"] == [
        "names: Halvard, Skate Point",
        "close in meaning (0.81)",
        "rare words: ferry",
        "numbers: 212",
    ]
    assert articles["c"]["why"] == ["same text as Outlet b’s"]


@pytest.mark.parametrize(
    ("hours", "phrase"),
    [(0.4, "within an hour"), (1.2, "1 hour apart"), (30.0, "30 hours apart"), (60.0, "2 days apart")],
)
def test_why_gives_the_time_between_two_articles_that_share_little(hours: float, phrase: str) -> None:
    rows = [member("a", "Storm news", "Trees fell."), member("b", "Tide report", "Roads flooded.")]
    edges = {("a", "b"): {"hours_apart": hours}}
    assert describe(*rows, edges=edges).articles["a"]["why"] == ["close in meaning (0.81)", phrase]


@pytest.mark.parametrize(
    ("cosine", "phrase"),
    [
        (0.9, "close in meaning (0.90)"),
        (0.75, "close in meaning (0.75)"),
        (0.74, "similar in meaning (0.74)"),
        (0.6, "similar in meaning (0.60)"),
        (0.5, "similarity of meaning 0.50"),
        (0.1, "similarity of meaning 0.10"),
    ],
)
def test_the_words_for_meaning_say_how_much_it_tells(cosine: float, phrase: str) -> None:
    rows = [member("a", "Storm news", "Trees fell."), member("b", "Tide report", "Roads flooded.")]
    edges = {("a", "b"): {"dense_cosine": cosine, "hours_apart": None}}
    assert describe(*rows, edges=edges).articles["a"]["why"] == [phrase]


def test_meaning_that_tells_nothing_is_left_out_beside_other_evidence() -> None:
    rows = [member("a", PLAIN, FERRY), member("b", "Rescue at sea", "All 212 on the ferry Halvard were saved.")]
    why = describe(*rows, edges={("a", "b"): {"dense_cosine": 0.55}}).articles["a"]["why"]
    assert "names: Halvard" in why
    assert not any("meaning" in phrase for phrase in why)


def test_why_is_empty_for_a_lone_article_and_names_the_outlets_of_a_copied_text() -> None:
    assert describe(member("a", PLAIN, FERRY)).articles["a"]["why"] == []
    rows = [member("a", PLAIN, FERRY), member("b", PLAIN, FERRY, copy_of="a", outlet="Harbour Post")]
    assert describe(*rows).articles["a"]["why"] == ["text also in Harbour Post"]
