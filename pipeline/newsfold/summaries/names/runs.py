"""Runs of capitalised words in a text, and what stands around each: found in compiled code, character by character.

A run is a capitalised word and those that follow it, with roles ("Gov.") and connectives between them: "O’Neill",
"AT&T", "Jean-Luc de la Torre", "SN4", "Department of Roads". A possessive ends it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from newsfold.loops import compile_loop
from newsfold.summaries.languages import list_entries
from newsfold.summaries.names.words import load_name_words

Codes = npt.NDArray[np.int32]
Classes = npt.NDArray[np.uint16]

# Flags of a run.
FIRST = 1  # it begins a sentence or a quotation
QUOTED = 2  # a quotation mark stands before it
POSSESSED = 4  # an apostrophe stands after it
SPECIAL = 8  # what stands around it may change where it begins or ends, or say more of it

# Classes of characters, bits.
_KNOWN, _UPPER, _ALPHANUMERIC, _DECIMAL, _ALPHABETIC, _LOWER, _CASED, _CAPITAL = 1, 2, 4, 8, 16, 32, 64, 128
_OPENING, _QUOTE, _ENDING, _AFTER, _CLOSING, _APOSTROPHE, _CLOSED = 256, 512, 1024, 2048, 4096, 8192, 16384
_MARKS = {
    _OPENING: "“‘\"'([«„’",
    _QUOTE: "“‘\"'«„",
    _ENDING: ".!?…",
    _AFTER: ".!?:…\n•|–—►=",  # a sentence may begin after them
    _CLOSING: "”’\"'»“",
    _APOSTROPHE: "'’",
    _CLOSED: '”"’»)',  # after the end of a sentence
}
_MAX_UPPER = 0x2000  # capitals beyond it are of dead scripts and of letters in other forms
_BLOCK = 256
_CLASSES = np.zeros(0x110000, np.uint16)  # of each character, once its block has been asked for

_SPACE, _POINT, _HYPHEN, _SLASH, _COMMA, _AMPERSAND, _LEFT, _RIGHT, _UNDERLINE = map(ord, " .-/,&()_")
_A, _D, _E, _H, _L, _S, _T, _U, _W, _Z = map(ord, "adehlstuwz")
_LONG = 4  # letters


def encode(passage: str) -> Codes:
    """Return the characters of a text as code points, int32 of shape (n,)."""
    return np.frombuffer(passage.encode("utf-32-le", "surrogatepass"), np.int32)


def find_runs(codes: Codes, language: str) -> Iterator[tuple[int, int, int, int, int, int]]:
    """Find the runs in a text, in order.

    Args:
        codes: the text, encoded.
        language: ISO 639-1; words in small letters and short roles of this language are in runs.

    Returns:
        For each: where it begins and ends, where it begins with the small letters before it (al-Assad, iPhone;
        -1 if these are too many), where the word or the quotation mark before it begins and ends, and its flags.
    """
    roles, connectives = _load_parts(language)
    while True:
        columns, unknown = _find_runs(codes, _CLASSES, roles, connectives)
        if unknown < 0:
            return zip(*columns.tolist(), strict=True)
        _classify_block(unknown)


def match_run(codes: Codes, start: int, language: str) -> int:
    """Return where the run ends that begins at a place of a text that `find_runs` has read; -1 if none does."""
    return int(_match_run(codes, _CLASSES, start, *_load_parts(language)))


def count_long_words(codes: Codes) -> tuple[int, int]:
    """Return the number of words of four letters or more in a text, and of those in small letters."""
    while True:
        n_words, n_lower, unknown = _count_long_words(codes, _CLASSES)
        if unknown < 0:
            return n_words, n_lower
        _classify_block(unknown)


def _classify_block(code: int) -> None:
    """Classify a character and those of the block around it."""
    first = code // _BLOCK * _BLOCK
    for at in range(first, first + _BLOCK):
        char = chr(at)
        bits = _KNOWN
        for bit, is_in in (
            (_UPPER, at < _MAX_UPPER and char.isupper()),
            (_ALPHANUMERIC, char.isalnum()),
            (_DECIMAL, char.isdecimal()),
            (_ALPHABETIC, char.isalpha()),
            (_LOWER, char.islower()),
            (_CASED, char.isupper() or char.istitle()),
            (_CAPITAL, char.isupper()),
            *((mark, char in chars) for mark, chars in _MARKS.items()),
        ):
            bits |= bit * is_in
        _CLASSES[at] = bits


@functools.cache
def _load_parts(language: str) -> tuple[Codes, Codes]:
    """Return the ends of short roles, which a point follows, and the connectives: a row each, filled up with 0."""
    roles = {role[1:] for role in load_name_words(language).all_roles if len(role) <= 5} | {"t", "r"}  # St., Jr.
    connectives = ("of the", "of", "for the", "for", "and", "&", *list_entries("name_particles"))
    return _encode_rows([f"{role}." for role in sorted(roles)]), _encode_rows([f"{each} " for each in connectives])


def _encode_rows(words: list[str]) -> Codes:
    rows = np.zeros((len(words), max(map(len, words)) + 1), np.int32)
    for row, word in zip(rows, words, strict=True):
        row[: len(word)] = encode(word)
    return rows


@compile_loop
def _match_literal(codes: Codes, at: int, literals: Codes, row: int) -> int:
    """Return where a literal ends that stands at a place; -1 if it does not."""
    place = 0
    while literals[row, place]:
        if at + place >= len(codes) or codes[at + place] != literals[row, place]:
            return -1
        place += 1
    return at + place


@compile_loop
def _match_word(codes: Codes, classes: Classes, start: int, roles: Codes) -> int:
    """Return where the word ends whose first letter, a capital, stands at a place: O’Neill, Gov., J.R., Jong-un."""
    n = len(codes)
    at = start + 1
    point = at
    while point < n and point < start + roles.shape[1] and codes[point] != _POINT:
        point += 1
    if point < n and codes[point] == _POINT:
        for row in range(len(roles)):
            end = _match_literal(codes, at, roles, row)
            if end >= 0:
                return end
    if at < n and codes[at] == _POINT:  # initials
        at += 1
        while True:
            letter = at + (at < n and codes[at] == _HYPHEN)
            if not (letter + 1 < n and classes[codes[letter]] & _UPPER and codes[letter + 1] == _POINT):
                return at
            at = letter + 2
    while at < n and classes[codes[at]] & _ALPHANUMERIC:
        at += 1
    while at + 1 < n:
        code = codes[at]
        is_joint = code in (_HYPHEN, _AMPERSAND) or classes[code] & _APOSTROPHE
        if not (is_joint or (code == _POINT and classes[codes[at - 1]] & _DECIMAL)):
            break
        if not classes[codes[at + 1]] & (_UPPER | _DECIMAL):
            break
        at += 2
        while at < n and classes[codes[at]] & _ALPHANUMERIC:
            at += 1
    if at >= n or codes[at] != _HYPHEN:
        return at
    first = at  # of a short word after a space, which small letters after a hyphen may belong to
    while first > 0 and at - first <= 5 and classes[codes[first - 1]] & _ALPHANUMERIC:
        first -= 1
    if not (2 <= at - first <= 5 and first > 0 and codes[first - 1] == _SPACE):
        return at
    end = at + 1
    while end < n and end - at <= 6 and _A <= codes[end] <= _Z:
        end += 1
    is_end = end == n or not (classes[codes[end]] & _ALPHANUMERIC or codes[end] == _UNDERLINE)
    return end if 2 <= end - at - 1 <= 5 and is_end else at


@compile_loop
def _is_prefix(codes: Codes, at: int) -> bool:
    """Return whether al-, ad-, as-, el- or ul- stands at a place."""
    first, second = codes[at], codes[at + 1]
    if codes[at + 2] != _HYPHEN:
        return False
    return (second == _L and (first in (_A, _E, _U))) or (first == _A and (second in (_D, _S)))


@compile_loop
def _find_inner(codes: Codes, classes: Classes, at: int) -> int:
    """Return where the capital of a word inside a run stands that begins at a place (al-Assad, deBrask); -1: none."""
    n = len(codes)
    if at < n and classes[codes[at]] & _UPPER:
        return at
    if at + 3 < n and classes[codes[at + 3]] & _UPPER and _is_prefix(codes, at):
        return at + 3
    first = at
    while at < n and at - first < 3 and _A <= codes[at] <= _Z:
        at += 1
    return at if at > first and at < n and classes[codes[at]] & _UPPER else -1


@compile_loop
def _match_run(codes: Codes, classes: Classes, start: int, roles: Codes, connectives: Codes) -> int:
    """Return where the run ends that begins at a place; -1 if none does."""
    n = len(codes)
    if start >= n or not classes[codes[start]] & _UPPER:
        return -1
    at = _match_word(codes, classes, start, roles)
    while at < n and codes[at] == _SPACE:
        inner = _find_inner(codes, classes, at + 1)
        if inner < 0:
            for row in range(len(connectives)):
                end = _match_literal(codes, at + 1, connectives, row)
                if end >= 0:
                    inner = _find_inner(codes, classes, end)
                    if inner >= 0:
                        break
        if inner < 0:
            break
        at = _match_word(codes, classes, inner, roles)
    return at


@compile_loop
def _find_beginning(codes: Codes, classes: Classes, start: int) -> int:
    """Return where a run begins with the small letters before it; -1 if these are too many."""
    if not start or not (classes[codes[start - 1]] & _ALPHANUMERIC or codes[start - 1] == _HYPHEN):
        return start
    if codes[start - 1] == _HYPHEN:
        return start - 3 if start >= 3 and _is_prefix(codes, start - 3) else start
    is_lower = False
    for length in range(1, 4):
        bits = classes[codes[start - length]]
        if bits & _CASED:
            return -1
        is_lower |= bits & _LOWER > 0
        if start == length or not classes[codes[start - length - 1]] & _ALPHANUMERIC:
            return start - length if is_lower else -1
    return -1


@compile_loop
def _read_before(codes: Codes, classes: Classes, start: int) -> tuple[int, int, int]:
    """Return flags of what stands before a place, and where the word or the quotation mark there begins and ends."""
    at, mark = start, -1
    while at and classes[codes[at - 1]] & _OPENING:
        mark = at - 1
        if classes[codes[mark]] & _APOSTROPHE and mark and classes[codes[mark - 1]] & _ALPHABETIC:
            return 0, 0, 0  # l’Iran
        at -= 1
    if mark >= 0 and classes[codes[mark]] & _QUOTE:
        return FIRST | QUOTED, mark, mark + 1
    end = at
    while end and codes[end - 1] == _SPACE:
        end -= 1
    if not end:
        return FIRST, 0, 0
    last = codes[end - 1]
    if classes[last] & _ALPHANUMERIC:
        begin = end - 1
        while begin and codes[begin - 1] != _SPACE:
            begin -= 1
        return 0, begin, end
    is_dash = (last in (_HYPHEN, _SLASH)) and end < start
    is_closed = classes[last] & _CLOSED and end > 1 and classes[codes[end - 2]] & _ENDING
    return FIRST if classes[last] & _AFTER or is_dash or is_closed else 0, 0, 0


@compile_loop
def _read_after(codes: Codes, classes: Classes, start: int, end: int, before: int, has_word: bool) -> int:
    """Return flags of what stands after a run, and around it."""
    n = len(codes)
    if end == n:
        return SPECIAL
    code, bits = codes[end], classes[codes[end]]
    following, after = codes[end + 1] if end + 1 < n else 0, codes[end + 2] if end + 2 < n else 0
    if before & QUOTED and (bits & _CLOSING or code == _COMMA):
        return SPECIAL | (POSSESSED if bits & _APOSTROPHE else 0)  # may be alone in quotation marks
    if bits & _APOSTROPHE:
        if following in (_L, _T):
            return SPECIAL  # Nat'l, Won't
        space = end + 1 + (following == _S)
        is_within = space + 1 < n and codes[space] == _SPACE  # perhaps, or before brackets
        is_within = is_within and (codes[space + 1] == _LEFT or classes[codes[space + 1]] & _UPPER > 0)
        return SPECIAL | POSSESSED if is_within else POSSESSED
    if code == _RIGHT:
        return SPECIAL if start and codes[start - 1] == _LEFT else 0
    if code == _COMMA and following == _SPACE:
        # Of its country, an age, who, aged.
        has_detail = classes[after] & _DECIMAL or (after in (_W, _A))
        return SPECIAL if has_detail or (has_word and classes[after] & _CAPITAL) else 0
    if code == _SPACE:
        has_detail = classes[following] & _DECIMAL or (following == _W and after == _H)
        return SPECIAL if has_detail or following == _LEFT else 0
    return 0


@compile_loop
def _find_runs(codes: Codes, classes: Classes, roles: Codes, connectives: Codes) -> tuple[Codes, int]:
    """Return the columns of `find_runs`, and a character that is not classified yet; -1 if all are."""
    n = len(codes)
    n_upper = 0
    for code in codes:
        if not classes[code]:
            return np.empty((6, 0), np.int32), code
        n_upper += classes[code] & _UPPER > 0
    columns = np.empty((6, n_upper), np.int32)
    n_runs = at = 0
    while at < n:
        if not classes[codes[at]] & _UPPER:
            at += 1
            continue
        end = _match_run(codes, classes, at, roles, connectives)
        begin = _find_beginning(codes, classes, at)
        flags, first, last = _read_before(codes, classes, max(begin, 0))
        flags |= _read_after(codes, classes, begin, end, flags, last > first)
        if begin != at:
            flags |= SPECIAL
        columns[0, n_runs], columns[1, n_runs], columns[2, n_runs] = at, end, begin
        columns[3, n_runs], columns[4, n_runs], columns[5, n_runs] = first, last, flags
        n_runs += 1
        at = end
    return columns[:, :n_runs].copy(), -1


@compile_loop
def _count_long_words(codes: Codes, classes: Classes) -> tuple[int, int, int]:
    n_words = n_lower = n_letters = 0
    is_lower, is_cased = False, False
    for at in range(len(codes) + 1):
        bits = classes[codes[at]] if at < len(codes) else _KNOWN
        if not bits:
            return 0, 0, codes[at]
        if bits & _ALPHANUMERIC and not bits & _DECIMAL:
            n_letters += 1
            is_lower |= bits & _LOWER > 0
            is_cased |= bits & _CASED > 0
            continue
        if n_letters >= _LONG:
            n_words += 1
            n_lower += is_lower and not is_cased
        n_letters, is_lower, is_cased = 0, False, False
    return n_words, n_lower, -1
