"""What outlets print shows who they are and who owns them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import publishers
from newsfold.publishers import Publishers
from newsfold.publishers.ownership import OutletHabits, PrintedText, learn_publishers
from newsfold.settings import Outlet, Settings


def habits(outlet: str, n_articles: int = 10, **habit: Any) -> OutletHabits:
    """Return the habits of an outlet all of whose articles are alike."""
    found = OutletHabits(outlet)
    found.add(habit.get("family"), habit.get("credited"), habit.get("domain"), n_articles)
    return found


def learn(*outlets: OutletHabits, texts: Iterable[PrintedText] = (), settings: Settings | None = None) -> Publishers:
    settings = settings or Settings()
    return learn_publishers(outlets, Counter(texts), publishers.load_publishers(settings), settings.copies)


def printed(n: int, *outlets: str) -> list[PrintedText]:
    """Return texts of the first outlet that all of them print without a credit."""
    return [PrintedText(outlets[0], frozenset(outlets), frozenset(outlets))] * n


def test_an_outlet_that_always_credits_one_publisher_is_that_publisher() -> None:
    known = learn(habits("norrhavnpanorama", credited="Lomo Courier"), habits("lomocourier"))
    assert known.is_same("norrhavnpanorama", "Lomo Courier")
    assert known.owner("norrhavnpanorama") == known.owner("lomocourier") == "Lomo Courier"


def test_a_channel_belongs_to_the_family_of_its_publisher() -> None:
    known = learn(habits("panorama", credited="Lomo Courier"), habits("Lomo Courier", family="Tidewater"))
    assert known.owner("panorama") == "Tidewater"


def test_four_articles_an_agency_and_one_credit_in_five_prove_nothing() -> None:
    mixed = habits("Echo", 8)
    mixed.add(None, "Lomo Courier", None, 2)
    known = learn(habits("Post", 4, credited="Lomo Courier"), habits("Sentinel", credited="AFP"), mixed)
    assert [known.owner(outlet) for outlet in ("Post", "Sentinel", "Echo")] == ["Post", "Sentinel", "Echo"]


@pytest.mark.parametrize("channel", ["Norrhavn TV", "norrhavntv", "NORRHAVN ONLINE", "Norrhavn TV Live"])
def test_an_outlet_and_its_channel_are_one_publisher(channel: str) -> None:
    known = learn(habits("Norrhavn", 30), habits(channel))
    assert known.owner(channel) == "Norrhavn"


@pytest.mark.parametrize(("one", "other"), [("Norrhavn", "Norrhavn News"), ("TV", "Online"), ("Radio 4", "Radio 5")])
def test_names_that_differ_by_more_than_the_channel_are_two_publishers(one: str, other: str) -> None:
    known = learn(habits(one), habits(other))
    assert known.owner(one) != known.owner(other)


def test_outlets_that_print_one_anothers_texts_are_a_family_named_after_the_larger() -> None:
    texts = [*printed(3, "North", "South"), *printed(3, "South", "North"), *printed(9, "North")]
    known = learn(habits("North", 12), habits("South", 6), texts=texts)
    assert known.family("South") == known.family("North") == "North"
    assert not known.is_same("North", "South")


def test_printing_in_one_direction_a_few_texts_and_credited_ones_make_no_family() -> None:
    credited = [PrintedText("North", frozenset({"North", "West"}), frozenset({"North"}))] * 9
    few = [*printed(2, "East", "South"), *printed(2, "South", "East")]
    known = learn(*map(habits, ("North", "East", "South", "West", "Blog")),
                  texts=[*printed(9, "North", "Blog"), *credited, *few])  # fmt: skip
    assert not any(known.family(outlet) for outlet in ("North", "East", "South", "West", "Blog"))


def test_listed_families_outweigh_shared_texts() -> None:
    texts = [*printed(5, "BBC", "CNN"), *printed(5, "CNN", "BBC")]
    known = learn(habits("BBC"), habits("CNN"), texts=texts)
    assert (known.owner("BBC"), known.owner("CNN")) == ("BBC", "CNN")


def test_outlets_named_after_the_domain_that_they_publish_under_are_a_family() -> None:
    guest = habits("Lomonosov Review", domain="lomonosov.example")
    guest.add(None, None, "lomo.example", 15)
    known = learn(
        guest,
        habits("Lomo", 20, domain="lomo.example"),
        habits("Lomo Sport", domain="lomo.example"),
        habits("Norrhavn", domain="videos.example"),
        habits("Skate", domain="videos.example"),
    )
    assert (known.owner("Lomo Sport"), known.owner("Lomonosov Review")) == ("Lomo", "Lomonosov Review")
    assert known.owner("Norrhavn") != known.owner("Skate")


def test_a_configured_name_takes_precedence() -> None:
    settings = Settings(outlets={"panorama": Outlet(name="Panorama Weekly")})
    known = learn(habits("panorama", credited="Lomo Courier"), habits("Lomo Courier"), settings=settings)
    assert known.owner("panorama") == "Panorama Weekly"


@given(st.permutations(["norrhavntv", "Norrhavn", "norrhavn live", "panorama", "Lomo"]))
def test_the_order_of_outlets_makes_no_difference(order: list[str]) -> None:
    credit = {"panorama": "Lomo"}
    known = learn(*(habits(outlet, credited=credit.get(outlet)) for outlet in order))
    assert len({known.owner(outlet) for outlet in order}) == 2
    assert known.owner("norrhavntv") == "Norrhavn"


@given(st.permutations(["Fjord Media", "Lomo Press", "Lomo Press", None]))
def test_an_outlet_is_of_the_family_that_most_of_its_articles_name_in_any_order(families: list[str | None]) -> None:
    guests = OutletHabits("Guest Writers")
    for family in families:
        guests.add(family, None, None)
    assert learn(guests).family("Guest Writers") == "Lomo Press"
