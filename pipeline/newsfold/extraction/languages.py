"""The language of an article: as declared, read as ISO 639-1, unless its text is clearly in another one."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from newsfold import text
from newsfold.extraction import word_lists
from newsfold.extraction.language_detection import detect_language, list_close_languages
from newsfold.vocabulary import list_common_words

_SEPARATOR = re.compile(r"[^\w'’]+|_")
_MIN_NAME_CHARACTERS = 4  # of a name among other words: "Brazilian Portuguese"
_NO_LANGUAGE_TAGS = ("x", "i", "art", "qaa")  # BCP 47: private use, and tags from before it
SAMPLE_CHARACTERS = 1000  # of an article that are looked at
_OPENING_CHARACTERS = 3000  # of a body, with its links
_URL = re.compile(r"(?:https?://|www\.)\S+")
_LINK_SIGNS = ("://", "www.", "#", "@")  # in all of these
_TAG = re.compile(r"[#@](?<!\w.)\w+")  # the mark first: it is looked for faster than what is before it
_MIN_LETTERS = 6  # of a text whose script tells that its language is not the declared one
_LETTERS_PER_CHARACTER = {"cjk": 3, "hangul": 3, "hiragana": 2, "katakana": 2}
_MIN_SCRIPT_SHARE = 0.6
_OTHER_LETTER = re.compile(r"[^\W\d_A-Za-z\u00aa\u00ba\u00c0-\u02af\u1e00-\u1eff]")  # not Latin
_MIN_OTHER_LETTERS = 2  # Chinese characters, which count three times
_MIN_WORDS = 10  # of a text whose words tell it
_FEW_CHARACTERS = 150  # in which most texts have them
_MIN_PROBABILITY = 0.9  # of its language, or of those that are close to it
_MAX_DECLARED_PROBABILITY = 0.01  # of the declared one
_COMMON = 6.0  # Zipf: words that are at least every thousandth in running text
_MIN_COMMON_SHARE = 0.3  # of these among a text's words: most texts in their language, hardly one in another has it
_MIN_PART_ODDS = 2.0  # of the likeliest language of a part of a text against the next
_PART_CHARACTERS = 60  # of a part of a text that must not be in the declared language


def choose_language(declared: Sequence[str | None], title: str, body: str) -> str:
    """Choose the language of an article.

    Args:
        declared: the languages that its source and its page name, the more reliable first.
        title: its title, or an empty text.
        body: its text, or an empty one.

    Returns:
        The ISO 639-1 code of the first declared language that is one, unless the text is clearly in another; without
        any, that of the text; `und` if nothing tells, or if ISO 639-1 has no code for it.
    """
    sample = _sample_text(title, body)
    detect = functools.cache(lambda: detect_language(sample))
    codes = [code for printed in declared if (code := _parse_with_text(printed, detect))]
    if not codes:
        return detect()
    code = codes[0]
    if len(set(codes)) > 1 and detect() in {*codes} - {text.UNKNOWN_LANGUAGE}:
        code = detect()
    if _is_in_other_script(sample, code):
        found = detect()
        return found if found != text.UNKNOWN_LANGUAGE else _find_language_of_script(sample)
    return _find_contradicting_language(sample, title, code, detect) or code


@functools.lru_cache(maxsize=1024)
def parse_language(declared: str | None) -> str | None:
    """Return the ISO 639-1 code of a declared language, or None if it is not one.

    Args:
        declared: a tag (BCP 47: `en-GB`, `zh-Hant`), a locale (`en_US.UTF-8`), a code of ISO 639-2 or 639-3 (`eng`,
            `cmn`), an English or its own name (`German`, `Deutsch`), or a usual mistake (`jp`).

    Returns:
        The code; `und` for a language that ISO 639-1 has no code for.
    """
    name = unicodedata.normalize("NFC", (declared or "").strip().casefold())
    codes = _load_codes()
    if name in codes:
        return codes[name]
    parts = [part for part in _SEPARATOR.split(name) if part]
    if not parts or parts[0] in _NO_LANGUAGE_TAGS:
        return None
    if parts[0] in codes:
        return codes[parts[0]]
    return next((codes[part] for part in parts if len(part) >= _MIN_NAME_CHARACTERS and part in codes), None)


def remove_links(body: str) -> str:
    """Return a body without hashtags and the lines that link to a page: these are hardly its own words."""
    return _TAG.sub(" ", "\n".join(line for line in body.split("\n") if not _URL.search(line)))


def _sample_text(title: str, body: str) -> str:
    """Return the beginning of a text, without links if anything else is left."""
    opening = body[:_OPENING_CHARACTERS]
    printed = " ".join(f"{title} {opening[:SAMPLE_CHARACTERS]}".split())[:SAMPLE_CHARACTERS]
    if not any(sign in title or sign in opening for sign in _LINK_SIGNS):
        return printed
    sample = " ".join(f"{_TAG.sub(' ', title)} {remove_links(opening)}".split())[:SAMPLE_CHARACTERS]
    return sample if text.has_words(sample) else printed


def _parse_with_text(declared: str | None, detect: Callable[[], str]) -> str | None:
    """Parse a declared language; a code that is taken for a country's, too, by the language of the text."""
    parts = [part for part in _SEPARATOR.split((declared or "").casefold()) if part]
    taken_for = _load_lists()["if_text_agrees"].get(parts[0], ()) if parts else ()
    if taken_for and detect() in taken_for:
        return detect()
    return parse_language(declared)


