"""Names in a text, without a language model: runs of capitalised words where no sentence begins."""

from __future__ import annotations

import re

from newsfold import text

_UPPER = "".join(char for char in map(chr, range(0x2000)) if char.isupper())
_CAPITALISED = rf"[{_UPPER}][^\W_]*(?:[-’'][{_UPPER}][^\W_]*)*"
_LINK = "(?:of|de la|del|de|van|von|der|bin|ng|da|dos|du|di)"
_RUN = rf"{_CAPITALISED}(?: (?:{_LINK} )?{_CAPITALISED})*"
# A capital means a name only after a lower-case letter, a digit, a comma or a bracket.
_INSIDE = re.compile(rf"(?<=[^\W_{_UPPER}]|[,;)])(?: [“‘\"'(]?|[“‘\"'(])({_RUN})")
_LETTERS = 2
_CALENDAR = """
monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec am pm est edt gmt utc i im ok mr mrs ms dr
lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio
agosto septiembre octubre noviembre diciembre miyerkules huwebes biyernes sabado linggo
pebrero marso hunyo hulyo setyembre oktubre nobyembre disyembre
"""
_NO_NAMES = frozenset(_CALENDAR.split())


def names(title: str, body: str, language: str) -> frozenset[str]:
    """The names, as printed, in a body and in a title that does not capitalise every word."""
    found = {match.group(1) for match in _INSIDE.finditer(body)}
    if not _title_case(title):
        found |= {match.group(1) for match in _INSIDE.finditer(title)}
    return frozenset(name for name in found if _is_name(name, language))


def _is_name(name: str, language: str) -> bool:
    words = text.split_words(name)
    if len(name) < _LETTERS or all(word in _NO_NAMES or len(word) == 1 for word in words):
        return False
    return language != "de" or len(words) > 1  # German capitalises every noun


def _title_case(title: str) -> bool:
    long_words = [word for word in text.split_cased_words(title) if len(word) > 3]
    return sum(word[0].isupper() for word in long_words) > 0.7 * len(long_words)
