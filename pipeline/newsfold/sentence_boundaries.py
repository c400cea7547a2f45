"""Where sentences end: the splits of a general splitter, mended for what news prints.

`sentencex` knows the ends of sentences in many scripts, and some abbreviations of each language. It splits names that
end in a mark (a magazine called "Which?"), initials after a hyphen ("R-S.C."), and a quotation from its speaker.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from pathlib import Path

from sentencex import segment

from newsfold.word_lists import load_word_lists

# Three dots before a capital, and a bracket that holds a whole sentence: the splitter joins what follows to them.
_MISSED = re.compile(r"((?:…|\.\.\.)[\"”’)]*|[.!?]\))\s+(?=(\w))")
_OPENED_AS_SENTENCE = re.compile(r"(?:^|[.!?…][\"”’]?\s)\([^()]*$")
_QUOTED_CALL = re.compile(r"[!?…][\"”’»]$")
_INITIALS = re.compile(r"(?:.*[/–—-])?[^\W\d_a-z]")
_OPENING_MARKS = "(“‘\"'«["
_MAX_ABBREVIATION = 12
_FIRST_WORD = re.compile(r"[\w’'-]+")
_SPEAKER = r"(?:[^\W\d_a-z][\w.’'-]* ){0,4}"


def split_paragraph(paragraph: str, language: str) -> list[str]:
    """Return the sentences of a paragraph, in order, as printed but for spaces at their ends.

    Args:
        paragraph: a text without newlines.
        language: a code that `sentencex` knows (ISO 639-1); it splits others by the rules of English.
    """
    parts = segment(language, paragraph)
    if len(parts) == 1 and not _may_miss(paragraph):
        return list(filter(None, [paragraph.strip()]))
    spans: list[tuple[int, int]] = []
    for start, end in _find_spans(paragraph, parts):
        if spans and _belongs_together(paragraph[spans[-1][0] : spans[-1][1]], paragraph[start:end]):
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return [paragraph[start:end] for start, end in spans]


def _may_miss(paragraph: str) -> bool:
    """Return whether the splitter may have missed the end of a sentence."""
    return "…" in paragraph or "..." in paragraph or ")" in paragraph


def _find_spans(paragraph: str, parts: Iterable[str]) -> Iterable[tuple[int, int]]:
    end = 0
    may_miss = _may_miss(paragraph)
    for part in parts:
        stripped = part.strip()
        if not stripped:
            continue
        start = paragraph.find(stripped, end)
        end = start + len(stripped)
        first = start
        for gap in _MISSED.finditer(stripped) if may_miss else ():
            before = stripped[: gap.end(1)]
            if gap[2].isupper() and (before[-1] != ")" or _OPENED_AS_SENTENCE.search(before[:-1])):
                yield start, first + gap.end(1)
                start = first + gap.end()
        yield start, end


def _belongs_together(last: str, following: str) -> bool:
    """Return whether the splitter cut inside a sentence."""
    if "(" in last and last.count("(") > last.count(")") and following.count(")") > following.count("("):
        return True
    # A name in small letters ("iPad") has its capital at the second place.
    if following[0].islower() and not following[1:2].isupper():
        return True
    if last[-1] != ".":
        return _QUOTED_CALL.search(last) is not None and _speech_pattern().match(following) is not None
    word = last[last.rfind(" ") + 1 : -1].lstrip(_OPENING_MARKS)
    if len(word) > _MAX_ABBREVIATION:
        return False
    abbreviations = _list_words("abbreviations")
    # Ranks are composed: MSgt, PCol.
    if word in abbreviations or (word[:2].isupper() and word[1:] in abbreviations) or _INITIALS.fullmatch(word):
        return True
    if following[0].isdigit():
        return word in _list_words("before_numbers")
    first = _FIRST_WORD.match(following)
    return word in _list_words("times_of_day") and first is not None and first[0] in _list_words("after_times")


@functools.cache
def _list_words(kind: str) -> frozenset[str]:
    """Return the words of a kind of list in all languages."""
    lists = load_word_lists(Path(__file__).with_suffix(".yaml"))
    return frozenset(word for of_language in lists.values() for word in of_language.get(kind, ()))


@functools.cache
def _speech_pattern() -> re.Pattern[str]:
    return re.compile(rf"{_SPEAKER}(?:{'|'.join(sorted(_list_words('speech_verbs')))})\b")
