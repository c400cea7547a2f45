from __future__ import annotations

import pytest

from newsfold.extraction import bylines, names, publisher_names


@pytest.mark.parametrize(
    ("byline", "people", "credited"),
    [
        ("By ANNE BARNARD The New York Times", ["Anne Barnard"], ["The New York Times"]),
        ("By ANNE BARNARD THE NEW YORK TIMES", ["Anne Barnard"], ["The New York Times"]),
        ("COLETTE MARCHAND Meridian Wire", ["Colette Marchand"], ["Meridian Wire"]),
        ("Mary Ann Lee Boston Herald", ["Mary Ann Lee"], ["Boston Herald"]),
        ("John Smith Los Angeles Times", ["John Smith"], ["Los Angeles Times"]),
        ("JOHN DOE and JANE ROE The Boston Globe", ["John Doe", "Jane Roe"], ["The Boston Globe"]),
        ("By Jane Roe (AP)", ["Jane Roe"], ["AP"]),
        ("By Jane Roe, Associated Press Writer", ["Jane Roe"], ["Associated Press"]),
        ("Harriet Sorrel in Ardley and Ian Quill", ["Harriet Sorrel", "Ian Quill"], []),
        ("Roe, Jane", ["Jane Roe"], []),
        ("Jane Roe, Staff Writer, jane@roe.example, @janeroe", ["Jane Roe"], []),
        ("Jane Roe, Beirut", ["Jane Roe"], []),
        ("Jane Roe; Jane Roe", ["Jane Roe"], []),
        ("Staff Reporter", [], []),
        ("https://social.example/jane", [], []),
    ],
)
def test_bylines_split_into_people_and_credits(byline: str, people: list[str], credited: list[str]) -> None:
    assert bylines.parse_authors([byline]) == (people, credited)


def test_the_outlet_itself_is_not_an_author() -> None:
    assert bylines.parse_authors(["Harbour Gleaner", "Jane Roe"], "The Harbour Gleaner") == (["Jane Roe"], [])


@pytest.mark.parametrize(
    ("printed", "restored"),
    [
        ("SINÉAD O'NEILL", "Sinéad O'Neill"),
        ("JOAN MCDONALD", "Joan McDonald"),
        ("JAN VAN DER BERG", "Jan van der Berg"),
        ("J.D. VANE", "J.D. Vane"),
        ("KARIM AL-SAYED", "Karim al-Sayed"),
        ("MARIE-CLAIRE LEROUX", "Marie-Claire Leroux"),
        ("Jane McAdam", "Jane McAdam"),
    ],
)
def test_names_in_capitals_get_title_case(printed: str, restored: str) -> None:
    assert names.restore_case(printed) == restored


@pytest.mark.parametrize(
    ("spelling", "agency"),
    [
        ("The Associated Press", "AP"),
        ("Agence France-Presse", "AFP"),
        ("dpa", "dpa"),
        ("Meridian Wire", "Meridian Wire"),
    ],
)
def test_agencies_have_one_name(spelling: str, agency: str) -> None:
    assert publisher_names.resolve_agency(spelling) == agency


@pytest.mark.parametrize("name", ["The Guardian", "Jane Roe", "World News", "AA"])
def test_outlets_people_and_bare_initials_are_not_agencies(name: str) -> None:
    assert publisher_names.resolve_agency(name) is None
