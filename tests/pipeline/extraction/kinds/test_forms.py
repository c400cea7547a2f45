"""Words that name the form of an article."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsfold import text
from newsfold.extraction.kinds import forms
from newsfold.word_lists import load_word_lists

LISTS = load_word_lists(Path(forms.__file__).with_name("forms.yaml"))
FORMS = [
    ("Horóscopo de hoy", "horoscope"),
    ("今日の星座占い", "horoscope"),
    ("Рецепт: борщ с грибами", "food"),
    ("EN DIRECT - La grève à Lyon", "live"),
    ("Köşe yazısı: Liman", "opinion"),
    ("Điểm tin sáng nay", "roundup"),
    ("Gesponsert: Schlafen wie auf Wolken", "promo"),
]


@pytest.mark.parametrize(("title", "form"), FORMS)
def test_forms_are_found_in_any_language(title: str, form: str) -> None:
    finder = forms.load_forms()
    assert form in {finder.names[number] for number in finder.find(text.split_words(title))}


def test_a_phrase_is_found_as_a_whole_and_in_order() -> None:
    finder = forms.PhraseFinder({"guide": ["how to"], "live": ["live", "as it happened"]})
    assert finder.find(["how", "to", "sail"]) == {0}
    assert finder.find(["to", "how"]) == finder.find(["olive"]) == set()
    assert finder.find(["as", "it", "happened"]) == {1}


def test_every_entry_of_the_lists_can_be_found() -> None:
    for entries in LISTS["forms"].values():
        for entry in [entry for words in entries.values() for entry in words]:
            assert text.split_words(entry), entry
    assert all(LISTS["forms"][form] for form in LISTS["forms"])


def test_pronouns_and_verbs_are_those_of_the_language() -> None:
    assert "i" in forms.load_words("first_person", "en")
    assert "i" not in forms.load_words("first_person", "it")
    assert forms.load_words("first_person", "xx") == frozenset()
    assert {"i", "ich"} <= forms.load_words("first_person", text.UNKNOWN_LANGUAGE)
