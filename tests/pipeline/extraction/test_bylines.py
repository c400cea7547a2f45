from __future__ import annotations

import pytest

from newsfold.extraction import bylines


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


def test_a_page_is_signed_by_people_then_publishers_then_the_outlet() -> None:
    def authors(declared: list[str], *printed: list[str]) -> list[str]:
        return bylines.choose_authors(declared, printed, "Harbour Courier", "courier.example")[0]

    assert authors(["Jane Roe and John Doe, dpa"]) == ["Jane Roe", "John Doe", "dpa"]
    assert authors(["Harbour Courier"], ["admin"], ["By Jane Roe"]) == ["Jane Roe"]
    assert authors(["Harbour Courier"]) == ["Harbour Courier"]
    assert authors(["Harbour Courier", "The Associated Press"]) == ["The Associated Press"]
    assert authors(["admin"], ["Economy Von Jane Roe"]) == ["Jane Roe"]
    assert authors([]) == []
