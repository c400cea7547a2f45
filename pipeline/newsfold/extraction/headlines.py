"""Headlines: choosing one of a page's titles, and removing the outlet's name from its end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from newsfold import text
from newsfold.extraction import publisher_names

ENDING = "title_ending"  # the key under which an article's extras keep the ending that was removed from its title

_DIVIDER = re.compile(r"\s+[|\-–—•·«»:]+\s+|\s*\|\s*")
_SITE_DIVIDER = re.compile(r"\s*[|｜ㅣ\-–—•·«»:：*]")
_MAX_ENDING_WORDS = 6
_MIN_CORE_SHARE = 0.4  # of a title that another one within it must have
_MAX_SITE_CHARACTERS = 60
_MIN_TITLES = 4  # with one ending, to learn it
_MIN_TITLE_SHARE = 0.5


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


def learn_endings(titles: Sequence[str], known: Iterable[str] = ()) -> frozenset[str]:
    """Return the endings that an outlet prints under most of its titles, after a divider: its name, its section.

    Args:
        titles: the titles of one outlet, each cleaned.
        known: endings that were learned earlier; they are kept.
    """
    counts = Counter(ending for title in set(titles) if (ending := _find_ending(title)))
    enough = max(_MIN_TITLES, _MIN_TITLE_SHARE * len(set(titles)))
    return frozenset(ending for ending, count in counts.items() if count >= enough) | frozenset(known)


def remove_ending(title: str, learned: frozenset[str]) -> tuple[str, str | None]:
    """Remove a learned ending from a title.

    Returns:
        The rest of the title, and the ending; the whole title and None if it has no such ending.
    """
    ending = _find_ending(title)
    if ending is None or ending not in learned:
        return title, None
    return title[: len(title) - len(ending)].rstrip(), ending


def _remove_site_name(title: str, other: str) -> str:
    """Return the other title if it stands in this one, with a divider and a few words after it; else this one."""
    at = title.find(other) if len(other) >= _MIN_CORE_SHARE * len(title) else -1
    rest = title[at + len(other) :]
    if at < 0 or not _SITE_DIVIDER.match(rest) or len(rest) > _MAX_SITE_CHARACTERS:
        return title
    return other


def _find_ending(title: str) -> str | None:
    dividers = list(_DIVIDER.finditer(title))
    if not dividers or dividers[-1].start() == 0 or dividers[-1].group().strip() in (":", "»", "«"):
        return None
    ending = title[dividers[-1].start() :]
    return ending if len(title[dividers[-1].end() :].split()) <= _MAX_ENDING_WORDS else None
