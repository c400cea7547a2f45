"""Names of places and given names of people, from the data files beside this module.

`places/` has the names of countries, continents and the cities of time zones, a file per language (CLDR, as Babel
packages it; Unicode licence). `given_names.txt` has the given names of the 1990 census of the United States (public
domain).
"""

from __future__ import annotations

import functools
from pathlib import Path

FOLDER = Path(__file__).with_name("places")
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
def load_given_names() -> frozenset[str]:
    """Return common given names, case-folded."""
    return frozenset(GIVEN_NAMES.read_text(encoding="utf-8").splitlines())
