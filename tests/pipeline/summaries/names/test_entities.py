"""Entities of stories: each once, by its fullest form, with its type."""

from __future__ import annotations

from typing import Any

import pytest

from newsfold.dataflow import Context
from newsfold.settings import Scale, Settings
from newsfold.summaries import DESCRIBE
from tests.chunks import run_in_chunks
from tests.pipeline.summaries.invented_stories import EDITION, SEEN_AT, describe, member, stage_inputs


def entities(*rows: dict[str, Any], story: str = "s") -> dict[str, tuple[str, list[str]]]:
    """Return the type and the other forms of each entity of a story."""
    described = describe(*rows).stories[story]
    assert described["entities"] == [row["name"] for row in described["entity_mentions"]]
    return {row["name"]: (row["type"], row["forms"]) for row in described["entity_mentions"]}


def window(*bodies: str, **columns: Any) -> list[dict[str, Any]]:
    """Return other articles, each a story of its own."""
    return [member(f"w{i}", f"report {i}", body, story=f"w{i}", **columns) for i, body in enumerate(bodies)]


def test_entities_are_names_that_members_share_each_once() -> None:
    rows = [
        member("a", "Ferry aground", "Police said Captain Ida Brask of Norrhavn was on the bridge."),
        member("b", "Ferry saved", "Later that day Ms. Brask thanked Norrhavn and the crew."),
    ]
    assert entities(*rows) == {"Ida Brask": ("person", ["Brask"]), "Norrhavn": ("other", [])}
    (brask, _) = describe(*rows).story["entity_mentions"]
    assert brask["n_articles"] == 2
    assert entities(member("a", "quiet day", "nothing at all happened here.")) == {}


def test_a_single_article_has_the_names_that_it_prints_once() -> None:
    body = (
        "Rebels seized the town of Ostmark on Friday, a defeat for President Omar al-Brask and his allies in France. "
        "The talks in Norrhavn failed, the Ostmark Relief Committee (ORC) said. ORC officials left. "
        "Ida Lund, the special envoy of the U.S., told reporters that Mr. Brask was ready."
    )
    assert entities(member("a", "Rebels take strategic town", body)) == {
        "Omar al-Brask": ("person", ["Brask"]),
        "Ostmark Relief Committee": ("organisation", ["ORC"]),
        "Ostmark": ("place", []),
        "France": ("place", []),
        "Norrhavn": ("place", []),
        "Ida Lund": ("person", []),
        "United States": ("place", ["U.S."]),
    }


def test_the_window_tells_the_full_form_of_a_short_name() -> None:
    others = window(*["They met Ida Brask.", "He called Ida Brask.", "We saw the National Bridge Board (NBB) there."])
    single = member("a", "Brask leaves NBB", "It was said that President Brask has left the NBB for good.")
    assert entities(single, *others) == {
        "Ida Brask": ("person", ["Brask"]),
        "National Bridge Board": ("organisation", ["NBB"]),
    }
    assert entities(single) == {"Brask": ("person", []), "NBB": ("organisation", [])}


def test_a_name_at_the_beginning_of_a_sentence_or_in_title_case_counts_if_the_window_has_it() -> None:
    single = member("a", "Quarrel Over the Harbour Deepens in Velmo", "Velmo closed it.")
    others = window(*["They left Velmo.", "They saw Velmo.", "They like Velmo."])
    assert list(entities(single)) == []
    assert list(entities(single, *others)) == ["Velmo"]


def test_words_that_are_printed_in_small_letters_elsewhere_are_no_names() -> None:
    others = window(*["the harbour level rose."] * 3)
    assert entities(member("a", "tide", "They raised the Harbour Level again."), *others) == {}


@pytest.mark.parametrize("body", ["Most are Muslim or Syrian.", "They met Londoners and Americans.", "It was in May."])
def test_nations_faiths_inhabitants_and_dates_are_no_names(body: str) -> None:
    assert entities(member("a", "crowd", body)) == {}


def test_the_outlet_itself_and_the_theme_of_the_window_are_left_out() -> None:
    body = "Ida Brask told the Bulletin that Velmovirus and the Bulletin News are new."
    themed = window(*[f"Fear of Velmovirus grew in town {i}." for i in range(25)])
    single = member("a", "fear grows", body, outlet="Bulletin")
    assert list(entities(single)) == ["Ida Brask", "Velmovirus"]
    assert list(entities(single, *themed)) == ["Ida Brask"]


