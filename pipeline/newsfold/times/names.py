"""Names of months, weekdays and halves of the day, in the spellings of CLDR and a few more.

Every form counts: full and abbreviated, genitive and stand-alone, with or without accents, dots and capitals.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from newsfold.times.folding import fold
from newsfold.word_lists import load_word_lists

FOLDER = Path(__file__).parent / "cldr"
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]+")


@dataclass
class Meaning:
    """The meanings of a word or phrase.

    Attributes:
        months: the months that it names, each with the languages in which it does.
        weekdays: the weekdays that it names, Monday being 0, each with the languages in which it does.
        half: `am`, `pm` or `evening`, which has no 12.
    """

    months: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    weekdays: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    half: str | None = None

    @property
    def weekday_languages(self) -> set[str]:
        """The languages in which it names a weekday."""
        return set().union(*self.weekdays.values())


def load_words() -> Mapping[str, Any]:
    """Return the lists of `words.yaml`."""
    return load_word_lists(Path(__file__).parent / "words.yaml")


def load_entries(key: str) -> list[str]:
    """Return the entries of one list, all languages together, in the file's order."""
    entries = load_words()[key]
    return [entry for listed in entries.values() for entry in listed] if isinstance(entries, Mapping) else list(entries)


def split_name(name: str) -> str:
    """Return the words of a name, folded, without its punctuation: `quarta-feira` is `quarta feira`."""
    return " ".join(_PUNCTUATION.sub(" ", fold(name)).split())


@cache
def load_fillers() -> frozenset[str]:
    """Return the words that say nothing within a date or time."""
    return frozenset(map(split_name, load_words()["fillers"]))


@cache
def load_names(script: str) -> Mapping[str, Meaning]:
    """Return the names in English and the languages that are written in a script, by their words.

    Args:
        script: a script as `text.find_script` names it, or `english`; a script without a file has no names.
    """
    names: defaultdict[str, Meaning] = defaultdict(Meaning)
    for file in (FOLDER / f"{name}.yaml" for name in dict.fromkeys(["english", script])):
        for language, lists in load_word_lists(file).items() if file.exists() else ():
            more = load_words()["months"].get(language, ())
            for groups in (lists["months"], more):
                for month, phrase in _number_phrases(groups, language):
                    names[phrase].months[month].add(language)
            for weekday, phrase in _number_phrases(lists["weekdays"], language):
                names[phrase].weekdays[weekday - 1].add(language)
            for half, phrase in _number_phrases(lists.get("halves", ()), language):
                names[phrase].half = "pm" if half == 2 else "am"
    for name, phrases in load_words()["halves_of_the_day"].items():
        for phrase in phrases:
            names[split_name(phrase)].half = name
    return dict(names)


def _number_phrases(groups: Iterable[Iterable[str]], language: str) -> Iterator[tuple[int, str]]:
    """Yield the phrases of groups of names, each with its group's number from 1 on."""
    for number, group in enumerate(groups, 1):
        for name in group:
            for phrase in _spell(name, language):
                yield number, phrase


def _spell(name: str, language: str) -> Iterable[str]:
    """Return the phrases for a name: with a space or nothing in place of a dot, and with what its language attaches."""
    words = split_name(name)
    spellings = {words, split_name(name.replace(".", ""))} - {""}
    before = load_words()["attached_before"].get(language, ())
    after = load_words()["attached_after"].get(language, ())
    attached = {fold(prefix) + spelling for spelling in spellings for prefix in before}
    attached |= {spelling + fold(suffix) for spelling in spellings for suffix in after}
    return {spelling for spelling in spellings | attached if not spelling.isdigit()}


@cache
def load_noons() -> frozenset[str]:
    """Return the words for noon."""
    return frozenset(load_words()["noon"])
