from __future__ import annotations

import pytest

from newsfold.extraction import publisher_names


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
