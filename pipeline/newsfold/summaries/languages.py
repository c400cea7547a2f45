"""Word lists by language, from `languages.yaml`: function words, dependent openings, labels and calls to the reader."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from newsfold import text

# A base loader leaves every entry a string: `no` and `on` are words here. libyaml's is seven times as fast.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

WordLists = Mapping[str, Mapping[str, Sequence[str]]]  # language: kind: entries


@functools.cache
def load_word_lists() -> WordLists:
    """Read `languages.yaml`."""
    file = Path(__file__).with_name("languages.yaml")
    lists: WordLists = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
    return lists


@functools.cache
def list_entries(kind: str, language: str | None = None) -> tuple[str, ...]:
    """Return the entries of a kind of list in a language (None: in all languages, each entry once)."""
    lists = load_word_lists()
    languages = sorted(lists) if language is None else [language]
    return tuple(dict.fromkeys(entry for code in languages for entry in lists.get(code, {}).get(kind, ())))


def join_patterns(kind: str, language: str | None = None) -> str:
    """Return one regular expression that matches any entry of a kind of list, without flags or anchors."""
    return f"(?:{'|'.join(list_entries(kind, language))})"


@functools.cache
def function_words(language: str) -> frozenset[str]:
    """Return the function words of a language: of all languages if it is undetermined, none if it has no list."""
    if language == text.UNKNOWN_LANGUAGE:
        return frozenset().union(*map(function_words, sorted(load_word_lists())))
    words = frozenset(list_entries("function_words", language))
    if language == "en":
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        words |= frozenset(ENGLISH_STOP_WORDS)
    return words


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
