from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.extraction import title_labels
from newsfold.extraction.title_labels import ENDING, HOUSE_ENDING, LABEL, remove_labels


@pytest.mark.parametrize(
    ("title", "rest"),
    [
        ("WATCH: Ferry runs aground off Vessel Point", "Ferry runs aground off Vessel Point"),
        ("Live updates: Ferry runs aground off Vessel Point", "Ferry runs aground off Vessel Point"),
        ("[VIDEO] Ferry runs aground off Vessel Point", "Ferry runs aground off Vessel Point"),
        ("Ferry runs aground off Vessel Point (+video)", "Ferry runs aground off Vessel Point"),
        ("Opinion | Why the ferry must not sail again", "Why the ferry must not sail again"),
        ("Why the ferry must not sail again - Opinion", "Why the ferry must not sail again"),
        ("Ferry runs aground off Vessel Point: Live Updates", "Ferry runs aground off Vessel Point"),
        ("UPDATE 2-Ferry operator shares fall after accident", "Ferry operator shares fall after accident"),
        ("Podcast: when will the ferry sail again?", "When will the ferry sail again?"),
        ("PANOORIN: Tulay sa Kalayag, isinara matapos ang bagyo", "Tulay sa Kalayag, isinara matapos ang bagyo"),
        ("Kommentar: Warum die Fähre nicht mehr fahren darf", "Warum die Fähre nicht mehr fahren darf"),
        ("【速報】台風で市内の橋が閉鎖された", "台風で市内の橋が閉鎖された"),
        ("速報：台風で市内の橋が閉鎖された", "台風で市内の橋が閉鎖された"),
        ("WATCH: Opinion | Why the ferry must not sail again", "Why the ferry must not sail again"),
    ],
)
def test_words_for_forms_are_removed_from_any_title(title: str, rest: str) -> None:
    assert remove_labels(title, ())[0] == rest


@pytest.mark.parametrize(
    "title",
    [
        "Ames: We must build the bridge this year",
        "UK-based ferry operator goes bust after accident",
        "Ferry captain to be charged this week: report",
        "Ferry will not sail before June - analyst",
        "Live music returns to the town hall in June",
        "Watch your step: the bridge has no railing",
        "Storm over Halden Bay: bridge closed to all traffic",
        "Video: 5 June 2013",
        "Opinion: The ferry",
    ],
)
def test_topics_speakers_and_titles_that_would_be_too_short_stay(title: str) -> None:
    assert remove_labels(title, ()) == (title, [])


def test_a_learned_label_is_removed_where_the_rest_can_stand_alone() -> None:
    learned = {(LABEL, "harbour tonight"), (ENDING, "coast live")}
    title, labels = remove_labels("Harbour Tonight: Ferry runs aground off Vessel Point | Coast Live", learned)
    assert title == "Ferry runs aground off Vessel Point"
    assert [(label.side, label.printed) for label in labels] == [(LABEL, "Harbour Tonight:"), (ENDING, " | Coast Live")]
    for short in (
        "Harbour Tonight: 5 June 2013",
        "Harbour Tonight: The ferry",
        "Mayor of the harbour: Harbour tonight",
    ):
        assert remove_labels(short, learned) == (short, [])


def test_an_ending_of_most_titles_is_removed_from_short_ones_too() -> None:
    assert remove_labels("Regen - Das Morgenblatt", {(HOUSE_ENDING, "das morgenblatt")})[0] == "Regen"


def test_the_name_of_an_author_before_a_title_is_a_byline() -> None:
    title = "Jane Roe: The ferry must not sail again"
    assert remove_labels(title, (), ["Jane Roe"])[0] == "The ferry must not sail again"
    assert remove_labels(title, (), ["John Doe"])[0] == title


parts = st.lists(
    st.sampled_from(["LIVE", ":", "|", " - ", " ", "[", "]", "Ferry", "runs", "aground", "again", "5", "ａ："])
)


@given(parts.map("".join))
def test_a_title_is_restored_from_what_was_removed(title: str) -> None:
    title = " ".join(title.split())
    rest, labels = remove_labels(title, {(LABEL, "ferry"), (ENDING, "again")})
    extras = [{"key": label.side, "value": label.printed} for label in labels]
    restored = title_labels.restore_labels(rest, extras)
    assert restored.casefold().replace(" ", "") == title.casefold().replace(" ", "")
    assert title == "" or rest
