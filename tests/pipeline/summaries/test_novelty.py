"""Sentences that add to the earlier articles of a story."""

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


def find_new(*rows: dict[str, Any], at_most: int = 3) -> list[tuple[str, str]]:
    """Return the new sentences of a story that had an article yesterday, as (article_id, sentence)."""
    before: dict[str, Any] = {"first_seen_at": YESTERDAY, "published_at": YESTERDAY}
    earlier = [member(id_, "Ferry Halvard runs aground", FERRY, outlet=id_, **before) for id_ in ("a", "a2", "a3")]
    described = describe(*earlier, *rows, OTHER, max_new_sentences=at_most, max_sentences=1)
    return [(quote["article_id"], quote["text"]) for quote in described.stories["s"]["what_is_new"]]


def test_a_fact_of_no_earlier_article_is_new_and_names_its_article() -> None:
    assert find_new(member("b", "Company charged over ferry Halvard", f"{AGAIN} {NEWS}")) == [("b", NEWS)]


@pytest.mark.parametrize(
    "body", [FERRY, AGAIN, "On Friday the ferry Halvard, with 212 people, ran aground off Skate Point."]
)
def test_an_old_fact_is_not_new_in_another_order_of_words(body: str) -> None:
    assert find_new(member("b", "Ferry Halvard runs aground", body)) == []


def test_the_same_news_of_two_outlets_is_listed_once() -> None:
    other = "On Monday prosecutors charged Brask, the shipping company, with neglect of the rudder."
    assert len(find_new(member("b", "Company charged", NEWS), member("c", "Brask charged", other))) == 1


def test_a_higher_toll_is_new() -> None:
    risen = "Rescuers said 37 bodies were recovered from the ferry Halvard off Skate Point."
    assert find_new(member("b", "Toll of ferry Halvard rises", risen)) == [("b", risen)]


def test_a_new_story_has_no_new_sentences() -> None:
    described = describe(member("b", "Company charged", NEWS), member("c", "Ferry Halvard runs aground", FERRY), OTHER)
    assert described.stories["s"]["what_is_new"] == []


def test_an_exact_copy_of_yesterdays_text_adds_nothing() -> None:
    assert find_new(member("b", "Ferry Halvard runs aground", NEWS, copy_of="a")) == []


def test_an_article_without_sentences_adds_its_title() -> None:
    assert find_new(member("b", "Prosecutors charge shipping company Brask")) == [
        ("b", "Prosecutors charge shipping company Brask")
    ]


def test_an_article_in_a_new_language_adds_nothing() -> None:
    spanish = "La fiscalía acusó el lunes a la naviera Brask de descuidar el timón del barco."
    assert find_new(member("b", "La naviera, acusada", spanish, language="es")) == []


def test_new_sentences_are_limited_and_in_reading_order() -> None:
    facts = [
        "Divers from Ostby raised the bronze bell of the wreck with a crane.",
        "Insurers in Sundal estimated the damage at nine million crowns.",
        "Fishermen complained about spilled diesel in their nets near Mirel.",
    ]
    late = member("b", "After the wreck", " ".join(facts[:2]), published_at=SEEN_AT - timedelta(hours=3))
    later = member("c", "Diesel in nets", facts[2], published_at=SEEN_AT - timedelta(hours=2))
    assert [sentence for _, sentence in find_new(later, late)] == facts
    assert len(find_new(later, late, at_most=2)) == 2
    assert find_new(later, late, at_most=0) == []


def test_one_article_gives_two_new_sentences_at_most() -> None:
    body = (
        "Divers from Ostby raised the bronze bell of the wreck. Insurers in Sundal estimated the damage on Monday. "
        "Fishermen complained about spilled diesel near Mirel."
    )
    assert len(find_new(member("b", "After the wreck", body))) == 2


def test_a_summary_tells_the_newest_and_the_new_title_says_what_is_new() -> None:
    earlier = member("a", "Ferry Halvard runs aground", FERRY, first_seen_at=YESTERDAY, published_at=YESTERDAY)
    story = describe(earlier, member("b", "Shipping company Brask charged", NEWS), OTHER).stories["s"]
    assert NEWS in story["summary"]
    assert [quote["text"] for quote in story["what_is_new"]] == ["Shipping company Brask charged"]


