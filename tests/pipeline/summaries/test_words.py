"""Headlines, sentences, keywords, names and evidence, in several languages."""

from __future__ import annotations

import pytest

from newsfold import text
from newsfold.summaries.names import extract_names
from newsfold.summaries.sentence_filters import Fault, find_fault
from tests.pipeline.summaries.invented_stories import describe, member

FERRY = "The ferry Halvard ran aground off Skate Point on Friday with 212 people aboard."
RESCUE = "All 212 people aboard the ferry Halvard were taken ashore from Skate Point by lifeboat on Friday."
PLAIN = "Ferry Halvard runs aground off Skate Point"


@pytest.mark.parametrize(
    "flawed",
    [
        "LIVE: Ferry Halvard runs aground off Skate Point",
        "Watch: Ferry Halvard runs aground off Skate Point",
        "Opinion | Ferry Halvard should never have sailed to Skate Point",
        "Why did ferry Halvard run aground off Skate Point?",
        "Here's what we know about ferry Halvard off Skate Point",
        "Everything you need to know about ferry Halvard at Skate Point",
        "You won't believe where ferry Halvard runs aground off Skate Point",
        "FERRY HALVARD RUNS AGROUND OFF SKATE POINT",
        "Ferry Halvard runs aground off Skate…",
        "Ferry runs aground",
        "EN VIVO: Ferry Halvard runs aground off Skate Point",
    ],
)
def test_a_plain_title_beats_a_flawed_one_that_more_members_agree_with(flawed: str) -> None:
    rows = [member("a", flawed, FERRY), member("b", flawed, RESCUE), member("c", PLAIN, FERRY + " Tugs wait.")]
    assert describe(*rows).story["headline"] == PLAIN


def test_who_and_numbers_may_open_a_headline() -> None:
    title = "WHO warns of fever in Norrhavn camps"
    rows = [member("a", title, RESCUE), member("b", "WHO fever alert for Norrhavn?", FERRY)]
    assert describe(*rows).story["headline"] == title


def test_what_an_outlet_puts_before_many_titles_heads_no_story_that_has_a_plain_title() -> None:
    rubric = "News Bulletin: Ferry Halvard runs aground off Skate Point"
    others = [
        member(f"o{i}", f"News Bulletin: Storm number {i} closes a harbour", FERRY, story=f"o{i}", outlet="TV")
        for i in range(3)
    ]
    rows = [member("a", rubric, FERRY, outlet="TV"), member("b", rubric, RESCUE), member("c", PLAIN, RESCUE)]
    assert describe(*others, *rows).stories["s"]["headline"] == PLAIN


def test_a_roundup_neither_heads_nor_stands_for_a_story() -> None:
    rows = [
        member("a", "Ferry Halvard aground at Skate Point: the morning so far", FERRY + " " + RESCUE, roundup=True),
        member("b", PLAIN, RESCUE),
    ]
    story = describe(*rows).story
    assert (story["headline"], story["representative_article_id"]) == (PLAIN, "b")
    assert {sentence["article_id"] for sentence in story["summary_sentences"]} == {"b"}


def test_the_headline_is_the_title_that_others_agree_with() -> None:
    rows = [
        member("a", "Harbour master speaks of a long night for Norrhavn", FERRY),
        member("b", "Ferry Halvard aground at Skate Point, passengers safe", FERRY + " Tugs wait."),
        member("c", "Passengers safe after ferry Halvard hits Skate Point", RESCUE),
    ]
    assert "Halvard" in describe(*rows).story["headline"]


def test_the_headline_speaks_the_language_of_most_members() -> None:
    rows = [
        member("a", PLAIN, FERRY),
        member("b", "El ferry Halvard encalla frente a Punta Raya", "El ferry encalló el viernes.", language="es"),
        member("c", "Encalla el ferry Halvard con 212 pasajeros", "Todos están a salvo en el puerto.", language="es"),
    ]
    story = describe(*rows).story
    assert "ferry Halvard" in story["headline"]
    assert story["headline"] != PLAIN
    assert story["languages"] == ["es", "en"]
    assert {s["article_id"] for s in story["summary_sentences"]} <= {"b", "c"}


def test_headlines_alone_still_make_a_summary() -> None:
    other = "Lifeboats save passengers of ferry Halvard"
    story = describe(member("a", PLAIN), member("b", other)).story
    assert {story["headline"], story["summary"]} == {PLAIN, other}
    assert describe(member("a", PLAIN)).story["summary"] == PLAIN


