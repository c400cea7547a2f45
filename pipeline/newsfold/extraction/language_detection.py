"""Detection of a text's language: by its letters (py3langid), and by its words where the letters leave a doubt.

In a short title the letters of close languages are much alike (Danish and Norwegian, Indonesian and Malay), and so are
those of a text that mixes its language with English, as Filipino ones do. Its most frequent words then decide.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping, Sequence

from newsfold import text
from newsfold.extraction import word_lists
from newsfold.vocabulary import list_word_frequencies

_SAMPLE_CHARACTERS = 1000
_MIN_WORDS = 4
_COMMON = math.log(1e-4)  # share of running text, of words whose letters are those of a language's script
_MIN_ODDS = 2.0  # of the likeliest language against the next; with less it is undetermined
_MAX_CONTENDERS = 6
_MIN_CONTENDER_ODDS = 1e-4  # against the likeliest language
_WORD_WEIGHT = 0.3  # of the evidence of words: chosen on bare titles in nine languages and translated interface texts
_MARKER_WEIGHT = 1.5  # of each word that only one of some close languages has
_UNLISTED_PENALTY = 2.0  # of a language whose words are not known, unless those of one that is close to it are
_UNLISTED_WORD = math.log(1e-7)
_QUOTATION = re.compile(r'"[^"]*(?:"|$)|“[^”]*(?:”|$)|«[^»]*(?:»|$)|„[^“”]*(?:[“”]|$)')


def detect_language(sample: str) -> str:
    """Return the ISO 639-1 code of a text's language, or `und` if the text is too short or unclear.

    What it quotes does not count, if enough is left: a report may quote in another language.
    """
    sample = " ".join(sample.split())[:_SAMPLE_CHARACTERS]
    unquoted = _QUOTATION.sub(" ", sample)
    if len(_split_words(unquoted)) >= _MIN_WORDS:
        sample = unquoted
    words = _split_words(sample)
    if len(words) < _MIN_WORDS:
        return text.UNKNOWN_LANGUAGE
    ranked = text.rank_languages(sample)[:_MAX_CONTENDERS]
    scores = {code: math.log(share) for code, share in ranked if share > _MIN_CONTENDER_ODDS * ranked[0][1]}
    if len(scores) == 1:
        return ranked[0][0]
    weights = _weigh_words(words, list(scores))
    first, second = sorted(scores, key=lambda code: (-scores[code] - weights[code], code))[:2]
    margin = scores[first] + weights[first] - scores[second] - weights[second]
    return first if margin >= math.log(_MIN_ODDS) else text.UNKNOWN_LANGUAGE


@functools.cache
def list_close_languages(language: str) -> frozenset[str]:
    """Return the languages that are hardly distinguished from a language, itself among them."""
    groups = word_lists.load_lists("languages")["close"].values()
    return frozenset([language, *(code for group in groups if language in group for code in group)])


def _split_words(sample: str) -> list[str]:
    return [word for word in text.split_words(sample) if not word.isnumeric()]


def _weigh_words(words: Sequence[str], contenders: Sequence[str]) -> dict[str, float]:
    """Return what the words of a text say for each of some languages, as a logarithm of odds."""
    listed = {code: _weigh_frequencies(words, code) for code in contenders if _is_listed(code, words)}
    best = max(listed.values(), default=0.0)
    weights = {}
    for code in contenders:
        close = [listed[other] for other in listed if other in list_close_languages(code)]
        unlisted = best - _UNLISTED_PENALTY / _WORD_WEIGHT if listed and not list_word_frequencies(code) else best
        evidence = listed.get(code, max(close, default=unlisted))
        n_missing = _count_missing_markers(words, code, contenders)
        weights[code] = _WORD_WEIGHT * (evidence - best) - _MARKER_WEIGHT * n_missing
    return weights


def _is_listed(language: str, words: Sequence[str]) -> bool:
    """Return whether the common words of a language are known in the script of these words."""
    return not _list_letters(language).isdisjoint(char for word in words for char in word)


@functools.cache
def _list_letters(language: str) -> frozenset[str]:
    shares = list_word_frequencies(language)
    return frozenset(char for word, share in shares.items() if share >= _COMMON for char in word)


def _weigh_frequencies(words: Sequence[str], language: str) -> float:
    frequencies = list_word_frequencies(language)
    return sum(frequencies.get(word, _UNLISTED_WORD) for word in words)


def _count_missing_markers(words: Sequence[str], language: str, contenders: Sequence[str]) -> int:
    """Count the words that another contender, close to a language, has and it does not, beyond those of its own."""
    n_missing = 0
    for group in _load_markers():
        if language in group:
            n_words = {code: sum(word in group[code] for word in words) for code in contenders if code in group}
            n_missing += max(n_words.values()) - n_words[language]
    return n_missing


@functools.cache
def _load_markers() -> Sequence[Mapping[str, frozenset[str]]]:
    groups = word_lists.load_lists("languages")["markers"].values()
    return [{code: frozenset(entries) for code, entries in group.items()} for group in groups]
