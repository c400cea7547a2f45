"""Faults of sentences, in several languages."""

from __future__ import annotations

import pytest

from newsfold import text
from newsfold.summaries.sentence_filters import Fault, find_fault, has_unnamed_reference

FERRY = "The ferry Halvard ran aground off Skate Point on Friday with 212 people aboard."


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("He told the council that the bridge would stay closed.", "en"),
        ("However, the council of Norrhavn voted against the plan.", "en"),
        ("The move surprised every member of the harbour council.", "en"),
        ("Sin embargo, el consejo de Norrhavn votó en contra.", "es"),
        ("Siya ay nagsalita sa konseho tungkol sa tulay.", "tl"),
        ("Tuy nhiên, hội đồng thành phố đã bỏ phiếu chống.", "vi"),
    ],
)
def test_a_sentence_with_a_dependent_opening_needs_the_previous_one(sentence: str, language: str) -> None:
    assert find_fault(sentence, text.split_words(sentence), language) == Fault.NEEDS_PREVIOUS


@pytest.mark.parametrize(
    "sentence",
    [
        "In a statement on Friday, he told the council that the bridge would close.",
        "“The bridge is safe and it will open in spring,” she told the council.",
        "Some, however, had to turn back before they reached the bridge.",
        "The number of ferries has, in fact, fallen sharply.",
        "In this case, the ferry had sailed from Norrhavn on Friday.",
        "The trip by the council came amid talks about the bridge.",
        "Odd Vik and Ida Brask also voted against the bridge.",
        "The singer, 46, left the council of Norrhavn on Friday.",
        "Mr. Brask told the council that the bridge would stay closed.",
        "For the first time since Friday, the country's ferries have been allowed to sail.",
    ],
)
def test_a_speaker_or_place_without_a_name_or_a_late_connective_needs_the_previous_sentence(sentence: str) -> None:
    assert find_fault(sentence, text.split_words(sentence), "en") == Fault.NEEDS_PREVIOUS


@pytest.mark.parametrize(
    "sentence",
    [
        "In a letter to the council, Brask said he would close the bridge.",
        "After Ida Brask resigned, she left the council for good.",
        "While the harbour froze, it took the tugs a week to leave.",
        "On Friday the council of Norrhavn, the country's largest harbour, let ferries sail.",
        "Ida Brask said “we will close the bridge” and left the council.",
        "The US said on Friday that it would close the bridge.",
        "Since Norrhavn froze, the country's ferries have not sailed.",
    ],
)
def test_a_pronoun_or_place_named_in_its_sentence_needs_no_other(sentence: str) -> None:
    assert find_fault(sentence, text.split_words(sentence), "en") == Fault.NONE


@pytest.mark.parametrize(
    "sentence",
    [
        "Mayor Ida Brask, left, and Captain Odd Vik at the council in Norrhavn, Friday, March 8, 2024.",
        "Harbour master Odd Vik joins 'Morning Desk' with more.",
        "Harbour master Odd Vik VikVik calls for new bridge as winter ends said on Friday.",
        "Will the council of Norrhavn ever open the bridge?",
        "“Nothing in this harbour will ever be the same again.”",
        "“Nothing in this harbour will be the same, said nobody",
        "Photo: the harbour of Norrhavn after the winter storm",
        "Tugs wait outside.",
        "Harbour TV's Odd Vik-Brask reports.",
        "- Follow Odd Vik-Brask on Twitter all night for more.",
        "Watch the above report by Odd Vik on what is at stake for the council.",
        "Passengers of the ferry Halvard make their way to Norrhavn, Thursday, Oct. 25, 2018.",
        "Hopeful Harbour vs Gloomy Council of Norrhavn.",
        "The council will decide on the bridge and the…",
        "The council will decide on the bridge, the harbour and the",
        "The council of Norrhavn decided on Friday to close the bridge,",
        "The council closed the bridge on Friday #Norrhavn",
        "Watch: The council of Norrhavn closed the bridge on Friday.",
        "ODD VIK: The council of Norrhavn has closed its last bridge.",
        "Political correspondent Odd Vik joins Ida Brask to discuss the bridge.",
        "FILE - The bridge of Norrhavn was closed on Friday.",
        "Courtesy of the council, Norrhavn saw its bridge on Friday.",
        "We saw that the bridge of Norrhavn was closed by the council.",
        "Norrhavn lost more than a bridge, writes the historian Odd Vik.",
        "Read the report on the bridge of Norrhavn here.",
        "Norrhavn TV contributors Ida Vik and Odd Lund react to the closed bridge.",
        "Mayor Ida Brask gives her take on the closed bridge.",
    ],
)
def test_captions_fragments_questions_and_promotions_are_not_standalone(sentence: str) -> None:
    assert find_fault(sentence, text.split_words(sentence), "en") == Fault.NOT_STANDALONE


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        (FERRY, "en"),
        ("This week the council of Norrhavn votes on a bridge.", "en"),
        ("“The bridge is safe,” mayor Ida Brask told the council.", "en"),
        ("The Halvard “will sail again in spring”, its owners said.", "en"),
        ("El ferry Halvard encalló el viernes frente a Punta Raya.", "es"),
        ("Tumaob ang isang lantsa malapit sa pantalan ng Norrhavn.", "tl"),
        ("Một chiếc phà mắc cạn gần cảng Norrhavn hôm thứ Sáu.", "vi"),
    ],
)
def test_plain_sentences_have_no_fault(sentence: str, language: str) -> None:
    assert find_fault(sentence, text.split_words(sentence), language) == Fault.NONE


@pytest.mark.parametrize(
    "sentence",
    ["Read more about the ferry on our pages.", "Follow us for more: http://example.org", "Síguenos en vivo."],
)
def test_calls_to_the_reader_are_not_prose(sentence: str) -> None:
    assert find_fault(sentence, text.split_words(sentence), "en") == Fault.NOT_PROSE


@pytest.mark.parametrize(
    ("sentence", "is_open"),
    [
        ("The onlookers found the scene at the court in Norrhavn hilarious.", True),
        ("The senior doctor on the ferry said it would be wrong to say so.", True),
        ("Some 500 patients in the country take part in the trial.", True),
        ("As president, he expanded the University of Norrhavn.", True),
        ("The captain of the ferry said it would be wrong to say so.", False),
        ("The doctor on board the Halvard said it would be wrong to say so.", False),
        ("The government pays for the ferry.", False),
        ("In Norway, 500 patients in the country take part in the trial.", False),
        ("As president, Ida Vik expanded the University of Norrhavn.", False),
    ],
)
def test_a_sentence_that_names_no_thing_or_place_has_to_stand_below_its_title(sentence: str, is_open: bool) -> None:
    assert has_unnamed_reference(sentence, text.split_cased_words(sentence)) == is_open