def _find_contradicting_language(sample: str, title: str, declared: str, detect: Callable[[], str]) -> str | None:
    """Return the language of a text that is clearly not in the declared one, else None.

    Its probability must be high, neither the title nor any part of the text may be clearly in the declared language,
    and half of the parts must be in the other: languages may be mixed, as in an English title above a quotation in
    Filipino.
    The language is `und` if close ones cannot be told apart.
    """
    if declared == text.UNKNOWN_LANGUAGE:
        return None
    if text.count_words(sample[:_FEW_CHARACTERS]) < _MIN_WORDS and text.count_words(sample) < _MIN_WORDS:
        return None
    if _has_words_of(sample, declared):
        return None
    probabilities = dict(text.rank_languages(sample))
    alike = list_close_languages(next(iter(probabilities)))
    if declared in alike or probabilities.get(declared, 0.0) > _MAX_DECLARED_PROBABILITY:
        return None
    if sum(probabilities.get(code, 0.0) for code in alike) < _MIN_PROBABILITY:
        return None
    ranked = [text.rank_languages(part)[:2] for part in [title, *_split_evenly(sample)]]
    in_declared = any(code == declared and odds > _MIN_PART_ODDS * next_odds for (code, odds), (_, next_odds) in ranked)
    n_in_others = sum(first in alike for (first, _), _ in ranked[1:])
    is_throughout = not in_declared and 2 * n_in_others >= len(ranked)
    return detect() if is_throughout else None


def _has_words_of(sample: str, language: str) -> bool:
    """Return whether so many words of a text are the most common ones of a language that it is no other: cheaply."""
    common = list_common_words(language, _COMMON)
    words = text.split_words(sample)
    return sum(map(common.__contains__, words)) >= _MIN_COMMON_SHARE * len(words)


def _split_evenly(sample: str) -> list[str]:
    """Split a text between words into parts of some characters each, two at least."""
    n_parts = max(2, len(sample) // _PART_CHARACTERS)
    bounds = [sample.find(" ", len(sample) * part // n_parts) for part in range(1, n_parts)]
    cuts = [0, *(cut for cut in bounds if cut > 0), len(sample)]
    return [sample[start:end] for start, end in itertools.pairwise(cuts) if end > start]


def _is_in_other_script(sample: str, language: str) -> bool:
    """Return whether a text is in scripts, other than Latin, that its language is never written in."""
    if language == text.UNKNOWN_LANGUAGE or sample.isascii() or len(_OTHER_LETTER.findall(sample)) < _MIN_OTHER_LETTERS:
        return False
    counts = Counter(_iterate_scripts(sample))
    scripts = _load_lists()["scripts"]
    foreign = {
        script: n_letters
        for script, n_letters in counts.items()
        if script != "latin" and script in scripts and language not in scripts[script]
    }
    n_letters = sum(n * _LETTERS_PER_CHARACTER.get(script, 1) for script, n in foreign.items())
    return n_letters >= _MIN_LETTERS and sum(foreign.values()) >= _MIN_SCRIPT_SHARE * counts.total()


def _find_language_of_script(sample: str) -> str:
    """Return the only language that is written in the script of a text, or `und`."""
    counts = Counter(_iterate_scripts(sample))
    languages = _load_lists()["scripts"].get(max(counts, key=lambda script: (counts[script], script)), ())
    return languages[0] if len(languages) == 1 else text.UNKNOWN_LANGUAGE


def _iterate_scripts(sample: str) -> Iterator[str]:
    return (text.find_script(char) for char in sample if char.isalpha())


@functools.cache
def _load_codes() -> Mapping[str, str]:
    lists = _load_lists()
    codes = {name: code for code, names in lists["names"].items() for name in [code, *names]}
    codes |= {name: code for code, names in lists["mistaken"].items() for name in names}
    return codes | dict.fromkeys(lists["others"], text.UNKNOWN_LANGUAGE)


def _load_lists() -> Mapping[str, Any]:
    return word_lists.load_lists("languages")
