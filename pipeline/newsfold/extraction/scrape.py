"""Plain text scrapes: a title line, then an article among the furniture of a page that is gone."""

from __future__ import annotations

import re

from newsfold import text, times
from newsfold.extraction import bylines, captions, datelines, lines, page_furniture
from newsfold.extraction.parsed_text import ParsedText

_MAX_TITLE_CHARACTERS = 200
_MAX_LINES_BEFORE_TITLE = 5
_WRAPPED = range(40, 111)  # characters of a line in hard-wrapped text
_ABBREVIATION = re.compile(r"\b(?:[A-Z]\.|[A-Z][a-z]{0,4}\.)$")


def parse_scrape(scraped: str) -> tuple[str, ParsedText]:
    """Parse a decoded scrape.

    Returns:
        The title, empty if the text has nothing like one; and the parsed text.
    """
    title, rest = split_title(split_paragraphs(text.normalise(scraped)))
    return title, lines.parse_lines(rest, is_scrape=True)


def split_paragraphs(normalised: str) -> list[str]:
    """Split a normalised text into paragraphs: its lines, with hard-wrapped ones joined again."""
    paragraphs: list[str] = []
    for block in re.split(r"\n\n+", normalised):
        block_lines = [line for line in block.split("\n") if line]
        paragraphs += [" ".join(block_lines)] if _is_hard_wrapped(block_lines) else block_lines
    return paragraphs


def split_title(paragraphs: list[str]) -> tuple[str, list[str]]:
    """Split the title line from the other lines; the title is empty if the first lines are running text already.

    Bylines, dates and captions may stand before a title; they stay among the other lines.
    """
    for at, line in enumerate(paragraphs[:_MAX_LINES_BEFORE_TITLE]):
        if captions.is_caption(line) or times.find_line_date(line) or bylines.parse_byline(line, require_by=True):
            continue
        if is_title(line):
            others = paragraphs[:at] + paragraphs[at + 1 :]
            # Scrapes often hold the title twice, as the page's title and as its headline.
            return line, [other for other in others if text.split_words(other) != text.split_words(line)]
        break
    return "", paragraphs


def is_title(line: str) -> bool:
    """Return whether a line is short, and neither ends like a sentence nor opens with a dateline."""
    if len(line) > _MAX_TITLE_CHARACTERS or datelines.parse_dateline(line):
        return False
    return not page_furniture.ends_sentence(line) or line.endswith(("?", "!", "…")) or bool(_ABBREVIATION.search(line))


def _is_hard_wrapped(block: list[str]) -> bool:
    if len(block) < 2 or not all(len(line) in _WRAPPED for line in block[:-1]) or len(block[-1]) >= _WRAPPED.stop:
        return False
    if bylines.parse_byline(block[-1], require_by=True):
        return False
    return sum(line[0].islower() for line in block[1:]) * 2 >= len(block) - 1
