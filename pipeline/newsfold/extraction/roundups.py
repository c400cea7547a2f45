"""Roundups, articles about many matters: live blogs, briefings, newsletters, press reviews, lists of unlike items.

They share words with every story of their day and belong to none of them. Taking an ordinary report for one is worse
than missing one, so a single word is never enough: a whole part of the title must name the form, or the address must,
or the text must be made of unlike items. Live coverage counts if its theme is broad (a pandemic, politics, the
markets), not if it follows one event (a trial, a match).
"""

from __future__ import annotations

import re
from collections import Counter

from newsfold import text
from newsfold.extraction.addresses import split_address
from newsfold.extraction.roundup_patterns import (
    DATE_MARK,
    FOLDERS,
    LIST_ENDING,
    LIVE_FOLDERS,
    PAGE_NAME,
    PROGRAMMES,
    load_patterns,
)

_DIVIDER = re.compile(rf"\s*[:|•·]\s+|\s*[:|]$|\s+[-–—]\s+|\s*[()\[\]]\s*|(?:,|\bfor|\bon)?\s*{DATE_MARK},?\s*")
_DATE_ALONE = re.compile(rf"(?:^|[|:(,–—-]|\bfor)\s*{DATE_MARK}\s*(?:$|[|),\[(]|part )")
_BULLET = re.compile(r"[*•▪●►–—-]\s+")
# After a line end, which is found faster than the beginning of a line.
_LINE_WITH_BULLET = re.compile(r"\n[*•▪●►–—-]\s")
_LINE_WITH_CLOCK_TIME = re.compile(r"\n\d{1,2}[:.h]\d{2}\b")
_OPENING_CHARACTERS = 400  # in which a text says what it is
_MIN_CLOCK_TIMES = 4  # paragraphs that begin with one, in live coverage
_MIN_ITEMS = 4
_MAX_ITEM_WORDS = 30  # longer ones are paragraphs
_MAX_UNMARKED_LIST_WORDS = 120
_ITEM_SHARE = 0.7  # of the text's words that its bulleted items hold
_MAX_PROGRAMME_WORDS = 6


def is_roundup(title: str, body: str, url: str | None, language: str) -> bool:
    """Return whether an article is about many matters, and so not part of any one story.

    Args:
        title: the cleaned headline.
        body: the text, a paragraph per line; may be empty.
        url: the article's address, if it has one.
        language: ISO 639-1 or `und`. The patterns of that language and of English apply; of all if it is `und`.
    """
    patterns = load_patterns(language)
    line = patterns.mark_dates(_straighten_quotes(title.casefold()))
    parts = [part.strip(" ,.!?\"'") for part in _DIVIDER.split(line)]
    parts = [part for part in parts if part]
    words_of = [set(text.split_words(part)) for part in parts]
    folders, page = split_address(url)
    if any(patterns.label.fullmatch(part) for part in parts) or FOLDERS & set(folders) or PAGE_NAME.match(page):
        return True
    opening = _straighten_quotes(body[:_OPENING_CHARACTERS].casefold()).strip()
    if patterns.opening.match(opening) or _is_programme(line, parts):
        return True
    if any(map(patterns.is_running_coverage, words_of)):
        return True
    has_theme = any(map(patterns.is_theme, words_of))
    if has_theme and DATE_MARK in line and any(patterns.dated_label.fullmatch(part) for part in parts):
        return True
    is_live = any(map(patterns.is_live_label, parts, words_of)) or bool(LIVE_FOLDERS & set(folders))
    is_live = is_live or len(_LINE_WITH_CLOCK_TIME.findall(f"\n{body}")) >= _MIN_CLOCK_TIMES
    if is_live and (has_theme or patterns.has_broad_theme(page.replace("-", " ")) or line.count(";") > 1):
        return True
    return _is_list_of_topics(body, title, _MIN_ITEMS - is_live)


def _straighten_quotes(line: str) -> str:
    return line.replace("’", "'").replace("‘", "'").replace("‑", "-")


def _is_programme(line: str, parts: list[str]) -> bool:
    """Return whether a title is the name of a programme or column and a date, and no more."""
    if not _DATE_ALONE.search(line):
        return False
    words = {word for part in parts for word in text.split_words(part) if not word.isdigit()}
    return len(words) <= _MAX_PROGRAMME_WORDS and bool(words & PROGRAMMES)


def _is_list_of_topics(body: str, title: str, min_items: int) -> bool:
    """Return whether a text is a list of short items that have no subject in common."""
    lines = body.split("\n") if _LINE_WITH_BULLET.search(f"\n{body}") else []
    items = [line[bullet.end() :] for line in lines if (bullet := _BULLET.match(line)) and text.has_words(line)]
    body = body.replace("\n", " ")
    # Without items, it is enough to know whether it is too long.
    n_words = len(body.split(maxsplit=-1 if items else _MAX_UNMARKED_LIST_WORDS))
    if sum(len(item.split()) for item in items) < _ITEM_SHARE * n_words:
        if n_words > _MAX_UNMARKED_LIST_WORDS:
            return False
        items, min_items = [item.strip() for item in body.split(";")], _MIN_ITEMS
        if len(items) < _MIN_ITEMS and LIST_ENDING.search(body):
            items = [item.strip() for item in body.split(",")]
    if len(items) < min_items or not all(3 <= len(item.split()) <= _MAX_ITEM_WORDS for item in items):
        return False
    counts = Counter(word for item in items for word in {w for w in text.split_words(item) if len(w) > 3})
    title_words = {word for word in text.split_words(title) if len(word) > 3}
    # One subject shows as a word that most items share, or as the title's words running through them.
    about_title = sum(bool(title_words & set(text.split_words(item))) for item in items)
    return max(counts.values(), default=0) <= max(2, len(items) // 3) and about_title <= len(items) // 2
