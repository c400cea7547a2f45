"""English names of languages, from `language_names.yaml`, for pages and terminals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from newsfold.text import UNKNOWN_LANGUAGE
from newsfold.word_lists import load_word_lists

_MAX_NAMES = 4


def name_language(code: str) -> str:
    """Return the English name of a language: `Spanish` for `es`; a code that is not listed as it is."""
    if code == UNKNOWN_LANGUAGE:
        return "unknown"
    name: str = load_word_lists(Path(__file__).with_name("language_names.yaml")).get(code, code)
    return name


def enumerate_languages(codes: Sequence[str]) -> str:
    """Return the names of several languages in a phrase: `English, Spanish and Filipino`; undetermined ones left out.

    Of many languages the last ones are counted: `English, Spanish, French and 3 more`. The phrase is empty if there is
    only one language, since that one is plain to see.
    """
    names = [name_language(code) for code in codes if code != UNKNOWN_LANGUAGE]
    if len(names) < 2:
        return ""
    if len(names) > _MAX_NAMES:
        names = [*names[: _MAX_NAMES - 1], f"{len(names) - _MAX_NAMES + 1} more"]
    return f"{', '.join(names[:-1])} and {names[-1]}"
