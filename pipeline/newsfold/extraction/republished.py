"""Lines in which a repost says where its text first appeared, such as `Originally published by The Guardian`."""

from __future__ import annotations

import re

from newsfold.extraction import publisher_names, word_lists

_MAX_WORDS = 40
_STATEMENT = re.compile(
    rf"^\W?{word_lists.load_alternatives('republished', 'statements')}"
    rf" {word_lists.load_alternatives('republished', 'prepositions')} (?P<outlet>[^,;:(—–]{{2,60}}?)"
    rf"(?:[.,;:(—–]*$|[,;:(—–]| {word_lists.load_alternatives('republished', 'after_outlet')} )",
    re.IGNORECASE,
)


def find_first_outlet(line: str) -> str | None:
    """Return the outlet in which the line says that a text first appeared, or None if it names none."""
    statement = _STATEMENT.match(line)
    outlet = statement["outlet"].strip(" .*") if statement else ""
    return outlet if outlet and len(line.split()) <= _MAX_WORDS and publisher_names.is_publisher(outlet) else None
