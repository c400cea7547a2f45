"""Extractive summaries: the sentences chosen, their order and their length."""

from __future__ import annotations

import pytest

from newsfold import text
from tests.pipeline.summaries.invented_stories import describe, member

FERRY = "The ferry Halvard ran aground off Skate Point on Friday with 212 people aboard."
RESCUE = "All 212 people aboard the ferry Halvard were taken ashore from Skate Point by lifeboat on Friday."
LANDING = "Lifeboats from Norrhavn brought everybody ashore within two hours."
PLAIN = "Ferry Halvard runs aground off Skate Point"


def test_titles_alone_give_a_summary() -> None:
    other = "Lifeboats save passengers of ferry Halvard"
    story = describe(member("a", PLAIN), member("b", other)).story
    assert {story["headline"], story["summary"]} == {PLAIN, other}
    assert describe(member("a", PLAIN)).story["summary"] == PLAIN


def test_a_title_replaces_an_overlong_sentence_which_is_cut_only_without_one() -> None:
    whole = " ".join(["The ferry Halvard", *["was driven by a storm"] * 60])
    assert describe(member("a", PLAIN, whole), max_words=20).story["summary"] == PLAIN
    cut = describe(member("a", "", whole), max_words=20).story["summary"]
    assert text.count_words(cut) <= 20
    assert cut.endswith("…")


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


def test_if_only_a_dependent_sentence_fits_the_title_is_the_summary() -> None:
    first = (
        "Captain Ida Brask steered the ferry Halvard, on its way from Norrhavn, onto rocks at Skate Point on Friday."
    )
    story = describe(member("a", PLAIN, f"{first} She was taken ashore by lifeboats."), max_words=10).story
    assert story["summary"] == PLAIN


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Captain steers ferry Halvard onto rocks", "He had not slept for two days, the coast guard said on Friday."),
        ("Norrhavn harbour closes for good", "On a grey morning Odd Vik fed the gulls as he has for forty years."),
    ],
)
def test_the_title_introduces_a_sentence_that_does_not_tell_the_news_alone(title: str, body: str) -> None:
    assert describe(member("a", title, body)).story["summary"] == f"{title}. {body}"


def test_a_question_introduces_nothing() -> None:
    body = "On a grey morning Odd Vik fed the gulls as he has for forty years."
    assert describe(member("a", "Will Norrhavn harbour close for good?", body)).story["summary"] == body


def test_nothing_about_the_outlet_itself_is_in_the_summary() -> None:
    body = f"Harbour TV's Ida Brask looks at the ferry Halvard on Skate Point. {FERRY}"
    summary = describe(member("a", PLAIN, body, outlet="Harbour TV")).story["summary"]
    assert summary == FERRY
    assert describe(member("a", PLAIN, body, outlet="Bulletin")).story["summary"] != FERRY


@pytest.mark.parametrize(
    "presented",
    ["Harbour's Ida Vik looks at the ferry Halvard.", "Mayor Odd Lund speaks to Harbour's Ida Vik on Friday."],
)
def test_a_channel_is_called_by_the_beginning_of_its_name(presented: str) -> None:
    assert describe(member("a", PLAIN, f"{presented} {FERRY}", outlet="harbourtv")).story["summary"] == FERRY


def test_a_summary_opens_with_news_rather_than_a_quotation() -> None:
    body = "“The Halvard ran aground off Skate Point,” the harbour master said on Friday. "
    body += "The ferry Halvard ran aground off Skate Point with 212 people aboard, the coast guard said on Friday."
    quotes = describe(member("a", PLAIN, body), member("b", PLAIN, RESCUE)).story["summary_sentences"]
    assert not quotes[0]["text"].startswith("“")


@pytest.mark.parametrize("dateline", ["NORRHAVN (AP) — ", "(CNN) ", "SKATE POINT, Norway — ", "Norrhavn (Reuters) - "])
def test_a_dateline_is_removed_from_a_sentence(dateline: str) -> None:
    assert describe(member("a", PLAIN, f"Ferry news. {dateline}{FERRY}")).story["summary"] == FERRY


def test_a_fact_in_the_words_of_two_outlets_is_told_once() -> None:
    other = "Lifeboats took all 212 people from the ferry Halvard ashore at Skate Point, the coast guard said."
    summary = describe(member("a", PLAIN, RESCUE), member("b", PLAIN, other)).story["summary_sentences"]
    assert len(summary) == 1


def test_a_sentence_below_another_outlets_title_does_not_stand_in_the_summary() -> None:
    aside = "The musician had promised more to the crew."
    story = describe(member("a", PLAIN, FERRY), member("b", "Singer Ida Vik thanks crew of the Halvard", aside)).story
    assert FERRY in story["summary"]
    assert aside not in story["summary"]


def test_a_lone_report_is_summarised_by_its_lead_in_its_order() -> None:
    scene = "On a grey morning Odd Vik fed the gulls as he has for forty years."
    cause = "Captain Ida Brask had steered too close to the rocks, the coast guard said."
    row = member("a", PLAIN, f"{scene} {FERRY} {LANDING} {cause}")
    assert describe(row, max_words=30).story["summary"] == f"{FERRY} {LANDING}"
    assert describe(row, max_words=60).story["summary"] == f"{FERRY} {LANDING} {cause}"


def test_after_a_sentence_that_does_not_fit_a_lead_ends() -> None:
    overlong = " ".join(["The passengers of the Halvard", *["were carried ashore by boats"] * 12]) + "."
    row = member("a", PLAIN, f"{FERRY} {LANDING} {overlong} The harbour of Norrhavn reopened on Friday.")
    assert describe(row, max_words=40, max_sentences=4).story["summary"] == f"{FERRY} {LANDING}"


@pytest.mark.parametrize("line", ["Ferry Halvard seen aground off Skate Point", "The ferry Halvard sank: 212 people"])
def test_a_line_without_a_full_stop_is_not_part_of_a_lead(line: str) -> None:
    body = f"{line}\n{FERRY}\n{LANDING}"
    assert describe(member("a", PLAIN, body)).story["summary"] == f"{FERRY} {LANDING}"


def test_a_text_in_a_script_without_full_stops_has_a_lead() -> None:
    first, second = "เรือเฟอร์รี่ฮัลวาร์ดเกยตื้นนอกแหลมสเกต", "ผู้โดยสารทุกคนปลอดภัยและขึ้นฝั่งแล้ว"
    row = member("a", "เรือเฟอร์รี่ฮัลวาร์ดเกยตื้น", f"{first}\n{second}", language="th")
    assert first in describe(row).story["summary"]
