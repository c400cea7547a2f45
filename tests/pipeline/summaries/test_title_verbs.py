"""Finite verbs of English titles."""

from __future__ import annotations

import pytest

from newsfold.summaries.title_verbs import has_finite_verb


@pytest.mark.parametrize(
    "title",
    [
        "Norrhavn unveils harbour plan",
        "Harbour master denies fraud",
        "Skippers rally in Norrhavn",
        "U.S. Offers Tugs to Norrhavn",
        "Ferry Halvard sinking off Skate Point",
        "Norrhavn to open new quay",
        "Three dead in Norrhavn storm",
        "Skipper Vik warns of high seas",
        "Brask: Norrhavn rejects the bridge",
        "Sailor who stole boat jailed for two years",
        "Norrhavn mayor postpones fair",
    ],
)
def test_a_title_with_an_event_has_a_verb(title: str) -> None:
    assert has_finite_verb(title)


@pytest.mark.parametrize(
    "title",
    [
        "Odd Vik's photos of Norrhavn harbour",
        "Images from a harbour in winter",
        "The quiet diplomacy of Odd Vik",
        "Harbour life: Fishing with a family",
        "Inside the lighthouse of Skate Point",
        "Norrhavn march against harbour measures",
        "The small girl who fought off a shark",
        "10 boats of Norrhavn",
    ],
)
def test_a_title_that_names_a_matter_has_none(title: str) -> None:
    assert not has_finite_verb(title)
