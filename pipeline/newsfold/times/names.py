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

_FILE = Path(__file__).parent / "words.yaml"
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
    return load_word_lists(_FILE)


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
    """Return the names in the languages that are written in a script, by their words.

    Args:
        script: a script as `find_script` names it, or `english`; another than those of `words.yaml` has no names.
    """
    from babel import Locale

    names: defaultdict[str, Meaning] = defaultdict(Meaning)
    locales = load_words()["locales"]
    for code in [*(locales["english"] if script == "latin" else ()), *locales.get(script, ())]:
        locale = Locale.parse(code)
        language = locale.language
        for month, name in _collect(locale.months):
            for phrase in _spell(name, language):
                names[phrase].months[month].add(language)
        for weekday, name in _collect(locale.days):
            for phrase in _spell(name, language):
                names[phrase].weekdays[weekday].add(language)
        for half, name in _collect_halves(locale):
            for phrase in _spell(name, language):
                names[phrase].half = half
        for month, spellings in enumerate(load_words()["months"].get(language, ()), 1):
            for name in [spellings] if isinstance(spellings, str) else spellings:
                names[split_name(name)].months[month].add(language)
    for half, phrases in load_words()["halves_of_the_day"].items():
        for phrase in phrases:
            names[split_name(phrase)].half = half
    return dict(names)


def _collect(by_context: Mapping[str, Mapping[str, Mapping[int, str]]]) -> Iterator[tuple[int, str]]:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            yield from by_context[context][width].items()


def _collect_halves(locale: Any) -> Iterator[tuple[str, str]]:
    """Yield the names of am and pm if the language's clocks print them."""
    if "%(a)s" not in str(locale.time_formats["short"].format):
        return
    for width in ("wide", "abbreviated"):
        periods = locale.day_periods["format"].get(width, {})
        for half in ("am", "pm"):
            if half in periods:
                yield half, periods[half]


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
