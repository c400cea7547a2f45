"""The word lists in `languages.yaml`."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfold.summaries.languages import Phrases, function_words, has_dependent_opening, list_entries, load_languages
from newsfold.text import split_words

IN_ORDER = {"months", "number_words", "weekdays"}
PATTERNS = {
    "appearances",
    "caption_labels",
    "caption_phrases",
    "clickbait_openings",
    "clickbait_phrases",
    "promotions",
    "teaser_words",
    "title_labels",
}
CASED = {"first_person"}
WORDS = {
    "calls_to_action",
    "channel_endings",
    "dependent_openings",
    "function_words",
    "independent_openings",
    "irregular_verbs",
    "late_connectives",
    "name_particles",
    "never_last",
    "not_names",
    "photo_credits",
    "place_nouns",
    "predicates",
    "promotion_words",
    "question_words",
    "subordinators",
    "unique_things",
    "verbs",
    "verbs_or_nouns",
}
LISTS = [
    pytest.param(kind, entries, id=f"{language}-{kind}")
    for language, lists in load_languages().items()
    for kind, entries in lists.items()
]


@pytest.mark.parametrize(("kind", "entries"), LISTS)
def test_lists_are_known_sorted_and_in_lower_case(kind: str, entries: list[str]) -> None:
    assert kind in IN_ORDER | PATTERNS | CASED | WORDS
    assert all(isinstance(entry, str) and entry for entry in entries)
    if kind not in IN_ORDER:
        assert entries == sorted(set(entries))
    if kind not in PATTERNS | CASED:
        assert entries == [entry.lower() for entry in entries]


def test_every_pattern_is_a_regular_expression() -> None:
    patterns = [entry for kind in PATTERNS for entry in list_entries(kind)]
    assert patterns
    for pattern in patterns:
        re.compile(pattern)


def test_function_words_of_a_language_without_a_list_are_its_most_common_ones() -> None:
    assert {"и", "на", "для"} <= function_words("ru")
    assert {"في", "من"} <= function_words("ar")
    assert not {"россия", "мост", "полиция"} & function_words("ru")
    assert function_words("xx") == frozenset()


def test_an_undetermined_language_has_the_function_words_of_all() -> None:
    assert {"no", "aunque", "được"} <= function_words("und")


@pytest.mark.parametrize(
    ("language", "dependent", "independent"),
    [
        ("ar", "لكن الخفر قال", "وقال خفر السواحل"),
        ("ru", "Однако паром сел", "Паром сел на мель"),
        ("sl", "Kljub temu je trajekt", "Trajekt je nasedel"),
        ("zh", "但是渡轮搁浅", "渡轮搁浅"),
    ],
)
def test_openings_of_other_languages_and_scripts(language: str, dependent: str, independent: str) -> None:
    assert has_dependent_opening(split_words(dependent), language)
    assert not has_dependent_opening(split_words(independent), language)


def test_english_openings_serve_languages_without_a_list() -> None:
    assert has_dependent_opening(["however", "he", "left"], "xx")
    assert not has_dependent_opening(["this", "week", "he", "left"], "xx")
    assert not has_dependent_opening(["however", "he", "left"], "es")


def test_phrases_occur_as_whole_words_in_a_row() -> None:
    phrases = Phrases(["sign up for", "subscribe"])
    assert phrases.occur_in(split_words("Sign up for the harbour letter"))
    assert phrases.occur_in(split_words("Subscribe"))
    assert not phrases.occur_in(split_words("They sign petitions for ferries, up north"))
    assert not phrases.occur_in(split_words("Subscribers of the ferry"))
    assert not Phrases([]).occur_in(split_words("Subscribe"))


@pytest.mark.parametrize("pattern", [*list_entries("promotions"), *list_entries("caption_phrases")])
@given(data=st.data())
@settings(max_examples=100, derandomize=True)
def test_every_promotion_and_caption_phrase_has_a_trigger_word(pattern: str, data: st.DataObject) -> None:
    phrase = data.draw(st.from_regex(re.compile(pattern), fullmatch=True))
    assert set(split_words(phrase)) & set(list_entries("promotion_words"))
