"""Abbreviations of names and of common phrases: in brackets after them, or by their initials."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from newsfold.summaries.names.words import NameWords

_UPPER = "".join(char for char in map(chr, range(0x2000)) if char.isupper())
_IN_BRACKETS = re.compile(rf"[’']?s? \(([{_UPPER}][{_UPPER}\w&-]{{1,10}})\)")
_PHRASE_CHARACTERS = 100  # before an abbreviation in brackets
_MAX_LOSS = 2  # capitals of a name more or fewer than letters of its abbreviation


def find_abbreviation(name: str, after: str) -> str:
    """Return the abbreviation in brackets if its letters are, in order, letters of the name; "" if there is none."""
    match = _IN_BRACKETS.match(after)
    if match is None:
        return ""
    folded = iter(name.casefold())
    is_short = name[0] == match[1][0] and all(letter in folded for letter in match[1].casefold() if letter.isalnum())
    n_capitals = sum(map(str.isupper, name))
    return match[1] if is_short and abs(n_capitals - len(match[1])) <= _MAX_LOSS else ""


def find_common_phrase(passage: str, start: int, abbreviation: str, words: NameWords) -> str:
    """Return the words in small letters that an abbreviation in brackets after them stands for; "" if there are none.

    "Enhanced community quarantine (ECQ)" names nothing, and "overseas Filipino workers (OFWs)" a class of persons;
    but the name of an organisation may be printed in small letters.
    """
    letters = fold_acronym(abbreviation)
    tokens = passage[max(0, start - _PHRASE_CHARACTERS) : start - 2].replace("-", " ").split(" ")
    content = [i for i, token in enumerate(tokens) if token and token.casefold() not in words.small_words]
    content = content[-len(letters) :]
    if len(letters) < 2 or "".join(tokens[i][0].casefold() for i in content) != letters:
        return ""
    phrase = tokens[content[0] :]
    folded = [token.casefold() for token in phrase]
    is_common = all(
        token.islower() or word in words.no_names for token, word in zip(phrase[1:], folded[1:], strict=True)
    )
    return " ".join(folded) if is_common and folded[-1] not in words.body_heads else ""


def fold_acronym(name: str) -> str:
    """Return the letters of an abbreviation without points, hyphens and the ending of a plural: POGOs, UP-PGH."""
    name = name.removesuffix("s") if len(name) > 2 and name[:-1].isupper() else name
    return "".join(filter(str.isalnum, name)).casefold()


def list_initials(folded: Sequence[str], small_words: Container[str]) -> list[str]:
    """Return the initials of a name's folded words, with and without small ones; parts of compounds have theirs."""
    parts = [part for word in folded for part in word.split("-") if part]
    all_initials = "".join(part[0] for part in parts)
    return list(dict.fromkeys(["".join(part[0] for part in parts if part not in small_words), all_initials]))