def test_a_programme_that_one_outlet_alone_names_again_and_again_is_left_out() -> None:
    bodies = [f"Ida Brask joined Dawn Chorus on day {i}." for i in range(6)]
    others = window(*bodies, outlet="Bulletin")
    single = member("a", "envoy speaks", "She told Dawn Chorus that Velmo fell.", outlet="Bulletin")
    assert "Dawn Chorus" in entities(single)
    assert "Dawn Chorus" not in entities(single, *others)


def test_a_name_in_one_article_of_many_is_left_out_unless_a_title_has_it() -> None:
    rows = [member(f"a{i}", "dam closed", f"They closed the dam near Ostmark, {i}.") for i in range(8)]
    rows[0]["body"] += " He also named Ida Lund."
    assert list(entities(*rows)) == ["Ostmark"]
    assert list(entities(*rows[:4])) == ["Ostmark", "Ida Lund"]
    rows[0]["title"] = "dam closed by Ida Lund"
    assert set(entities(*rows)) == {"Ostmark", "Ida Lund"}


def test_german_nouns_are_no_names() -> None:
    body = "Gestern traf Ida Brask die Polizei im Hafen, die Richterin Brask und die CDU in Frankreich."
    assert set(entities(member("a", "Treffen im Hafen", body, language="de"))) == {"Ida Brask", "CDU", "Frankreich"}


def test_a_script_without_capitals_has_countries() -> None:
    assert entities(member("a", "زيارة", "قال من لبنان إن إيران", language="ar")) == {
        "لبنان": ("place", []),
        "إيران": ("place", []),
    }


def test_initials_in_any_form_join_the_full_name() -> None:
    rows = [
        member("a", "levy on operators", "They fined the Ostmark Offshore Gaming Operators again."),
        member("b", "levy stands", "They said that OOGOs left, and that one OOGO stayed."),
        member("c", "match off", "It was called off by the Rugby Federation in Norrhavn.", story="t"),
        member("d", "match on", "They said that RF officials met Ida Brask.", story="t"),
        member("e", "ward closed", "She works at the University of the Hills-Ostmark Port Hospital.", story="u"),
        member("f", "ward open", "They said that UH-OPH was full.", story="u"),
    ]
    assert entities(*rows) == {"Ostmark Offshore Gaming Operators": ("organisation", ["OOGO", "OOGOs"])}
    assert entities(*rows, story="t")["Rugby Federation"] == ("organisation", ["RF"])
    assert entities(*rows, story="u") == {"University of the Hills-Ostmark Port Hospital": ("organisation", ["UH-OPH"])}


def test_a_plural_joins_its_singular_but_no_person_another() -> None:
    body = "They saw a Velmolink and two Velmolinks. We met Ida Brand, Olaf Brands and Ms. Brand."
    assert set(entities(member("a", "sky", body))) == {"Velmolink", "Ida Brand", "Olaf Brands"}


def test_spellings_of_one_name_are_one_entity() -> None:
    body = (
        "They left the US Velmo Guard, and the U.S. Velmo Guard met Olaf Jong-un. Later Olaf Jong Un and Chileans left."
    )
    found = entities(member("a", "guard", body))
    assert set(found) == {"U.S. Velmo Guard", "Olaf Jong Un"}


def test_a_republic_is_its_country() -> None:
    body = "They left Ireland, for the Republic of Ireland had closed it."
    assert entities(member("a", "port", body)) == {"Ireland": ("place", ["Republic of Ireland"])}


def test_an_abbreviation_of_words_in_small_letters_is_no_name() -> None:
    others = window("It was under strict harbour closure (SHC) then.", "It is a strict harbour closure (SHC).")
    single = member("a", "closure", "They said that SHC ended, and that overseas Filipino sailors (OFSs) met an OFS.")
    assert list(entities(single, *others)) == []
    assert list(entities(single)) == ["SHC"]
    organisation = member("a", "vote", "It was said by the central vote commission (CVC) that CVC agreed.")
    assert list(entities(organisation)) == ["CVC"]


def test_a_misspelt_theme_is_a_theme() -> None:
    themed = window(*[f"Fear of VELMO-19 grew in town {i}." for i in range(25)])
    single = member("a", "fear grows", "Ida Brask spoke of VELMO-19D.")
    assert list(entities(single, *themed)) == ["Ida Brask"]


