"""Faithfulness of a written summary: every number and every name in it must be in its sources."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsfold import text
from newsfold.summaries.languages import list_entries
from newsfold.summaries.lexicon import stem
from newsfold.vocabulary import zipf_frequency

_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
_COMMON_ZIPF = 5.5  # such a word opens a sentence with its capital and is not a name; "America" has less


def find_unsupported(summary: str, sources: Iterable[str], language: str) -> list[str]:
    """Return the numbers and names of a summary that none of its sources has, in order, each once.

    Numbers are compared without their separators, and up to twelve also spelled out in English; names word by word,
    without case and possessives. A capitalised word that opens a sentence counts as a name unless it is a common word
    of the language or another form of a word in the sources. A paraphrase such as "two dozen" for 24 is reported too:
    a false alarm costs a summary, an oversight a reader's trust.

    Args:
        summary: the text to check.
        sources: titles and texts that it was made from.
        language: the summary's language, ISO 639-1.
    """
    whole = "\n".join(sources)
    known = set(text.split_words(whole))
    stems = {stem(word) for word in known}
    numbers = {_strip_separators(number) for number in _NUMBER.findall(whole)}
    numbers |= {str(value) for value, word in enumerate(list_entries("number_words", "en")) if word in known}
    unsupported = [number for number in _NUMBER.findall(summary) if _strip_separators(number) not in numbers]
    for sentence in text.split_sentences(summary, language):
        for position, word in enumerate(text.split_cased_words(sentence)):
            folded = word.casefold()
            if not word[0].isupper() or folded in known or word.isdigit():
                continue
            is_plain = stem(folded) in stems or zipf_frequency(folded, language) >= _COMMON_ZIPF
            if len(word) > 1 and (position or not is_plain):
                unsupported.append(word)
    return list(dict.fromkeys(unsupported))


def _strip_separators(number: str) -> str:
    """Return a number's digits; `1,300` equals `1.300`, and `3.50` equals `350`: a slip that no reader makes."""
    return re.sub(r"[.,]", "", number).lstrip("0") or "0"
