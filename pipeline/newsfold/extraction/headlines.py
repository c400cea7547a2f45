"""Headlines: choosing one of a page's titles, and removing the outlet's name from its end."""

from __future__ import annotations

import re

from newsfold import text
from newsfold.extraction import publisher_names

_DIVIDER = re.compile(r"\s+[|\-–—•·«»:]+\s+|\s*\|\s*")
_SITE_DIVIDER = re.compile(r"\s*[|｜ㅣ\-–—•·«»:：*]")
_MAX_ENDING_WORDS = 6
_MIN_CORE_SHARE = 0.4  # of a title that another one within it must have
_MAX_SITE_CHARACTERS = 60


def choose_headline(titles: list[str], *outlets: str | None) -> str:
    """Return the first title that says something once cleaned; an empty string if none does.

    What follows another of the titles, after a divider, is the site's: ` | News | Outlet`.

    Args:
        titles: best first.
        outlets: the names under which the outlet may stand at a title's end; a title that is one of them is skipped.
    """
    others = [text.normalise_line(title) for title in titles]
    for title in titles:
        cleaned = clean_headline(title, *outlets)
        if cleaned and not any(outlet and text.split_words(cleaned) == text.split_words(outlet) for outlet in outlets):
            return min((_remove_site_name(cleaned, other) for other in others), key=len)
    return ""


def clean_headline(title: str, *outlets: str | None) -> str:
    """Return a title as one line, without ` | Outlet` or ` - Outlet` at its end."""
    line = text.normalise_line(title)
    while True:
        dividers = list(_DIVIDER.finditer(line))
        if not dividers or dividers[-1].start() == 0:
            return line
        ending = line[dividers[-1].end() :]
        is_outlet = publisher_names.is_any_publisher(ending, *outlets) or publisher_names.is_listed(ending)
        if not is_outlet or len(ending.split()) > _MAX_ENDING_WORDS:
            return line
        line = line[: dividers[-1].start()]


def _remove_site_name(title: str, other: str) -> str:
    """Return the other title if it stands in this one, with a divider and a few words after it; else this one."""
    at = title.find(other) if len(other) >= _MIN_CORE_SHARE * len(title) else -1
    rest = title[at + len(other) :]
    if at < 0 or not _SITE_DIVIDER.match(rest) or len(rest) > _MAX_SITE_CHARACTERS:
        return title
    return other
