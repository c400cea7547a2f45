"""Words, sentences, languages and digests of text, shared by all stages."""

from __future__ import annotations

import functools
import hashlib
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from newsfold.sentence_boundaries import split_paragraph

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Half of a surrogate pair comes from JSON that was cut within an emoji, and cannot be written to Parquet.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# Thai, kana and Han are written without spaces: each character counts as a word.
_THAI, _IDEOGRAPHS = r"\u0e00-\u0e7f", r"\u3040-\u30ff\u3400-\u9fff"
_UNSPACED = _THAI + _IDEOGRAPHS
# Vowel signs and accents (Devanagari, Arabic, …) belong to the letter before them; `\w` has letters only.
_MARKS = "".join(char for char in map(chr, range(0x2000)) if unicodedata.category(char)[0] == "M")
_MARKS = re.sub(f"[{_UNSPACED}]", "", _MARKS)
_LETTER = rf"[^\W_{_UNSPACED}]"
# Words of plain letters come first only because that is faster.
_WORD = re.compile(rf"[A-Za-z0-9]+(?!{_LETTER}|[{_MARKS}])|[{_UNSPACED}]|{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*")
# In Latin-1, words are what stands between characters that are not alphanumeric. Its texts are most of the news, and a
# table of bytes folds them ten times as fast as a regular expression finds their words.
_SENTENCE_MARKS = ".!?…"
_SENTENCE_BREAK = "\x1f"
_FOLDED_BYTES = bytes(
    ord(char.casefold() if char.isalnum() and char not in "ßµ" else " ") for char in map(chr, range(256))
)
_CASED_BYTES = bytes(ord(char if char.isalnum() else " ") for char in map(chr, range(256)))
# Marks that stand in texts that are otherwise in Latin-1; none is part of a word, and none a blank, which would end a
# sentence. And two letters of Latin-1 that fold to others.
TYPOGRAPHIC = dict.fromkeys("‘’“”–—•€", "-") | {"…": "."}
_BEFORE_FOLDING = TYPOGRAPHIC | {"ß": "ss", "µ": "μ"}
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")
_CHARACTERS_PER_WORD = {re.compile(f"[{_IDEOGRAPHS}]"): 1.6, re.compile(f"[{_THAI}]"): 4.5}
# Of two or more digits, and not the end of a word (MH17) or of a date (the 05 of 2013-06-05). What stands before the
# first digit is looked at after it, because a pattern that begins with a class of characters is searched for quickly.
_NUMBER = re.compile(rf"\d(?<![.,-]\d)(?<![^\W{_UNSPACED}]\d)[\d.,]*\d(?![^\W{_UNSPACED}])")
_GROUPED = re.compile(r"([1-9]\d{0,2}(?:([.,])\d{3}(?:\2\d{3})*))(?:(?!\2)[.,](\d+))?")
UNKNOWN_LANGUAGE = "und"  # BCP 47: undetermined
# Hardly any news is in these, but a short title of a large language is easily taken for one: Aragonese, Esperanto,
# Western Frisian, Latin, Sanskrit, Volapük, Walloon.
_RARE_LANGUAGES = ("an", "eo", "fy", "la", "sa", "vo", "wa")