def test_a_number_that_belongs_to_a_name_stays_with_it() -> None:
    body = "The new Halvard 9 rose. They built Halvard 9 in Norrhavn 20 years ago. The old Brusk-1 is a Brusk."
    assert entities(member("a", "launch", body)) == {
        "Halvard 9": ("other", ["Halvard"]),
        "Brusk-1": ("other", ["Brusk"]),
        "Norrhavn": ("place", []),
    }


def test_a_headline_in_title_case_tells_the_full_name() -> None:
    single = member("a", "Uqe Brask Leaves the Harbour", "They said that Brask left the harbour.")
    assert entities(single) == {"Uqe Brask": ("person", ["Brask"])}


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("Straits Bulletins", {"outlet": "straitbulletin"}),
        ("Bulletin", {"outlet": "dailybulletin"}),
        ("Velmo Bulletin", {"outlet": "vb", "url": "https://www.velmobulletin.example/a"}),
        ("Ostby Velmo Post", {"outlet": "ovpost"}),
        ("BulletinOnline", {"outlet": "dailybulletin"}),
    ],
)
def test_the_outlet_is_no_entity_however_it_is_spelt(name: str, columns: dict[str, str]) -> None:
    single = member("a", "talk", f"She told the {name} that Ida Brask left.", **columns)
    assert list(entities(single)) == ["Ida Brask"]
    assert name in entities({**single, "outlet": "Courier", "url": None})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("They fought the Lebanese Velmohar there. Then they met Velmohar again.", {"Velmohar"}),
        ("It was in Velmo, as zoologist said. They met Zoologist Ida Brask.", {"Velmo", "Ida Brask"}),
        ("They saw the Velmo Guard Twitter.", {"Velmo Guard", "Twitter"}),
        ("They met David O. Brask, and later David Brask left.", {"David Brask"}),
        ("It was said at Velmo University. They left the University of Velmo.", {"University of Velmo"}),
        ("They left America for the United States.", {"United States"}),
        ("They read that GPs and one GP met Ida Brask.", {"Ida Brask"}),
    ],
)
def test_what_stands_around_a_name_is_no_part_of_it(body: str, expected: set[str]) -> None:
    assert set(entities(member("a", "talk", body))) == expected


def test_the_theme_of_the_window_is_no_part_of_a_name() -> None:
    themed = window(*[f"Fear of VELMO-19 grew in town {i}." for i in range(25)])
    single = member(
        "a", "fear grows", "They left the Ostmark VELMO-19 hall, and the Brask Task Force Against VELMO-19."
    )
    assert set(entities(single, *themed)) == {"Ostmark", "Brask Task Force"}


def test_a_word_that_opens_a_sentence_is_no_given_name() -> None:
    single = member("a", "port closed", "In Norrhavn, ships wait. Will Brask stay? They met Brask in Norrhavn.")
    assert set(entities(single)) == {"Norrhavn", "Brask"}


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("Velmo Act", "other"),
        ("HMS Velmo", "other"),
        ("San Velmo", "place"),
        ("West London", "place"),
        ("Velmoshire", "place"),
        ("Torquay", "place"),
        ("Velmo Castle", "place"),
        ("Crown Prince Olaf", "person"),
        ("Ostmark Women's Hospital", "organisation"),
        ("Labour", "organisation"),
    ],
)
def test_words_of_a_name_tell_its_type(name: str, type_: str) -> None:
    assert entities(member("a", "talk", f"It was said that {name} is well known.")) == {name: (type_, [])}


def test_a_text_that_capitalises_every_word_has_few_names() -> None:
    words = "Hidden Treasures Wait Below Quiet Harbours While Brave Sailors Count Their Golden Coins Under Silver Stars"
    single = member("a", "list", f"{words}. Then Dr. Ida Brask, Olaf Lund.")
    assert list(entities(single)) == ["Ida Brask"]


def test_chunks_of_stories_do_not_matter() -> None:
    bodies = [
        "They met the President of Ostby Ida Brask in Velmo.",
        "He saw President Ida Brask.",
        "Velmo Mayor Brask left Velmo.",
        "The Bridge Board of Velmo (BBV) met.",
        "They left the Bridge Board of Velmo ICU.",
        "They saw BBV.",
        "They live in Dawn Rise Velmo (DRV).",
        "They saw DRV.",
    ]
    rows = window(*bodies, *bodies)
    context = Context(Settings(), EDITION, SEEN_AT)
    whole, parts = (
        run_in_chunks(DESCRIBE, stage_inputs(*rows), context, Scale(chunk_articles=size), ("described_stories",))[
            "described_stories"
        ]
        for size in (100, 1)
    )
    assert parts.equals(whole)
