"""Articles about many matters: live blogs, briefings, newsletters, press reviews, lists of unlike items.

They share words with every story of their day and belong to none of them. An ordinary report that is taken for one is
worse than one that is missed, so a single word is never enough: a whole part of the title must name the form, or the
address must, or the text must be made of unlike items. Live coverage counts where its theme is broad (a pandemic,
politics, the markets), not where it follows one event (a trial, a match).
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from urllib.parse import urlsplit

from newsfold import text
from newsfold.extraction.roundup_patterns import (
    EVENTS,
    FOLDERS,
    LIVE_FOLDERS,
    PAGE_NAMES,
    PROGRAMMES,
    RUBRICS,
    SECTIONS,
)

_PARTS = re.compile(r"\s*[:|•·]\s+|\s*[:|]$|\s+[-–—]\s+|\s*[()\[\]]\s*|(?:,|\bfor|\bon)?\s*\x00,?\s*")
_DATE_APART = re.compile(r"(?:^|[|:(,–—-]|\bfor)\s*\x00\s*(?:$|[|),\[(]|part )")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "‑": "-"})
_AS_IT_HAPPENED = re.compile(r"as it happened|(?:live|latest) (?:updates|news)|rolling coverage|minuto a minuto")
_BULLET = re.compile(r"^[*•▪●►–—-]\s+")
_CLOCK = re.compile(r"^\d{1,2}[:.h]\d{2}\b")
_MORE = re.compile(r"(?:\bplus|\band|,) more[.!]?$")
_STRANGERS = 1  # words beside a live rubric's theme: Queensland, Victoria
_OPENING = 400  # characters in which a text says what it is
_LONGEST_ITEM = 30  # words; longer ones are paragraphs
_FEWEST_ITEMS, _FEWEST_TIMES = 4, 4
_LONGEST_PROGRAMME = 6  # words


def is_roundup(title: str, body: str, url: str | None, language: str) -> bool:
    """Is this about many matters, and so part of no one story?

    Args:
        title: the cleaned headline.
        body: the text, a paragraph per line; may be empty.
        url: the article's address, where it has one.
        language: ISO 639-1 or `und`. Rubrics of that language and of English are known; of all where it is `und`.
    """
    known = _known(language)
    line = known.dates.sub("\x00", title.casefold().translate(_QUOTES))
    parts = [part.strip(" ,.!?\"'") for part in _PARTS.split(line)]
    parts = [part for part in parts if part]
    folders, page = _address(url)
    if any(known.rubric.fullmatch(part) for part in parts) or FOLDERS & set(folders) or PAGE_NAMES.match(page):
        return True
    opening = body[:_OPENING].casefold().translate(_QUOTES).strip()
    if known.opening.match(opening) or _is_programme(line, parts):
        return True
    if any(known.is_running(text.split_words(part)) for part in parts):
        return True
    themed = any(known.is_theme(part) for part in parts)
    if themed and "\x00" in line and any(known.dated.fullmatch(part) for part in parts):
        return True
    paragraphs = body.split("\n")
    live = any(known.says_live(part) for part in parts) or bool(LIVE_FOLDERS & set(folders))
    live = live or sum(bool(_CLOCK.match(paragraph)) for paragraph in paragraphs) >= _FEWEST_TIMES
    if live and (themed or known.is_broad(page.replace("-", " ")) or line.count(";") > 1):
        return True
    return _lists_unlike(paragraphs, title, _FEWEST_ITEMS - live)


class _Known:
    """The rubrics of some languages, compiled together."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        chosen = [RUBRICS[code] for code in languages]
        self.rubric = re.compile("|".join(pattern for each in chosen for pattern in each.rubrics))
        self.opening = re.compile("|".join(pattern for each in chosen for pattern in each.openings))
        self.dated = re.compile("|".join(pattern for each in chosen for pattern in each.dated))
        self.live = frozenset[str]().union(*(each.live for each in chosen))
        self.updates = frozenset[str]().union(*(each.updates for each in chosen))
        self.themes = frozenset[str]().union(*(each.themes for each in chosen))
        self.fillers = frozenset[str]().union(*(each.fillers for each in chosen))
        months = "|".join(sorted({month for each in chosen for month in each.months}))
        days = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?"
        self.dates = re.compile(
            rf"{days}(?:\b(?:{months})\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?|"
            rf"\b\d{{1,2}}(?:st|nd|rd|th|\.|º)?,?(?: de)? (?:{months})\b(?:,?(?: de)? \d{{4}})?|"
            r"\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b)"
        )

    def says_live(self, part: str) -> bool:
        """Is this part of a title nothing but the word that it is live?"""
        words = set(text.split_words(part))
        return bool(_AS_IT_HAPPENED.fullmatch(part) or (words & self.live and words <= self.live | self.fillers))

    def is_theme(self, part: str) -> bool:
        """Is this part of a title the name of a broad theme?"""
        words = set(text.split_words(part))
        return bool(words & self.themes) and words <= self.themes | self.fillers

    def is_running(self, words: list[str]) -> bool:
        """Do these words head running coverage of a broad theme, and say nothing else?"""
        found = set(words)
        rest = found - self.themes - self.fillers - self.live - self.updates
        if not found & self.themes or found & EVENTS:
            return False
        return len(rest) <= _STRANGERS if found & self.live else bool(found & self.updates) and not rest

    def is_broad(self, name: str) -> bool:
        """Does a page's name hold a broad theme and next to nothing else?"""
        found = {word for word in text.split_words(name) if not word.isdigit()} - {"html"}
        rest = found - self.themes - self.fillers - self.live - self.updates
        return bool((found & self.themes) - SECTIONS) and len(rest) <= _STRANGERS and not found & EVENTS


