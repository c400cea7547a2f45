"""People's names: telling them from other words, and restoring the case of names in capitals."""

from __future__ import annotations

import re

from newsfold.extraction import word_lists

_MAX_NAME_WORDS = 6
_MAX_ROLE_WORDS = 8
_ROLE = re.compile(rf"\b{word_lists.load_alternatives('names', 'roles')}\b", re.IGNORECASE)
_PARTICLES = word_lists.load_words("names", "particles")
_NOT_NAMES = word_lists.load_words("names", "not_names")
_WORD = re.compile(r"[^\W\d_]+(?:['’.\-‐][^\W\d_]+)*[.'’]?")
_MC = re.compile(r"^(mc|o['’]|d['’]|l['’])(\w.*)$", re.IGNORECASE)
_INITIALS = re.compile(r"^(?:[^\W\d_]\.-?)+[^\W\d_]?$")
SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv|md|m\.d|phd|ph\.d)\.?$", re.IGNORECASE)


def is_name(words: str) -> bool:
    """Return whether this may be a person's name: one to six capitalised words, no role, no digits."""
    parts = words.split()
    if not 1 <= len(parts) <= _MAX_NAME_WORDS or _ROLE.search(words) or not parts[0][0].isalpha():
        return False
    if any(part.casefold() in _NOT_NAMES for part in parts):
        return False
    return all(_WORD.fullmatch(part) and (part[0].isupper() or _is_particle(part)) for part in parts) and any(
        part[0].isupper() or not part[0].islower() for part in parts
    )


def is_role(words: str) -> bool:
    """Return whether this is a job or an anonymous author (`Staff Writer`, `Our correspondent`) rather than a name."""
    return bool(_ROLE.search(words)) and len(words.split()) <= _MAX_ROLE_WORDS


def restore_case(name: str) -> str:
    """Return a name in capitals in title case, particles small: `SINÉAD O'NEILL` is Sinéad O'Neill."""
    letters = [character for character in name if character.isalpha()]
    if len(letters) < 4 or not all(character.isupper() for character in letters):
        return name
    parts = name.split()
    return " ".join(_restore_word(part, is_first=n == 0) for n, part in enumerate(parts))


def _restore_word(word: str, *, is_first: bool) -> str:
    if _INITIALS.match(word) and len(word) > 1 and "." in word:
        return word
    if SUFFIX.match(word) and word[0] in "Ii":
        return word
    small = word.casefold()
    if small in _PARTICLES and not is_first:
        return small
    if "-" in word:
        head, *rest = word.split("-")
        head = head.casefold() if head.casefold() in {"al", "el", "ul"} and rest else _restore_word(head, is_first=True)
        return "-".join([head, *(_restore_word(part, is_first=True) for part in rest)])
    match = _MC.match(word)
    if match and len(match[2]) > 2:
        return match[1].capitalize() + match[2].capitalize()
    return word.capitalize()


def _is_particle(part: str) -> bool:
    """Return whether a word of a name may begin in small letters; scripts without capitals have no others."""
    return part.casefold() in _PARTICLES or part.startswith(("al-", "el-", "d'", "d’")) or not part[0].islower()
