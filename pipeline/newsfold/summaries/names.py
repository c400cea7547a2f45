"""Names in a text, without a language model: runs of capitalised words inside sentences."""

from __future__ import annotations

import re

from newsfold import text
from newsfold.summaries.languages import join_patterns, list_entries

_UPPER = "".join(char for char in map(chr, range(0x2000)) if char.isupper())
_CAPITALISED = rf"[{_UPPER}][^\W_]*(?:[-’'][{_UPPER}][^\W_]*)*"
_RUN = rf"{_CAPITALISED}(?: (?:{join_patterns('name_particles')} )?{_CAPITALISED})*"
# A capital means a name only after a lower-case letter, a digit, a comma or a bracket.
_INSIDE_SENTENCE = re.compile(rf"(?<=[^\W_{_UPPER}]|[,;)])(?: [“‘\"'(]?|[“‘\"'(])({_RUN})")
_MIN_LETTERS = 2
_NOT_NAMES = frozenset(entry for kind in ("weekdays", "months", "not_names") for entry in list_entries(kind))


def extract_names(title: str, body: str, language: str) -> frozenset[str]:
    """Return the names, as printed, in a body and in a title that does not capitalise every word."""
    names = {match.group(1) for match in _INSIDE_SENTENCE.finditer(body)}
    if not _is_title_case(title):
        names |= {match.group(1) for match in _INSIDE_SENTENCE.finditer(title)}
    return frozenset(name for name in names if _is_name(name, language))


def _is_name(name: str, language: str) -> bool:
    words = text.split_words(name)
    if len(name) < _MIN_LETTERS or all(word in _NOT_NAMES or len(word) == 1 for word in words):
        return False
    return language != "de" or len(words) > 1  # German capitalises every noun


def _is_title_case(title: str) -> bool:
    long_words = [word for word in text.split_cased_words(title) if len(word) > 3]
    return sum(word[0].isupper() for word in long_words) > 0.7 * len(long_words)
