"""Extractive summaries: the sentences chosen, their order and their length."""

from __future__ import annotations

import pytest

from newsfold import text
from tests.pipeline.summaries.invented_stories import describe, member

FERRY = "The ferry Halvard ran aground off Skate Point on Friday with 212 people aboard."
RESCUE = "All 212 people aboard the ferry Halvard were taken ashore from Skate Point by lifeboat on Friday."
PLAIN = "Ferry Halvard runs aground off Skate Point"


def test_titles_alone_give_a_summary() -> None:
    other = "Lifeboats save passengers of ferry Halvard"
    story = describe(member("a", PLAIN), member("b", other)).story
    assert {story["headline"], story["summary"]} == {PLAIN, other}
    assert describe(member("a", PLAIN)).story["summary"] == PLAIN


def test_an_overlong_sentence_is_cut_to_the_budget() -> None:
    story = describe(member("a", PLAIN, "storm " * 300), max_words=20).story
    assert len(text.split_words(story["summary"])) == 20
    assert story["summary"].endswith("…")


@pytest.mark.parametrize(
    "call",
    [
        "Subscribe to our channel for news every single day!",
        "SEE ALSO: Council of Norrhavn says ferry was not to blame",
        "Kumustahin ang kalagayan ng barko sa report na ito.",
    ],
)
def test_a_call_to_the_reader_is_never_the_summary(call: str) -> None:
    assert describe(member("a", PLAIN, call)).story["summary"] == PLAIN


def test_summaries_have_no_dependent_and_no_repeated_sentences() -> None:
    body = "But he refused to leave the ferry Halvard at Skate Point. " + FERRY
    twice = FERRY.replace("on Friday", "Friday")
    summary = describe(member("a", PLAIN, body), member("b", PLAIN, twice + " " + RESCUE)).story["summary"]
    assert "But he" not in summary
    assert summary.count("ran aground") == 1


def test_a_dependent_sentence_stands_right_after_its_predecessor_or_not_at_all() -> None:
    first = "Captain Ida Brask steered the ferry Halvard onto rocks at Skate Point."
    second = "She and 212 passengers were taken ashore by lifeboats from Norrhavn."
    row = member("a", PLAIN, f"{first} {second}")
    summaries = {words: describe(row, max_words=words).story["summary"] for words in (12, 40)}
    assert summaries == {12: first, 40: f"{first} {second}"}


def test_if_only_a_dependent_sentence_fits_the_first_one_is_cut() -> None:
    first = (
        "Captain Ida Brask steered the ferry Halvard, on its way from Norrhavn, onto rocks at Skate Point on Friday."
    )
    story = describe(member("a", PLAIN, f"{first} She was taken ashore by lifeboats."), max_words=10).story
    assert first.startswith(story["summary"].removesuffix("…"))
    assert text.count_words(story["summary"]) <= 10


def test_a_summary_opens_with_news_rather_than_a_quotation() -> None:
    body = "“The Halvard ran aground off Skate Point,” the harbour master said on Friday. "
    body += "The ferry Halvard ran aground off Skate Point with 212 people aboard, the coast guard said on Friday."
    quotes = describe(member("a", PLAIN, body), member("b", PLAIN, RESCUE)).story["summary_sentences"]
    assert not quotes[0]["text"].startswith("“")


@pytest.mark.parametrize("dateline", ["NORRHAVN (AP) — ", "(CNN) ", "SKATE POINT, Norway — ", "Norrhavn (Reuters) - "])
def test_a_dateline_is_removed_from_a_sentence(dateline: str) -> None:
    assert describe(member("a", PLAIN, f"Ferry news. {dateline}{FERRY}")).story["summary"] == FERRY
