"""Names in texts."""

from __future__ import annotations

import pytest

from newsfold.summaries.names.mentions import Mention, find_mentions, select_names
from newsfold.summaries.names.split_runs import Capital, Evidence


def names(body: str, title: str = "", language: str = "en") -> frozenset[str]:
    return select_names(find_mentions(title, body, language), language)


def mention(body: str, name: str, language: str = "en") -> Mention:
    return next(m for m in find_mentions("", body, language) if m.name == name)


def test_names_are_capitals_inside_sentences_only() -> None:
    body = "Yesterday Ida Brask met Olaf de la Torre. Nobody spoke on Monday."
    assert names(body, "Police Question Ferry Captain") == {"Olaf de la Torre"}
    assert names("Gestern traf der Kapitän die Polizei im Hafen.", language="de") == frozenset()
    assert names("Hôm qua tàu đến Đà Nẵng lúc sáng.", language="vi") == {"Đà Nẵng"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Then Norrhavn Gov. Ida Brask met Sen. Olaf Lund.", {"Olaf Lund", "Ida Brask"}),
        ("and Secretary of State Ida Brask left", {"Ida Brask"}),
        ("on Skaland's Ostby Bank", {"Skaland", "Ostby Bank"}),
        ("with Bashir al-Omar, a UK-based banker", {"Bashir al-Omar", "UK"}),
        ("the ex-Ostby star deBrask left on Monday April 4", {"Ostby", "deBrask"}),
        ("at the Department of Roads and Public Bridges", {"Department of Roads and Public Bridges"}),
        ("with Ida Brask and Norrhavn", {"Ida Brask", "Norrhavn"}),
        ("a vow (Reuters) by the Norse that P35 million of COST-19 won't", {"Norse", "COST-19"}),
        ("see https://Example.org/Brask or #Brask", set()),
        ("said IDA BRASK of Norrhavn", {"Ida Brask", "Norrhavn"}),
        ("text IDA BRASK IN NORRHAVN", set()),
        ("text EXCLUSIVE BY IDA BRASK", set()),
        ("the Nat'l agency had P2.6B", set()),
        ("when Lance Corporal Ida Brask met Sergeant Lund", {"Ida Brask", "Lund"}),
        ("when “Mayor Ida Brask”, as they say, left", {"Ida Brask"}),
        ("as VP Ida Brask met PM Olaf Lund", {"Ida Brask", "Olaf Lund"}),
        ("at the Libingan ng mga Bayani", {"Libingan ng mga Bayani"}),
        ("with the Ostby Premier League and Premier Brask", {"Ostby Premier League", "Brask"}),
        ("at the Ostmark Women's Hospital", {"Ostmark Women's Hospital"}),
    ],
)  # fmt: skip
def test_roles_dates_possessives_and_addresses_are_no_part_of_a_name(body: str, expected: set[str]) -> None:
    assert names(body) == expected


@pytest.mark.parametrize(
    ("body", "name", "evidence"),
    [
        ("when President Brask left", "Brask", Evidence.PERSON),
        ("when Ida Brask, 54, left", "Ida Brask", Evidence.PERSON),
        ("when she was in Norrhavn", "Norrhavn", Evidence.PLACE),
        ("when the town of Norrhavn fell", "Norrhavn", Evidence.PLACE),
        ("when it reached Norrhavn, France", "Norrhavn", Evidence.PLACE),
        ("when the Ostby dam broke", "Ostby", Evidence.DEFINITE),
    ],
)
def test_the_words_around_a_name_are_evidence_of_its_type(body: str, name: str, evidence: int) -> None:
    assert mention(body, name).evidence == evidence


def test_a_capital_that_opens_a_sentence_or_a_headline_in_title_case_is_weaker() -> None:
    assert mention("Norrhavn fell.", "Norrhavn").capital == Capital.FIRST
    assert mention("It ended. “Norrhavn fell.”", "Norrhavn").capital == Capital.FIRST
    in_title_case = find_mentions("Ferry Halvard Runs Aground off Skate Point", "", "en")
    assert {m.capital for m in in_title_case} == {Capital.NO_EVIDENCE}
    in_sentence_case = find_mentions("Ferry of Olaf Lund runs aground off Skate Point", "", "en")
    assert [(m.name, m.capital) for m in in_sentence_case] == [
        ("Ferry", Capital.FIRST),
        ("Olaf Lund", Capital.EVIDENCE),
        ("Skate Point", Capital.EVIDENCE),
    ]


def test_an_abbreviation_belongs_to_the_name_before_it() -> None:
    body = "when the National Bridge Commission (NBC) and the Department of Traffic (DOTr) met Ida Brask (left)"
    found = {m.name: m.abbreviation for m in find_mentions("", body, "en")}
    assert found == {"National Bridge Commission": "NBC", "Department of Traffic": "DOTr", "Ida Brask": ""}


@pytest.mark.parametrize(
    ("body", "phrase"),
    [
        ("under strict harbour closure (SHC)", "strict harbour closure"),
        ("when overseas Filipino workers (OFWs) left", "overseas filipino workers"),
        ("by the central vote commission (CVC)", ""),
        ("at the Strict Harbour Closure (SHC)", ""),
    ],
)
def test_an_abbreviation_may_stand_for_words_in_small_letters(body: str, phrase: str) -> None:
    common = [m.name for m in find_mentions("", body, "en") if m.evidence & Evidence.COMMON]
    assert common == [phrase] * bool(phrase)
    assert phrase not in names(body)


def test_a_script_without_capitals_has_the_places_of_the_gazetteer() -> None:
    assert names("قال من لبنان إن إيران", language="ar") == {"لبنان", "إيران"}
    assert names("美国总统访问俄罗斯", language="zh") == {"美国", "俄罗斯"}
