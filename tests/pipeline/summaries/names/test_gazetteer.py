"""Names of places, and the word lists around names."""

from __future__ import annotations

from newsfold.summaries.names.gazetteer import CITIES, FOLDER, load_cities, load_given_names, load_places
from newsfold.summaries.names.words import load_name_words
from newsfold.word_lists import load_word_lists
from tests.pipeline.summaries.names.cldr_places import LANGUAGES, collect_places
from tests.pipeline.summaries.names.geonames_cities import collect_cities


def test_the_files_of_places_are_those_of_cldr() -> None:
    """To bring the files up to date: `python -m tests.pipeline.summaries.names.cldr_places`."""
    assert {file.stem for file in FOLDER.glob("*.txt")} == set(LANGUAGES.split())
    for language in ("ar", "en", "tl"):
        assert (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines() == collect_places(language)


def test_the_cities_are_those_of_geonames() -> None:
    """To bring the file up to date: `python -m tests.pipeline.summaries.names.geonames_cities`."""
    assert CITIES.read_text(encoding="utf-8").splitlines() == collect_cities()
    assert {"makati city", "leeds"} & load_cities()


def test_places_are_known_in_their_language_and_in_english() -> None:
    assert {"frankreich", "france"} <= load_places("de")
    assert load_places("xx") == load_places("en")
    assert {"ida", "olaf"} & load_given_names()


def test_the_lists_around_names_are_sorted_and_in_small_letters() -> None:
    for lists in load_word_lists(FOLDER.with_name("words.yaml")).values():
        for entries in lists.values():
            assert entries == sorted(set(entries))
            assert all(short == short.lower() for short in (entry.partition(" = ")[0] for entry in entries))
    assert load_name_words("xx").roles == load_name_words("en").roles
