"""Word lists around names, by language, from `words.yaml`."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from newsfold.summaries.languages import function_words, list_entries
from newsfold.summaries.names.gazetteer import load_cities, load_given_names, load_places
from newsfold.word_lists import load_word_lists


@dataclass(frozen=True)
class NameWords:
    """The word lists of `words.yaml` for texts in one language, case-folded; English ones are added to all.

    Attributes:
        links: words in small letters inside names, such as `de`.
        calendar: months and weekdays.
        no_names: capitalised words that name nothing by themselves, demonyms among them.
        places: names of places.
        cities: names of cities, which may also be surnames or words.
        small_words: words in small letters that initials may skip, of all languages.
        short_places: the names of places by their short forms.
        place_synonyms: the names of places by others, which are the same where a text has both.
        spellings: American spellings by the British ones.
    """

    roles: frozenset[str]
    unclear_roles: frozenset[str]
    titles: frozenset[str]
    organisation_heads: frozenset[str]
    place_heads: frozenset[str]
    other_heads: frozenset[str]
    other_beginnings: frozenset[str]
    place_beginnings: frozenset[str]
    place_endings: tuple[str, ...]
    directions: frozenset[str]
    platforms: frozenset[str]
    possessives: frozenset[str]
    place_prepositions: frozenset[str]
    demonyms: frozenset[str]
    compound_beginnings: frozenset[str]
    compound_ends: frozenset[str]
    articles: frozenset[str]
    links: frozenset[str]
    months: frozenset[str]
    weekdays: frozenset[str]
    common_capitals: frozenset[str]
    no_names: frozenset[str]
    function_words: frozenset[str]
    places: frozenset[str]
    cities: frozenset[str]
    organisations: frozenset[str]
    small_words: frozenset[str]
    states: frozenset[str]
    short_places: dict[str, str]
    place_synonyms: dict[str, str]
    spellings: dict[str, str]
    given_names: frozenset[str]

    @functools.cached_property
    def cutting_words(self) -> frozenset[str]:
        """Words that may cut a run of capitalised words: links, dates, roles and the first words of these."""
        roles = frozenset(role.partition(" ")[0] for role in self.all_roles)
        return roles | self.weekdays | self.months | self.links | {"of", "for", "and", "the"}

    @functools.cached_property
    def all_roles(self) -> frozenset[str]:
        """Words before a person's name that are no part of it."""
        return self.roles | self.unclear_roles

    @functools.cached_property
    def never_names(self) -> frozenset[str]:
        """Words that are no name though they have a capital, as printed with it: The, Monday, American."""
        words = self.function_words | self.no_names
        return frozenset(word.capitalize() for word in words if " " not in word) - {"US"}

    @functools.cached_property
    def body_heads(self) -> frozenset[str]:
        """Words that a name of an organisation or a place ends with."""
        return self.organisation_heads | self.place_heads

    @functools.cached_property
    def heads(self) -> frozenset[str]:
        """Words that a name of an organisation, a place, an event or a law ends with."""
        return self.body_heads | self.other_heads


@functools.cache
def load_name_words(language: str) -> NameWords:
    """Return the lists for texts in a language."""
    lists = load_word_lists(Path(__file__).with_name("words.yaml"))

    def collect(kind: str) -> frozenset[str]:
        return frozenset(entry for code in (language, "en") for entry in lists.get(code, {}).get(kind, ()))

    weekdays, months = (frozenset(list_entries(kind)) for kind in ("weekdays", "months"))
    short_places, place_synonyms, spellings = (
        dict(entry.split(" = ") for entry in sorted(collect(kind)))
        for kind in ("short_places", "place_synonyms", "spellings")
    )
    return NameWords(
        roles=collect("roles"),
        unclear_roles=collect("unclear_roles"),
        titles=collect("titles"),
        organisation_heads=collect("organisation_heads"),
        place_heads=collect("place_heads"),
        other_heads=collect("other_heads"),
        other_beginnings=collect("other_beginnings"),
        place_beginnings=collect("place_beginnings"),
        place_endings=tuple(sorted(collect("place_endings"))),
        directions=collect("directions"),
        platforms=collect("platforms"),
        possessives=collect("possessives"),
        place_prepositions=collect("place_prepositions"),
        demonyms=collect("demonyms"),
        compound_beginnings=collect("compound_beginnings"),
        compound_ends=collect("compound_ends"),
        articles=collect("articles"),
        links=frozenset(word for entry in list_entries("name_particles") for word in entry.split(" ")),
        months=months,
        weekdays=weekdays,
        common_capitals=collect("common_capitals"),
        no_names=collect("demonyms") | collect("common_capitals") | weekdays | months
        | frozenset(list_entries("not_names")),
        function_words=function_words(language) | function_words("en"),
        places=(load_places(language) | collect("places") | short_places.keys()) - collect("organisations"),
        cities=load_cities(),
        organisations=collect("organisations"),
        small_words=frozenset(entry for of_language in lists.values() for entry in of_language.get("small_words", ())),
        states=collect("states"),
        short_places=short_places,
        place_synonyms=place_synonyms,
        spellings=spellings,
        given_names=load_given_names(),
    )  # fmt: skip