@functools.cache
def _known(language: str) -> _Known:
    if language == text.UNKNOWN_LANGUAGE:
        return _Known(tuple(RUBRICS))
    return _Known(("en", language) if language in RUBRICS and language != "en" else ("en",))


def _address(url: str | None) -> tuple[list[str], str]:
    """The folders of an address, and the page's own name without its ending."""
    try:
        path = urlsplit(url or "").path.casefold()
    except ValueError:
        return [], ""
    *folders, page = [segment for segment in path.split("/") if segment] or [""]
    return folders, page.rsplit(".", 1)[0]


def _is_programme(line: str, parts: list[str]) -> bool:
    """A programme's or column's name and a date, and nothing told."""
    words = {word for part in parts for word in text.split_words(part) if not word.isdigit()}
    return bool(_DATE_APART.search(line)) and len(words) <= _LONGEST_PROGRAMME and bool(words & PROGRAMMES)


def _lists_unlike(lines: list[str], title: str, fewest: int) -> bool:
    """Is the text a list of short items that have no subject in common?"""
    items = [_BULLET.sub("", line) for line in lines if _BULLET.match(line) and text.split_words(line)]
    words = sum(len(line.split()) for line in lines)
    if sum(len(item.split()) for item in items) < 0.7 * words:
        whole = " ".join(lines)
        if words > 120:
            return False
        items, fewest = [item.strip() for item in whole.split(";")], _FEWEST_ITEMS
        if len(items) < _FEWEST_ITEMS and _MORE.search(whole):
            items = [item.strip() for item in whole.split(",")]
    if len(items) < fewest or not all(3 <= len(item.split()) <= _LONGEST_ITEM for item in items):
        return False
    counts = Counter(word for item in items for word in {w for w in text.split_words(item) if len(w) > 3})
    subject = {word for word in text.split_words(title) if len(word) > 3}
    # One subject shows as a word that most items share, or as the title's words running through them.
    about_title = sum(bool(subject & set(text.split_words(item))) for item in items)
    return max(counts.values(), default=0) <= max(2, len(items) // 3) and about_title <= len(items) // 2
