"""Forms that titles, addresses and texts name (a column, a live blog, a recipe), and words of reports and questions.

The words stand in the YAML file, by language. They are features of the model of kinds: no word decides by itself.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from newsfold import text
from newsfold.word_lists import load_word_lists

_FILE = Path(__file__).with_name("forms.yaml")


class PhraseFinder:
    """Finds phrases as whole words.

    Attributes:
        names: the names of the groups of phrases, in the order of the file.
    """

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self.names = tuple(groups)
        self._single: dict[str, set[int]] = {}
        self._longer: dict[tuple[str, str], list[tuple[list[str], int]]] = {}  # by their first two words
        for number, phrases in enumerate(groups.values()):
            for words in map(text.split_words, phrases):
                if len(words) == 1:
                    self._single.setdefault(words[0], set()).add(number)
                else:
                    self._longer.setdefault((words[0], words[1]), []).append((words, number))

    def find(self, words: Sequence[str]) -> set[int]:
        """Return the numbers of the groups that have a phrase in a sequence of case-folded words."""
        found: set[int] = set().union(*map(self._single.__getitem__, self._single.keys() & {*words}))
        for at, pair in enumerate(pairwise(words)):
            for phrase, number in self._longer.get(pair, ()):
                if words[at : at + len(phrase)] == phrase:
                    found.add(number)
        return found


@functools.cache
def load_forms() -> PhraseFinder:
    """Return the finder of forms, of all languages: titles are often short, and their language is uncertain."""
    forms = load_word_lists(_FILE)["forms"].items()
    return PhraseFinder({form: [entry for entries in lists.values() for entry in entries] for form, lists in forms})


@functools.cache
def load_words(name: str, language: str) -> frozenset[str]:
    """Return the words of a list in a language; of all languages if it is undetermined, none if the list lacks it.

    Args:
        name: `questions`, `first_person`, `second_person` or `reports`.
        language: ISO 639-1 or `und`.
    """
    lists = load_word_lists(_FILE)[name]
    if language == text.UNKNOWN_LANGUAGE:
        return frozenset(word for entries in lists.values() for entry in entries for word in text.split_words(entry))
    return frozenset(word for entry in lists.get(language, ()) for word in text.split_words(entry))


def share_of(words: Sequence[str], listed: frozenset[str]) -> float:
    """Return the share of words that a list holds, in tenths, at most 2."""
    return min(2.0, 10 * sum(map(listed.__contains__, words)) / max(1, len(words)))
