from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from newsfold import publishers
from newsfold.publishers import normalise_name
from newsfold.settings import Outlet, Settings

SHIPPED = publishers.load_shipped_publishers()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The New York Times", "nytimes.com"),
        ("NEW YORK TIMES", "N.Y. Times"),
        ("The Associated Press", "AP"),
        ("Agence France-Presse", "AFP"),
        ("dpa", "Deutsche Presse-Agentur"),
        ("www.latimes.com", "Los Angeles Times"),
        ("Lomo Courier", "The Lomo Courier"),
    ],
)
def test_spellings_of_one_publisher_are_the_same(one: str, other: str) -> None:
    assert SHIPPED.is_same(one, other)


@pytest.mark.parametrize(("one", "other"), [("The Sun", "Vancouver Sun"), ("AP", "APA"), ("The Times", "Irish Times")])
def test_names_that_only_look_alike_are_two_publishers(one: str, other: str) -> None:
    assert not SHIPPED.is_same(one, other)


@pytest.mark.parametrize(
    "agency",
    [
        "AP",
        "Reuters",
        "AFP",
        "dpa",
        "PA",
        "Xinhua",
        "EFE",
        "ANSA",
        "TASS",
        "Kyodo",
        "PTI",
        "Bloomberg",
        "UPI",
        "Yonhap",
    ],
)
def test_the_large_agencies_are_known(agency: str) -> None:
    assert SHIPPED.agencies[agency.casefold()] == agency


def test_no_spelling_stands_for_two_publishers_and_no_outlet_is_in_two_families() -> None:
    listed = yaml.safe_load((Path(publishers.__file__).parent / "publishers.yaml").read_text(encoding="utf-8"))
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for name, spellings in (listed["agencies"] | listed["outlets"]).items():
        for spelling in (name, *spellings):
            owners[normalise_name(spelling)].add(name)
    assert [names for names in owners.values() if len(names) > 1] == []
    assert not listed["agencies"].keys() & listed["outlets"].keys()
    assert all(SHIPPED.family(outlet) == family for family, outlets in listed["families"].items() for outlet in outlets)


def test_outlets_of_one_owner_are_one_family_by_any_of_their_names() -> None:
    assert SHIPPED.family("wsj.com") == SHIPPED.family("New York Post") == "News Corp"
    assert SHIPPED.family("Lomo Courier") is None


def test_a_configuration_adds_publishers_and_takes_precedence() -> None:
    known = publishers.load_publishers(
        Settings(
            agencies={"Lomo Wire": ["LW"]},
            families={"Tidewater": ["Courier", "nytimes.com"]},
            outlets={"trib": Outlet(name="Lomo Tribune", publisher_family="Lomo Media")},
        )
    )
    assert known.canonical_name("lw") == known.agencies["lw"] == "Lomo Wire"
    assert known.family("The Courier") == known.family("The New York Times") == "Tidewater"
    assert known.family("trib") == known.family("The Lomo Tribune") == "Lomo Media"
    assert known.is_same("trib", "Lomo Tribune")
    assert known.family("Wall Street Journal") == "News Corp"
    assert publishers.load_publishers(Settings()) == SHIPPED


@given(st.text(max_size=40))
def test_a_canonical_name_means_the_same_publisher_and_is_its_own_canonical_name(name: str) -> None:
    assert SHIPPED.is_same(SHIPPED.canonical_name(name), name)
    assert SHIPPED.canonical_name(SHIPPED.canonical_name(name)) == SHIPPED.canonical_name(name)
