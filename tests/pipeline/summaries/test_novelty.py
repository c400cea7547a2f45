from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.pipeline.summaries.invented_stories import SEEN_AT, describe, member

YESTERDAY = SEEN_AT - timedelta(days=1)
FERRY = (
    "The ferry Halvard ran aground off Skate Point on Friday with 212 people aboard. "
    "Lifeboats from Norrhavn took all passengers ashore before midnight."
)
AGAIN = "The ferry Halvard ran aground off Skate Point with 212 people aboard on Friday night."
NEWS = "Prosecutors charged the shipping company Brask with neglect of the rudder on Monday."
OTHER = member("z", "Dam closed for repairs", "Engineers closed the Ostby dam after a crack was found.", story="t")


def new_of(*rows: dict[str, Any], at_most: int = 3) -> list[tuple[str, str]]:
    """What is new in the story, as (article_id, sentence)."""
    earlier = member("a", "Ferry Halvard runs aground", FERRY, first_seen_at=YESTERDAY, published_at=YESTERDAY)
    found = describe(earlier, *rows, OTHER, max_new_sentences=at_most)
    return [(said["article_id"], said["text"]) for said in found.stories["s"]["what_is_new"]]


def test_a_fact_that_nobody_told_before_is_new_and_names_its_article() -> None:
    assert new_of(member("b", "Company charged over ferry Halvard", f"{AGAIN} {NEWS}")) == [("b", NEWS)]


@pytest.mark.parametrize(
    "body", [FERRY, AGAIN, "On Friday the ferry Halvard, with 212 people, ran aground off Skate Point."]
)
def test_what_was_told_before_is_not_new_in_whatever_order_of_words(body: str) -> None:
    assert new_of(member("b", "Ferry Halvard runs aground", body)) == []


def test_the_same_news_of_two_outlets_is_told_once() -> None:
    other = "On Monday prosecutors charged Brask, the shipping company, with neglect of the rudder."
    assert len(new_of(member("b", "Company charged", NEWS), member("c", "Brask charged", other))) == 1


def test_a_higher_toll_is_new() -> None:
    risen = "Rescuers said 37 bodies were recovered from the ferry Halvard off Skate Point."
    assert new_of(member("b", "Toll of ferry Halvard rises", risen)) == [("b", risen)]


def test_where_the_whole_story_is_new_nothing_in_it_is() -> None:
    found = describe(member("b", "Company charged", NEWS), member("c", "Ferry Halvard runs aground", FERRY), OTHER)
    assert found.stories["s"]["what_is_new"] == []


def test_an_exact_copy_of_yesterdays_text_adds_nothing() -> None:
    assert new_of(member("b", "Ferry Halvard runs aground", NEWS, copy_of="a")) == []


def test_a_title_speaks_for_an_article_without_sentences() -> None:
    assert new_of(member("b", "Prosecutors charge shipping company Brask")) == [
        ("b", "Prosecutors charge shipping company Brask")
    ]


def test_what_no_earlier_article_could_have_said_in_its_language_is_not_judged() -> None:
    spanish = "La fiscalía acusó el lunes a la naviera Brask de descuidar el timón del barco."
    assert new_of(member("b", "La naviera, acusada", spanish, language="es")) == []


def test_there_are_at_most_as_many_sentences_as_asked_for_in_the_order_of_telling() -> None:
    facts = [
        "Divers from Ostby raised the bronze bell of the wreck with a crane.",
        "Insurers in Sundal estimated the damage at nine million crowns.",
        "Fishermen complained about spilled diesel in their nets near Mirel.",
    ]
    late = member("b", "After the wreck", " ".join(facts))
    assert [said for _, said in new_of(late)] == facts
    assert len(new_of(late, at_most=2)) == 2
    assert new_of(late, at_most=0) == []


def test_a_roundup_is_not_asked_what_is_new() -> None:
    assert new_of(member("b", "Ferry, dam, cake: your morning briefing", NEWS, roundup=True)) == []


def test_what_speaks_of_the_story_comes_before_what_speaks_of_something_else() -> None:
    aside = "Presenter Sundal welcomes lawyer Mirel tonight in studio Quedra."
    about = "Divers from Ostby raised the bell of the Halvard with a crane."
    assert new_of(member("b", "After the wreck", f"{aside} {about}"), at_most=1) == [("b", about)]