def test_a_text_without_a_title_has_a_headline() -> None:
    assert describe(member("a", "", FERRY)).story["headline"] == FERRY


def test_an_endless_sentence_is_cut_to_the_budget() -> None:
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


def test_summaries_leave_out_what_cannot_stand_alone_and_what_is_said_twice() -> None:
    body = "But he refused to leave the ferry Halvard at Skate Point. " + FERRY
    twice = FERRY.replace("on Friday", "Friday")
    told = describe(member("a", PLAIN, body), member("b", PLAIN, twice + " " + RESCUE)).story["summary"]
    assert "But he" not in told
    assert told.count("ran aground") == 1


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
def test_sentences_that_lean_on_the_one_before_are_found(sentence: str, language: str) -> None:
    assert find_fault(sentence, text.split_words(sentence), language) == Fault.NEEDS_PREVIOUS


@pytest.mark.parametrize(
    "sentence",
    [
        "In a statement on Friday, he told the council that the bridge would close.",
        "“The bridge is safe and it will open in spring,” she told the council.",
        "Some, however, had to turn back before they reached the bridge.",
        "The number of ferries has, in fact, fallen sharply.",
        "In this case, the ferry had sailed from Norrhavn on Friday.",
        "Mr. Brask told the council that the bridge would stay closed.",
        "For the first time since Friday, the country's ferries have been allowed to sail.",
    ],
)
def test_a_speaker_or_place_without_a_name_and_a_late_connective_lean_too(sentence: str) -> None:
    assert find_fault(sentence, text.split_words(sentence), "en") == Fault.NEEDS_PREVIOUS


@pytest.mark.parametrize(
    "sentence",
    [
        "In a letter to the council, Brask said he would close the bridge.",
        "After Ida Brask resigned, she left the council for good.",
        "While the harbour froze, it took the tugs a week to leave.",
        "On Friday the council of Norrhavn, the country's largest harbour, let ferries sail.",
        "Since Norrhavn froze, the country's ferries have not sailed.",
    ],
)
def test_a_pronoun_or_place_whose_name_is_there_leans_on_nothing(sentence: str) -> None:
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
    ],
)
def test_sentences_that_cannot_stand_anywhere_are_found(sentence: str) -> None:
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
def test_sound_sentences_are_kept(sentence: str, language: str) -> None:
    assert find_fault(sentence, text.split_words(sentence), language) == Fault.NONE


def test_a_sentence_that_leans_stands_right_after_the_one_it_leans_on_or_not_at_all() -> None:
    first = "Captain Ida Brask steered the ferry Halvard onto rocks at Skate Point."
    second = "She and 212 passengers were taken ashore by lifeboats from Norrhavn."
    row = member("a", PLAIN, f"{first} {second}")
    told = {words: describe(row, max_words=words).story["summary"] for words in (12, 40)}
    assert told == {12: first, 40: f"{first} {second}"}


def test_where_only_a_leaning_sentence_fits_the_news_is_cut() -> None:
    first = (
        "Captain Ida Brask steered the ferry Halvard, on its way from Norrhavn, onto rocks at Skate Point on Friday."
    )
    story = describe(member("a", PLAIN, f"{first} She was taken ashore by lifeboats."), max_words=10).story
    assert first.startswith(story["summary"].removesuffix("…"))
    assert text.count_words(story["summary"]) <= 10


def test_the_news_opens_a_summary_rather_than_a_quotation() -> None:
    body = "“The Halvard ran aground off Skate Point,” the harbour master said on Friday. "
    body += "The ferry Halvard ran aground off Skate Point with 212 people aboard, the coast guard said on Friday."
    told = describe(member("a", PLAIN, body), member("b", PLAIN, RESCUE)).story["summary_sentences"]
    assert not told[0]["text"].startswith("“")


@pytest.mark.parametrize("dateline", ["NORRHAVN (AP) — ", "(CNN) ", "SKATE POINT, Norway — ", "Norrhavn (Reuters) - "])
def test_a_dateline_is_no_part_of_the_sentence(dateline: str) -> None:
    assert describe(member("a", PLAIN, f"Ferry news. {dateline}{FERRY}")).story["summary"] == FERRY


@pytest.mark.parametrize(
    "sentence",
    ["Read more about the ferry on our pages.", "Follow us for more: http://example.org", "Síguenos en vivo."],
)
def test_calls_are_no_prose(sentence: str) -> None:
    assert find_fault(sentence, text.split_words(sentence), "en") == Fault.NOT_PROSE


