"""Detecting the encoding of a text from before Unicode, by its words.

Nearly any bytes decode in most of these encodings, but only in the right one do they make words. Each encoding's
reading of a text is judged by the probability that it is in a language that was written so, by the share of common
words, and by characters and mixtures of scripts that texts do not have.
"""

from __future__ import annotations

import codecs
import functools
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from newsfold import text
from newsfold.word_lists import load_word_lists

DEFAULT = "cp1252"  # as in browsers
_TAG = re.compile(rb"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_MAX_BYTES = 3000  # of lines with other bytes than ASCII: enough to tell
# A word; in scripts without spaces (Han, kana, Hangul with its particles) a character.
_UNIT = re.compile(
    "[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff66-\uff9f]"
    # Accents and vowel signs of Hebrew, Arabic and Thai belong to the letters before them.
    "|(?:[^\\W_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0670\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])+"
)
_UNSPACED_LANGUAGES = frozenset({"ja", "ko", "zh"})
_ODD_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Lm", "No", "Sc", "Sk", "Sm", "So"})
_REPLACEMENT_WEIGHT = 5  # of U+FFFD among odd characters
_THAI_VOWEL = re.compile("[\u0e31\u0e34-\u0e3a\u0e40-\u0e44\u0e47-\u0e4e]")
_THAI_VOWEL_IN_PLACE = re.compile(
    "(?<=[\u0e01-\u0e2e\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|[\u0e40-\u0e44](?=[\u0e01-\u0e2e])"
)
_WORDFREQ_CODES = {"bs": "sh", "hr": "sh", "no": "nb", "nn": "nb", "sr": "sh", "tl": "fil"}
_N_COMMON_WORDS = 3000  # whose characters are the common ones of an unspaced language
_MIN_CONSISTENCY = 0.3  # of characters and words in place, in a reading that is looked at further
_UNLISTED_SHARE = 0.25  # of common words, in a language whose words are not listed
_MIN_WORD_WEIGHT = 0.3
_CONTENDER_SHARE = 0.7  # of the best score: readings that their words decide between
_OVERRULING_SCORE = 2.0  # times the score of what is declared
_GARBLED_SHARE = 0.9  # of the consistency of another reading
_OVERRULING_WORDS = 3.0  # times as many common words, of those that the two readings do not share
_MIN_OVERRULING_WORDS = 2
_MIN_WORDS = 4  # with letters beyond ASCII, in a text that can overrule what is declared


class _Reading:
    """A text as one encoding reads it."""

    def __init__(self, sample: bytes, codec: str) -> None:
        self.text = codecs.getincrementaldecoder(codec)("replace").decode(sample)
        units = _UNIT.findall(self.text)
        self.n_units = len(units)
        self.units = [unit for unit in units if not unit.isascii()]
        self.consistency = self._rate_characters() * (1 - self._rate_mixtures())
        self.languages = dict(text.rank_languages(self.text)) if self.consistency > _MIN_CONSISTENCY else {}
        self._language = next(iter(self.languages), text.UNKNOWN_LANGUAGE)

    def rate(self, languages: Sequence[str]) -> float:
        """Return how likely the reading is, 0 to 1, if the text is in one of these languages."""
        return self.consistency * sum(self.languages.get(code, 0.0) for code in languages)

    def weigh_words(self) -> float:
        """Return a weight by the share of common words among those with letters beyond ASCII."""
        if self._language == "th":
            n_vowels = len(_THAI_VOWEL.findall(self.text))
            return _MIN_WORD_WEIGHT + len(_THAI_VOWEL_IN_PLACE.findall(self.text)) / max(1, n_vowels) / 2
        if not self.units or not _list_common(self._language):
            return _MIN_WORD_WEIGHT + _UNLISTED_SHARE
        return _MIN_WORD_WEIGHT + self.count_common(self.units) / len(self.units)

    def count_common(self, units: Sequence[str]) -> int:
        """Count the common words of the likeliest language among some words."""
        common = _list_common(self._language)
        if self._language == "sr":
            from wordfreq.transliterate import SR_LATN_TABLE

            units = [unit.translate(SR_LATN_TABLE) for unit in units]
        return sum(unit.casefold() in common for unit in units)

    def _rate_mixtures(self) -> float:
        return sum(map(_is_mixed, self.units)) / max(1, len(self.units))

    def _rate_characters(self) -> float:
        others = [char for char in self.text if not char.isascii()]
        n_odd = sum(unicodedata.category(char) in _ODD_CATEGORIES for char in others)
        return max(0.0, 1 - (n_odd + (_REPLACEMENT_WEIGHT - 1) * others.count("\ufffd")) / max(1, len(others)))


def choose_encoding(sample: bytes, declared: Sequence[str], *, is_markup: bool) -> str:
    """Choose the encoding of a text that is not UTF-8.

    Args:
        sample: its first bytes.
        declared: codecs that the document or its server names, best first; one of them is taken unless another reads
            the text far better.
        is_markup: whether tags are to be passed over.

    Returns:
        The name of a codec; windows-1252 if nothing tells.
    """
    evidence = _take_evidence(sample, is_markup=is_markup)
    languages_by_codec = _load_languages()
    readings = {codec: _Reading(evidence, codec) for codec in dict.fromkeys([*declared, *languages_by_codec])}
    scores = {codec: readings[codec].rate(languages) for codec, languages in languages_by_codec.items()}
    best = max(scores.values())
    contenders = [codec for codec, score in scores.items() if score >= _CONTENDER_SHARE * best]
    weighed = {codec: scores[codec] * readings[codec].weigh_words() for codec in contenders}
    likeliest = max(weighed, key=lambda codec: weighed[codec]) if best > 0 else DEFAULT
    if not declared:
        return DEFAULT if _is_western_word(readings[DEFAULT]) else likeliest
    # A text in any language may stand in what is declared, such as an English one with a few Russian names.
    declared_scores = {
        codec: readings[codec].rate([*readings[codec].languages][:1]) * readings[codec].weigh_words()
        for codec in declared
    }
    preferred = max(declared, key=lambda codec: declared_scores[codec])
    reading, other = readings[likeliest], readings[preferred]
    # In a text that is mostly ASCII the language says little about the other letters.
    is_garbled = other.consistency < _GARBLED_SHARE * reading.consistency
    is_likelier = weighed.get(likeliest, 0.0) > _OVERRULING_SCORE * declared_scores[preferred]
    is_overruled = is_likelier and (is_garbled or reading.weigh_words() > other.weigh_words())
    is_overruled = is_overruled or _has_better_words(reading, other)
    return likeliest if is_overruled and len(reading.units) >= _MIN_WORDS else preferred


def _is_western_word(reading: _Reading) -> bool:
    """Return whether a text is a word or two, which decide nothing, with few letters beyond ASCII."""
    letters = [char for unit in reading.units for char in unit]
    n_ascii = sum(char.isascii() for char in letters)
    return reading.n_units < _MIN_WORDS and reading.consistency == 1 and 2 * n_ascii >= len(letters)


def _has_better_words(reading: _Reading, other: _Reading) -> bool:
    """Return whether far more of the words are common ones, of those that only one of two readings has."""
    units, other_units = Counter(reading.units), Counter(other.units)
    n_common = reading.count_common([*(units - other_units).elements()])
    n_common_in_other = other.count_common([*(other_units - units).elements()])
    return n_common >= max(_MIN_OVERRULING_WORDS, _OVERRULING_WORDS * n_common_in_other)


def _take_evidence(sample: bytes, *, is_markup: bool) -> bytes:
    """Return the first lines that hold other bytes than ASCII, without tags."""
    plain = _TAG.sub(b"\n", sample) if is_markup else sample
    evidence = b""
    for line in plain.splitlines():
        if not line.isascii():
            evidence += line.strip() + b"\n"
        if len(evidence) > _MAX_BYTES:
            break
    return (evidence or plain)[:_MAX_BYTES]


def _is_mixed(word: str) -> bool:
    """Return whether a word mixes scripts, or has capitals after small letters: wrong encodings give such words."""
    if len({text.find_script(char) for char in word} - {"combining", "digit"}) > 1:
        return True
    return any(first.islower() and second.isupper() for first, second in itertools.pairwise(word))


@functools.lru_cache(maxsize=16)
def _list_common(language: str) -> frozenset[str]:
    """Return the common words of a language, or characters of an unspaced one; none if wordfreq does not list them."""
    import wordfreq  # here, as it takes a second, and few texts are from before Unicode

    code = _WORDFREQ_CODES.get(language, language)
    if code not in wordfreq.available_languages("small"):
        return frozenset()
    if language in _UNSPACED_LANGUAGES:
        words = (word for bucket in wordfreq.get_frequency_list(code, "small") for word in sorted(bucket))
        return frozenset("".join(word for word, _ in zip(words, range(_N_COMMON_WORDS), strict=False)))
    return frozenset(wordfreq.get_frequency_dict(code, "small"))


@functools.cache
def _load_languages() -> Mapping[str, list[str]]:
    lists: Mapping[str, list[str]] = load_word_lists(Path(__file__).with_name("encodings.yaml"))["languages"]
    return lists