def test_what_is_new_takes_the_last_sentence_of_a_summary_that_tells_all() -> None:
    more = "Judge Mirel bailed captain Quedra for ten thousand crowns."
    earlier = member("a", "Storm off Skate Point?", first_seen_at=YESTERDAY, published_at=YESTERDAY)
    story = describe(earlier, member("b", "Shipping company Brask charged", f"{NEWS} {more}"), OTHER).stories["s"]
    assert (story["summary"], [quote["text"] for quote in story["what_is_new"]]) == (NEWS, [more])


def test_a_title_that_the_summary_opens_with_is_not_repeated() -> None:
    title = "Prosecutors charge shipping company Brask over rudder"
    earlier = member("a", "Storm off Skate Point?", first_seen_at=YESTERDAY, published_at=YESTERDAY)
    story = describe(earlier, member("b", title, "The onlookers found the scene hilarious on Monday."), OTHER).stories[
        "s"
    ]
    assert story["summary"].startswith(title)
    assert story["what_is_new"] == []


def test_a_summary_without_other_news_repeats_what_is_new_in_no_same_words() -> None:
    earlier = member("a", "Storm off Skate Point?", first_seen_at=YESTERDAY, published_at=YESTERDAY)
    story = describe(earlier, member("b", "Shipping company Brask charged", NEWS), OTHER).stories["s"]
    assert story["summary"]
    assert {quote["text"] for quote in story["summary_sentences"]}.isdisjoint(q["text"] for q in story["what_is_new"])


def test_an_excerpt_that_only_its_title_explains_is_quoted_by_its_title() -> None:
    title = "Prosecutors charge shipping company Brask over rudder"
    aside = "The onlookers found the scene at the court hilarious on Monday."
    assert find_new(member("b", title, aside)) == [("b", title)]


def test_a_roundup_adds_nothing() -> None:
    assert find_new(member("b", "Ferry, dam, cake: your morning briefing", NEWS, roundup=True)) == []


def test_a_sentence_on_the_story_comes_before_one_on_another_topic() -> None:
    aside = "Presenter Sundal welcomes lawyer Mirel tonight in studio Quedra."
    about = "Divers from Ostby raised the bell of the Halvard with a crane."
    assert find_new(member("b", "After the wreck", f"{aside} {about}"), at_most=1) == [("b", about)]


def test_a_new_number_is_news_where_all_other_words_are_known() -> None:
    known = "The harbour office of Norrhavn counted 312 sick sailors aboard ships in quarantine off Skate Point."
    earlier = member("a4", "Sailors sick", known, first_seen_at=YESTERDAY, published_at=YESTERDAY)
    risen = (
        "The harbour office counted 328 sick sailors aboard ships off Norrhavn on Friday, 212 people off Skate Point."
    )
    assert find_new(earlier, member("b", "Sailors sick", risen)) == [("b", risen)]


def test_a_plain_new_title_stands_before_a_teaser() -> None:
    teaser = member("b", "What the rudder of Brask told prosecutors?")
    assert find_new(teaser, member("c", "Prosecutors charge shipping company Brask")) == [
        ("c", "Prosecutors charge shipping company Brask")
    ]


def test_a_new_analysis_is_quoted_where_no_news_is_new() -> None:
    assert find_new(member("b", "Company charged over ferry Halvard", NEWS, kind="analysis")) == [("b", NEWS)]
    assert find_new(member("b", "Company charged over ferry Halvard", NEWS, kind="opinion")) == []


@pytest.mark.parametrize(
    "faulty",
    [
        "The bronze bell of the Halvard (pictured below) hung in a crane from Ostby.",
        "The image shows the bronze bell of the Halvard in a crane from Ostby.",
        "Watch these divers from Ostby raise the bronze bell of the Halvard.",
        "Divers raised a bronze bell outside the musician's house.",
        "The remainder was raised by divers from Ostby with a crane.",
    ],
)
def test_captions_calls_and_open_references_are_not_quoted(faulty: str) -> None:
    assert faulty not in [text for _, text in find_new(member("b", "Divers raise bell of ferry Halvard", faulty))]
