"""Page furniture, the lines around an article that are not part of it: comment forms, share buttons, related links."""

from __future__ import annotations

import functools
import re

from newsfold import text
from newsfold.extraction import word_lists

_COMMENT_FORM = re.compile(word_lists.load_alternatives("page_furniture", "comment_forms"), re.IGNORECASE)
_COMMENT_SENTENCE = re.compile(word_lists.load_alternatives("page_furniture", "comment_sentences"), re.IGNORECASE)
_WIDGET = re.compile(word_lists.load_alternatives("page_furniture", "widgets"), re.IGNORECASE)
_TRAILING_PUNCTUATION = re.compile(r"[\s:…\.\-–—»>*#|]+$")
_SENTENCE_ENDS = tuple(".!?…。！？؟।")
_CLOSING_MARKS = "\"'”’»)]"
_MAX_CHARACTERS = 100
_MIN_ARTICLE_WORDS = 25  # before a comment form: a page may open with "Leave a comment"


def split_at_furniture(lines: list[str], *, at_widgets: bool) -> tuple[list[str], list[str]]:
    """Split a text where its article ends.

    Args:
        lines: the paragraphs of one text.
        at_widgets: end the article also at share buttons and related links, if at most half as much prose follows.

    Returns:
        The article's lines, without single lines of furniture; and the lines between the article and the comments,
        which may still hold facts about it (categories, dates).
    """
    end = len(lines)
    for at, line in enumerate(lines):
        if _is_furniture(line, _COMMENT_FORM) and _count_prose_words(lines[:at]) >= _MIN_ARTICLE_WORDS:
            end = at
            break
    if not at_widgets:
        return lines[:end], []
    for at in range(end):
        if not _is_furniture(lines[at], _WIDGET):
            continue
        before, after = _count_prose_words(lines[:at]), _count_prose_words(lines[at + 1 : end])
        if before >= _MIN_ARTICLE_WORDS and after < before / 2:
            return _remove_furniture(lines[:at]), lines[at + 1 : end]
    return _remove_furniture(lines[:end]), []


def is_prose(line: str) -> bool:
    """Return whether a line is running text: at least six words that end like a sentence, or over 40 words."""
    n_words = _count_words(line)
    return n_words > 40 or (n_words >= 6 and ends_sentence(line))


def ends_sentence(line: str) -> bool:
    """Return whether a line ends with a full stop, question or exclamation mark; quotes and brackets may follow it."""
    return line.rstrip(_CLOSING_MARKS).endswith(_SENTENCE_ENDS)


@functools.lru_cache(maxsize=1024)  # several rules ask about each line
def _count_words(line: str) -> int:
    spaced = line.count(" ") + 1
    # Scripts without spaces have few of them, however long the line.
    return spaced if spaced > len(line) / 12 else len(text.split_words(line))


def _count_prose_words(lines: list[str]) -> int:
    return sum(_count_words(line) for line in lines if is_prose(line))


def _is_furniture(line: str, pattern: re.Pattern[str]) -> bool:
    if len(line) > _MAX_CHARACTERS or not pattern.fullmatch(_TRAILING_PUNCTUATION.sub("", line)):
        return False
    # "No comment on the deal came." and "More in sorrow than in anger." are sentences of an article.
    return not ends_sentence(line) or line.endswith(("...", "…")) or bool(_COMMENT_SENTENCE.match(line))


def _remove_furniture(lines: list[str]) -> list[str]:
    return [line for line in lines if not _is_furniture(line, _WIDGET) and not _is_furniture(line, _COMMENT_FORM)]