def normalise(text: str) -> str:
    """Return a text in canonical Unicode (NFC) with plain spaces, without invisible characters; newlines stay."""
    if text.replace("\n", " ").isprintable() and not any(blank in text for blank in ("  ", " \n", "\n ")):
        return unicodedata.normalize("NFC", text).strip()  # no blank in it is other than a single space
    text = _normalise_characters(text.replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join([" ".join(line.split()) for line in text.split("\n")]).strip()


def normalise_line(text: str) -> str:
    """Return a text normalised and on one line: for titles and names."""
    if text.isprintable() and "  " not in text:
        return unicodedata.normalize("NFC", text).strip()
    return " ".join(_normalise_characters(text).split())


def _normalise_characters(text: str) -> str:
    if not text.isprintable():  # nothing invisible in it, and no control
        text = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", text)


def split_words(text: str) -> list[str]:
    """Return the case-folded words of a text, in order, without punctuation."""
    latin = _encode_latin(text, _BEFORE_FOLDING)
    if latin is None:
        return _WORD.findall(text.casefold())
    return latin.translate(_FOLDED_BYTES).decode("latin-1").split()


def cut_sentences(text: str) -> list[list[str]]:
    """Cut each line of a text after each mark and space that may end a sentence, in any language; some are within one.

    Returns:
        The parts of each line.
    """
    for mark in _SENTENCE_MARKS:
        text = text.replace(f"{mark} ", mark + _SENTENCE_BREAK)
    return [line.split(_SENTENCE_BREAK) for line in text.split("\n")]


def _encode_latin(text: str, replacements: Mapping[str, str]) -> bytes | None:
    """Return a text in Latin-1, to be split byte by byte; None if it has letters of other scripts."""
    if not text.isascii():
        for char, other in replacements.items():
            text = text.replace(char, other)
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def has_words(text: str) -> bool:
    """Return whether a text has any word, without splitting it."""
    return _WORD.search(text) is not None


def split_cased_words(text: str) -> list[str]:
    """Return the words of a text as `split_words` does, but in their own case."""
    latin = _encode_latin(text, TYPOGRAPHIC)
    if latin is None:
        return _WORD.findall(text)
    return latin.translate(_CASED_BYTES).decode("latin-1").split()


def word_set(words: str) -> frozenset[str]:
    """Return the words between the spaces of a string, for word lists in code."""
    return frozenset(words.split())


def count_words(text: str) -> int:
    """Count words as a reader does: between spaces ("Mr.", "40-year-old").

    In scripts without spaces, as many characters as an average word has count as one, rounded up between spaces.
    """
    if text.isascii() or not _UNSPACED_CHARACTER.search(text):
        chunks = text.split()
        return len(chunks) - sum(not has_words(chunk) for chunk in chunks if not chunk[0].isalnum())
    n_words = 0
    for chunk in text.split():
        words = _WORD.findall(chunk)
        n_characters = {script: len(script.findall(chunk)) for script in _CHARACTERS_PER_WORD}
        n_unspaced = math.ceil(sum(n / _CHARACTERS_PER_WORD[script] for script, n in n_characters.items()))
        n_words += n_unspaced + len(words) - sum(n_characters.values()) if n_unspaced else bool(words)
    return n_words


def find_numbers(text: str) -> dict[str, str]:
    """Return the numbers of two or more digits in a text by their value, as first printed.

    The value has ASCII digits and a decimal point, whatever the language of the text: `1,300`, `1.300` and `١٣٠٠` are
    all `1300`, and `3,5` is `3.5`.
    """
    numbers: dict[str, str] = {}
    for printed in _NUMBER.findall(text):
        numbers.setdefault(_parse_number(printed), printed)
    return numbers


def _parse_number(printed: str) -> str:
    ascii_digits = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in printed)
    grouped = _GROUPED.fullmatch(ascii_digits)
    if grouped is None:
        return ascii_digits.replace(",", ".")
    whole = grouped[1].replace(grouped[2], "")
    return f"{whole}.{grouped[3]}" if grouped[3] else whole


def split_sentences(text: str, language: str) -> list[str]:
    """Return the sentences of a text, in order; the end of a paragraph ends a sentence."""
    return list(iterate_sentences(text, language))


def iterate_sentences(text: str, language: str) -> Iterator[str]:
    """Yield the sentences that `split_sentences` returns, without splitting paragraphs that are not asked for."""
    code = language.split("-", maxsplit=1)[0]
    code = code if code != UNKNOWN_LANGUAGE else "en"
    for paragraph in text.split("\n"):
        if paragraph.strip():
            yield from split_paragraph(paragraph, code)


def compute_digest(*parts: str | bytes) -> str:
    """Compute a 128-bit BLAKE2b digest in hexadecimal; parts are length-prefixed, so they cannot run together."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        state.update(len(raw).to_bytes(8, "little"))
        state.update(raw)
    return state.hexdigest()


@functools.cache
def _load_language_identifier() -> Any:
    import numpy as np
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    # Codes of three letters are of dialects and creoles, which share their words with larger languages.
    codes = [code for code in identifier.labels if len(code) == 2 and code not in _RARE_LANGUAGES]
    identifier.set_languages(list(dict.fromkeys(codes)))
    identifier.nb_ptc = np.ascontiguousarray(identifier.nb_ptc)  # whose rows are read
    return identifier


def rank_languages(sample: str) -> list[tuple[str, float]]:
    """Return the ISO 639-1 codes of all detectable languages, with their probabilities (py3langid), likeliest first."""
    ranked: list[tuple[str, float]] = _load_language_identifier().rank(sample)
    return ranked


@functools.lru_cache(maxsize=10_000)
def find_script(letter: str) -> str:
    """Return the script of a letter, in small letters: `latin`, `cyrillic`, `cjk`; `?` if Unicode does not name it."""
    return unicodedata.name(letter, "?").split(" ", 1)[0].lower()


def shorten(text: str, max_characters: int) -> str:
    """Return at most `max_characters` of a text, cut at a word and with an ellipsis if it is longer."""
    if len(text) <= max_characters:
        return text
    return text[: max_characters - 1].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def format_count(n: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is one: `1 article`, `1,200 stories`."""
    if n == 1:
        return f"1 {noun}"
    ends_in_consonant_y = noun.endswith("y") and noun[-2:-1] not in "aeiou"
    return f"{n:,} {noun[:-1]}ies" if ends_in_consonant_y else f"{n:,} {noun}s"


def format_megabytes(n_bytes: float) -> str:
    """Format a number of bytes for messages: `0.25 MB`, `2 MB`, `4,096 MB`."""
    megabytes = n_bytes / 1e6
    return f"{megabytes:,.0f} MB" if megabytes >= 100 else f"{megabytes:.3g} MB"
