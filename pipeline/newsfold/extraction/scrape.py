"""Plain text scrapes: a title line, then an article among the furniture of a page that is gone."""

from __future__ import annotations

import re

from newsfold import text
from newsfold.extraction import datelines, lines, page_furniture
from newsfold.extraction.lines import Told

_LONGEST_TITLE = 200
_LINES_BEFORE_TITLE = 5
_WRAPPED = range(40, 111)  # characters of a line in hard-wrapped text
_ABBREVIATION = re.compile(r"\b(?:[A-Z]\.|[A-Z][a-z]{0,4}\.)$")


def read(scraped: str) -> tuple[str, Told]:
    """The title of a scrape and what its lines told.

    Args:
        scraped: the decoded text.

    Returns:
        The title, empty where the text has nothing like one; body and facts.
    """
    found = paragraphs(scraped)
    title, rest = split_title(found)
    told = lines.read(rest, scrape=True)
    return title, told


def paragraphs(scraped: str) -> list[str]:
    """The paragraphs of a text: its lines, with hard-wrapped ones joined again."""
    joined: list[str] = []
    for block in re.split(r"\n\s*\n", text.normalise(scraped)):
        block_lines = [line for line in block.split("\n") if line]
        joined += [" ".join(block_lines)] if _is_wrapped(block_lines) else block_lines
    return joined


def split_title(found: list[str]) -> tuple[str, list[str]]:
    """The title line and the other lines; an empty title where the first lines are running text already.

    Bylines, dates and captions may stand before a title; they stay among the other lines.
    """
    for at, line in enumerate(found[:_LINES_BEFORE_TITLE]):
        if lines.is_caption(line) or lines.date_of(line) or lines.byline(line, prefixed=True):
            continue
        if is_title(line):
            others = found[:at] + found[at + 1 :]
            # Scrapes often hold the title twice, as the page's title and as its headline.
            return line, [one for one in others if text.split_words(one) != text.split_words(line)]
        break
    return "", found


def is_title(line: str) -> bool:
    """Short, and neither ends like a sentence nor opens with a dateline."""
    if len(line) > _LONGEST_TITLE or datelines.split(line):
        return False
    return not page_furniture.ends_sentence(line) or line.endswith(("?", "!", "…")) or bool(_ABBREVIATION.search(line))


def _is_wrapped(block: list[str]) -> bool:
    if len(block) < 2 or not all(len(line) in _WRAPPED for line in block[:-1]) or len(block[-1]) >= _WRAPPED.stop:
        return False
    if lines.byline(block[-1], prefixed=True):
        return False
    return sum(line[0].islower() for line in block[1:]) * 2 >= len(block) - 1
