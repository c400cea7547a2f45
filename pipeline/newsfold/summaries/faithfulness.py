"""Whether a written summary says only what its sources say: every number and every name in it must stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsfold import terms, text
from newsfold.summaries.ngrams import stem

_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
_SPELLED = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_COMMON = 5.5  # Zipf value: such a word opens a sentence with its capital and is no name; "America" has less


def unsupported(summary: str, sources: Iterable[str], language: str) -> list[str]:
    """The numbers and names of a summary that none of its sources has, in order, each once.

    Numbers are compared without their separators, and up to twelve also spelled out in English; names word by word,
    without case and possessives. A capitalised word that opens a sentence counts as a name where it is no common word
    of the language, nor another form of a word in the sources. What is right in other words, such as "two dozen" for
    24, is doubted too: a check that errs on that side costs a summary, never a reader's trust.

    Args:
        summary: the text to check.
        sources: titles and texts that it was made from.
        language: ISO 639-1, in which it is written.
    """
    whole = "\n".join(sources)
    known = set(text.split_words(whole))
    stems = {stem(word) for word in known}
    numbers = {_plain(number) for number in _NUMBER.findall(whole)}
    numbers |= {str(value) for value, word in enumerate(_SPELLED) if word in known}
    doubts = [number for number in _NUMBER.findall(summary) if _plain(number) not in numbers]
    for sentence in text.split_sentences(summary, language):
        for place, word in enumerate(text.split_cased_words(sentence)):
            folded = word.casefold()
            if not word[0].isupper() or folded in known or word.isdigit():
                continue
            opens = not place and (stem(folded) in stems or terms.commonness(folded, language) >= _COMMON)
            if len(word) > 1 and not opens:
                doubts.append(word)
    return list(dict.fromkeys(doubts))


def _plain(number: str) -> str:
    """A number's digits; `1,300` and `1.300` are one, as are `3.50` and `350`: a slip that no reader makes."""
    return re.sub(r"[.,]", "", number).lstrip("0") or "0"
