"""Choosing and cleaning a headline: one line, without the outlet's name at its end."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from newsfold import text
from newsfold.extraction import publisher_names

_DIVIDERS = re.compile(r"\s+[|\-–—•·«»:]+\s+|\s*\|\s*")
_LONGEST_SUFFIX = 6  # words
_DIVIDED = re.compile(r"\s*[|｜ㅣ\-–—•·«»:：*]")
_SHORTEST_CORE = 0.4  # share of a title that another one within it must have
_LONGEST_REST = 60  # characters
_LEARNED_FROM = 4  # titles
_MOST_OF = 0.5
ENDING = "title_ending"  # the key under which an article's extras keep what was cut from its title


def choose(titles: list[str], *outlets: str | None) -> str:
    """The first title that says something once cleaned; empty where none does.

    What follows another of the titles, after a divider, is the site's: ` | News | Outlet`.

    Args:
        titles: best first.
        outlets: the names under which the outlet may stand at a title's end; a title that is one of them is none.
    """
    others = [text.normalise_line(html.unescape(title)) for title in titles]
    for title in titles:
        cleaned = clean(title, *outlets)
        if cleaned and not any(outlet and text.split_words(cleaned) == text.split_words(outlet) for outlet in outlets):
            return min((_core(cleaned, other) for other in others), key=len)
    return ""


def _core(title: str, other: str) -> str:
    """The other title, where it stands in this one and a divider and few words follow; else this one."""
    at = title.find(other) if len(other) >= _SHORTEST_CORE * len(title) else -1
    rest = title[at + len(other) :]
    if at < 0 or not _DIVIDED.match(rest) or len(rest) > _LONGEST_REST:
        return title
    return other


def clean(title: str, *outlets: str | None) -> str:
    """A title as one line, entities resolved, without ` | Outlet` or ` - Outlet` at its end."""
    line = text.normalise_line(html.unescape(title))
    while True:
        dividers = list(_DIVIDERS.finditer(line))
        if not dividers or dividers[-1].start() == 0:
            return line
        suffix = line[dividers[-1].end() :]
        named = any(outlet and publisher_names.resembles(suffix, outlet) for outlet in outlets)
        if not (named or publisher_names.is_known(suffix)) or len(suffix.split()) > _LONGEST_SUFFIX:
            return line
        line = line[: dividers[-1].start()]


def endings(titles: Sequence[str], known: Iterable[str] = ()) -> frozenset[str]:
    """The endings that an outlet prints under most of its titles, after a divider: its name, its section.

    Args:
        titles: titles of one outlet, each cleaned.
        known: endings that were learned of it earlier; they stay.
    """
    found = Counter(ending for title in set(titles) if (ending := _ending(title)))
    enough = max(_LEARNED_FROM, _MOST_OF * len(set(titles)))
    return frozenset(ending for ending, times in found.items() if times >= enough) | frozenset(known)


def without_ending(title: str, learned: frozenset[str]) -> tuple[str, str | None]:
    """A title without a learned ending, and the ending that was cut."""
    ending = _ending(title)
    if ending is None or ending not in learned:
        return title, None
    return title[: len(title) - len(ending)].rstrip(), ending


def _ending(title: str) -> str | None:
    dividers = list(_DIVIDERS.finditer(title))
    if not dividers or dividers[-1].start() == 0 or dividers[-1].group().strip() in (":", "»", "«"):
        return None
    ending = title[dividers[-1].start() :]
    return ending if len(title[dividers[-1].end() :].split()) <= _LONGEST_SUFFIX else None
