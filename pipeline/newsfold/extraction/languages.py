"""Language codes: the ways in which files declare a language, normalised to ISO 639-1."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from newsfold.extraction import word_lists

_CODE = re.compile(r"[a-z]{2}")


def parse_language(declared: str | None) -> str | None:
    """Return the ISO 639-1 code of a declared language (`en-GB`, `eng`, `English`), or None if it is unknown."""
    name = re.split(r"[-_,; ]", (declared or "").strip().casefold())[0]
    return _codes().get(name, name if _CODE.fullmatch(name) else None)


@functools.cache
def _codes() -> Mapping[str, str]:
    listed: Mapping[str, list[str]] = word_lists.load_lists("languages")["names"]
    return {name: code for code, names in listed.items() for name in names}