def test_keywords_tell_a_story_from_the_rest_of_its_theme() -> None:
    rows = [member(f"o{i}", f"Storm closes harbour {i}", f"The storm closed harbour number {i}.", story=f"o{i}")
            for i in range(20)]  # fmt: skip
    story = describe(*rows, member("a", PLAIN, FERRY + " The storm had closed the harbour.")).stories["s"]
    assert {"Halvard", "aground", "Skate"} <= set(story["keywords"][:6])
    assert not {"storm", "harbour", "the"} & set(story["keywords"][:6])
    assert len(story["keywords"]) <= 8


@pytest.mark.parametrize(
    ("language", "title", "body", "functional"),
    [
        (
            "es",
            "Encalla el ferry Halvard",
            "El ferry de la isla encalló en la costa del norte.",
            {"el", "de", "la", "en"},
        ),
        (
            "tl",
            "Sumadsad ang lantsa",
            "Ang lantsa sa isla ay sumadsad sa baybayin ng hilaga.",
            {"ang", "sa", "ay", "ng"},
        ),
        ("vi", "Phà mắc cạn", "Chiếc phà của đảo đã mắc cạn và được kéo về cảng.", {"của", "đã", "và", "được"}),
    ],
)
def test_keywords_of_other_languages_have_no_function_words(
    language: str, title: str, body: str, functional: set[str]
) -> None:
    story = describe(member("a", title, body, language=language)).story
    assert story["keywords"]
    assert not functional & {word.casefold() for word in story["keywords"]}


def test_entities_are_names_that_members_share_once_each() -> None:
    rows = [
        member("a", "Ferry aground", "Police said Captain Ida Brask of Norrhavn was on the bridge."),
        member("b", "Ferry saved", "Later that day Brask thanked Norrhavn and the crew."),
    ]
    entities = describe(*rows).story["entities"]
    assert "Norrhavn" in entities
    assert sum("Brask" in name for name in entities) == 1
    assert describe(member("a", "quiet day", "nothing at all happened here.")).story["entities"] == []


def test_names_are_capitals_inside_sentences_only() -> None:
    found = extract_names(
        "Police Question Ferry Captain", "Yesterday Ida Brask met Olaf de la Torre. Nobody spoke on Monday.", "en"
    )
    assert found == {"Ida Brask", "Olaf de la Torre"}
    assert extract_names("", "Gestern traf der Kapitän die Polizei im Hafen.", "de") == frozenset()
    assert extract_names("", "Hôm qua tàu đến Đà Nẵng lúc sáng.", "vi") == {"Đà Nẵng"}


def test_why_names_the_evidence_two_members_share() -> None:
    rows = [
        member("a", PLAIN, "On Friday the ferry Halvard hit rocks at Skate Point with 212 aboard."),
        member("b", "Rescue at sea", "All 212 people on the ferry Halvard at Skate Point were saved."),
        member("c", "Rescue at sea", "The crew", copy_of="b", outlet="Meridian Wire"),
    ]
    found = describe(*rows).articles
    assert found["a"]["why"] == [
        "names: Halvard, Skate Point",
        "close in meaning (0.81)",
        "rare words: ferry",
        "numbers: 212",
    ]
    assert found["c"]["why"] == ["same text as Outlet b’s"]


@pytest.mark.parametrize(
    ("hours", "phrase"),
    [(0.4, "within an hour"), (1.2, "1 hour apart"), (30.0, "30 hours apart"), (60.0, "2 days apart")],
)
def test_why_tells_the_time_between_two_that_share_little(hours: float, phrase: str) -> None:
    rows = [member("a", "Storm news", "Trees fell."), member("b", "Tide report", "Roads flooded.")]
    edges = {("a", "b"): {"hours_apart": hours}}
    assert describe(*rows, edges=edges).articles["a"]["why"] == ["close in meaning (0.81)", phrase]


def test_why_is_empty_alone_and_names_the_outlets_of_a_text_that_only_was_copied() -> None:
    assert describe(member("a", PLAIN, FERRY)).articles["a"]["why"] == []
    rows = [member("a", PLAIN, FERRY), member("b", PLAIN, FERRY, copy_of="a", outlet="Harbour Post")]
    assert describe(*rows).articles["a"]["why"] == ["text also in Harbour Post"]
