"""Word lists by language, from `languages.yaml`: function words, dependent openings, labels and calls to the reader."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from newsfold import text
from newsfold.vocabulary import list_common_words
from newsfold.word_lists import load_word_lists

_FUNCTION_WORD_ZIPF = 6.0  # of 100 words, nearly all carry no topic

WordLists = Mapping[str, Mapping[str, Sequence[str]]]  # language: kind: entries


def load_languages() -> WordLists:
    """Return the lists of `languages.yaml`."""
    return load_word_lists(Path(__file__).with_name("languages.yaml"))


@functools.cache
def list_entries(kind: str, language: str | None = None) -> tuple[str, ...]:
    """Return the entries of a kind of list in a language (None: in all languages, each entry once)."""
    lists = load_languages()
    languages = sorted(lists) if language is None else [language]
    return tuple(dict.fromkeys(entry for code in languages for entry in lists.get(code, {}).get(kind, ())))


def join_patterns(kind: str, language: str | None = None) -> str:
    """Return one regular expression that matches any entry of a kind of list, without flags or anchors."""
    return f"(?:{'|'.join(list_entries(kind, language))})"


class Phrases:
    """Phrases to look for in sentences; most sentences have none, and are told from the others by single words.

    Args:
        phrases: words with spaces between them, case-folded.

    Attributes:
        longest_words: words one of which a sentence with a phrase has.
    """

    def __init__(self, phrases: Sequence[str]) -> None:
        self._padded_with: defaultdict[str, list[str]] = defaultdict(list)  # by the longest word
        for phrase in phrases:
            self._padded_with[max(phrase.split(" "), key=len)].append(f" {phrase} ")
        self.longest_words = frozenset(self._padded_with)

    def occur_in(self, words: Sequence[str]) -> bool:
        """Return whether a sentence, these case-folded words, has any of the phrases."""
        if self.longest_words.isdisjoint(words):
            return False
        padded = f" {' '.join(words)} "
        return any(
            phrase in padded for word in self.longest_words.intersection(words) for phrase in self._padded_with[word]
        )


@functools.cache
def function_words(language: str) -> frozenset[str]:
    """Return the function words of a language: those listed, else its most common words.

    All that are listed if the language is undetermined; none if nothing is known of it.
    """
    if language == text.UNKNOWN_LANGUAGE:
        return frozenset().union(*map(function_words, sorted(load_languages())))
    words = frozenset(list_entries("function_words", language))
    if language == "en":
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        words |= frozenset(ENGLISH_STOP_WORDS)
    return words or list_common_words(language, _FUNCTION_WORD_ZIPF)


def has_dependent_opening(words: Sequence[str], language: str) -> bool:
    """Return whether a sentence (its words) opens with a reference that only the sentence before explains."""
    opening = " ".join(words[:4]) + " "
    listed = language if list_entries("dependent_openings", language) else "en"
    return opening.startswith(_padded_openings("dependent_openings", listed)) and not opening.startswith(
        _padded_openings("independent_openings", listed)
    )


@functools.cache
def _padded_openings(kind: str, language: str) -> tuple[str, ...]:
    return tuple(f"{opening} " for opening in list_entries(kind, language))
