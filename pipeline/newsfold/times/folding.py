"""Text made comparable: digits of any script, case, accents, invisible characters."""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = re.compile("[\u0300-\u036f\u064b-\u0655\u0670]")  # Latin, Greek and Cyrillic ones; Arabic vowels and hamzas
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LETTERS = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o", "−": "-", "‑": "-", "‐": "-", "ي": "ی", "ك": "ک"})


def fold(text: str) -> str:
    """Return a text in small letters without accents, with ASCII digits and single spaces; of punctuation only ASCII's.

    Marks that make another letter (the vowel signs of Indian scripts) stay.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    text = unicodedata.normalize("NFKD", text).casefold()
    text = _ACCENTS.sub("", _INVISIBLE.sub("", text)).translate(_LETTERS)
    return " ".join(unicodedata.normalize("NFC", "".join(map(_plain, text))).split())


def replace_digits(text: str) -> str:
    """Return a text with its digits of any script as ASCII digits, and its signs and spaces in their plain forms."""
    if text.isascii():
        return " ".join(text.split())
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).replace("−", "-")
    return " ".join("".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text).split())


def _plain(sign: str) -> str:
    if sign.isascii() or sign.isalpha():
        return sign
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    return " " if unicodedata.category(sign)[0] in "PSZ" else sign
