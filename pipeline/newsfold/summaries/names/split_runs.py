"""Runs of capitalised words, cut into names at roles, dates and connectives."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from newsfold.summaries.names import runs
from newsfold.summaries.names.words import NameWords, load_name_words

_UPPER = "".join(char for char in map(chr, range(0x2000)) if char.isupper())
_AMOUNT = re.compile(rf"[{_UPPER}]{{1,3}}\d+(?:\.\d+[{_UPPER}]*|-?[KMBT]n?)\Z")
_MAX_WORDS = 9
_MAX_FIRST_ACRONYM = 5
_MAX_COURTESY = 4  # letters of the roles that stand before any surname: Mr. Church, Prof. Post
# Of the word before a run, beside `runs.FIRST`: it is a role, an article, "in" or the like, "of", or "by".
PERSONAL, ARTICLE, PLACE, OF, BY = 16, 32, 64, 128, 256


class Evidence:
    """What the words around a name say of its type: bits of an integer, which an `IntFlag` would make slow."""

    PERSON = 1
    PLACE = 2
    DEFINITE = 4  # an article before it: no person
    QUOTED = 8  # alone in quotation marks: a work
    COMMON = 16  # words in small letters that an abbreviation stands for: no name


class Capital:
    """What the capitals of a name are worth; the smaller, the more."""

    EVIDENCE = 0  # inside a sentence
    FIRST = 1  # that of the first word is owed to the beginning of a sentence
    NO_EVIDENCE = 2  # all words are capitalised, or a role after it makes the name a part of an office


def fold_name(name: str) -> str:
    """Return a name without case and with straight apostrophes."""
    return name.casefold().replace("’", "'")


@functools.lru_cache(maxsize=1 << 13)
def classify_word(word: str, language: str) -> int:
    """Return flags of what the word before a name says of it: actor Ida Brask, 54-year-old Ida Brask, the Ostby dam."""
    words, folded = load_name_words(language), word.casefold()
    return (
        PERSONAL * (folded in words.roles or folded.endswith("-old"))
        | ARTICLE * (folded in words.articles)
        | PLACE * (folded in words.place_prepositions)
        | OF * (folded == "of" and folded not in words.place_prepositions)
        | BY * (folded == "by")
    )


def _lower(name: str) -> str:
    """Return words in capitals with one capital each, but for short ones, which may be abbreviations: IDA BRASK."""
    words = name.split(" ")
    return " ".join(word.capitalize() for word in words) if all(len(word) > 2 for word in words) else name


class Name(NamedTuple):
    """A name in a run of words; `ending` is it as printed if the run ends with it, else ""."""

    name: str
    key: str
    capital: int
    evidence: int
    ending: str


# Most runs are in many texts, or several times in one.
@functools.lru_cache(maxsize=1 << 15)
def read_run(run: str, before: int, language: str) -> tuple[Name, ...]:
    """Return the names in a run of words, given flags of what stands before it."""
    words, is_single = load_name_words(language), " " not in run
    if is_single and run.isalpha() and (key := fold_name(run)) not in words.cutting_words:  # most are
        capital = Capital.FIRST if before & runs.FIRST and not _is_acronym(run) else Capital.EVIDENCE
        return (Name(run, key, capital, _find_evidence(before), run),)
    if not is_single and run.isupper() and _is_byline(run, before, words):
        return ()
    names: list[Name] = []
    pieces = _cut_run(run, words, before)
    for piece in pieces:
        evidence = Evidence.PERSON if piece.has_role else 0
        capital = Capital.NO_EVIDENCE if piece.is_office else Capital.EVIDENCE
        if piece.offset == 0:
            if before & runs.FIRST and not _is_acronym(run):
                capital = max(capital, Capital.FIRST)
            evidence |= _find_evidence(before & ~PERSONAL)
        name = _lower(piece.name) if " " in piece.name and piece.name.isupper() else piece.name
        ending = piece.name if piece is pieces[-1] and run.endswith(piece.name) else ""
        names.append(Name(name, fold_name(name), capital, evidence, ending))
    return tuple(names)


def _is_acronym(run: str) -> bool:
    """Return whether a run has more than the capital that it owes to its place: DOJ."""
    return 1 < len(run) <= _MAX_FIRST_ACRONYM and run.isupper() and " " not in run


def _find_evidence(before: int) -> int:
    """Return what the word before a name says of it."""
    is_definite = before & ARTICLE and not before & PLACE
    return (
        (Evidence.PERSON if before & PERSONAL else 0)
        | (Evidence.PLACE if before & PLACE else 0)
        | (Evidence.DEFINITE if is_definite else 0)
    )


class _Piece(NamedTuple):
    """A name in a run: the number of the run's words before it, and the roles around it."""

    name: str
    offset: int
    has_role: bool
    is_office: bool


def _cut_run(run: str, words: NameWords, before: int) -> list[_Piece]:
    """Cut a run of words into names."""
    tokens = run.casefold().split(" ")
    if run.replace(" ", "").isalpha() and words.cutting_words.isdisjoint(tokens):  # most runs are one name as they are
        return [_Piece(run, 0, bool(before & PERSONAL), False)] if len(tokens) <= _MAX_WORDS else []
    return _read_word(run, words, before) if len(tokens) == 1 else _split_run(run, words, before)


def _read_word(word: str, words: NameWords, before: int) -> list[_Piece]:
    """Return a single capitalised word as a name; nothing if it is a role or a date."""
    folded = word.casefold().rstrip(".") if len(word) > 2 else word.casefold()
    name = _strip_ends(word, words)
    if word[1:].isdigit() or _AMOUNT.match(word):
        return []  # P35, P2.6B
    is_no_name = folded in words.roles or folded in words.weekdays or folded in words.months
    return [] if is_no_name or not name else [_Piece(name, 0, bool(before & PERSONAL), False)]


def _split_run(run: str, words: NameWords, before: int) -> list[_Piece]:
    """Cut a run of words into names."""
    tokens = run.split(" ")
    n = len(tokens)
    folded = [token.casefold().rstrip(".") if len(token) > 2 else token.casefold() for token in tokens]
    pieces: list[_Piece] = []
    current: list[str] = []
    has_role = bool(before & PERSONAL)
    offset = i = 0

    def flush(*, is_office: bool = False) -> None:
        nonlocal current, has_role
        while current and (current[-1] in _LINKS or current[-1] in words.links):
            current.pop()
        if current and len(current) <= _MAX_WORDS:
            name = _strip_ends(" ".join(current), words)
            if name:
                pieces.append(_Piece(name, offset, has_role and not is_office, is_office))
        current, has_role = [], False

    while i < n:
        part, word = tokens[i], folded[i]
        if (part.islower() or part == "&") and (word in _LINKS or word in words.links):
            if not current:
                pass
            elif word in ("of", "for"):
                keeps = not words.heads.isdisjoint(map(str.casefold, current)) or current[-1].casefold() in _OF_NAMES
                flush() if not keeps else current.append(part)
            elif word in ("and", "&"):
                current.append(part) if _joins(current, folded[i + 1 :], words, before) else flush()
            else:
                current.append(part)
        elif _is_role(word, folded[i + 1 :], words):
            flush(is_office=True)
            has_role = word in words.roles
            if i + 2 < n and tokens[i + 1] == "of":
                i += 3 if folded[i + 2] in _OFFICES else 2
                continue
        elif word in words.weekdays or (word in words.months and not current):
            flush()
        else:
            if not current:
                offset = i
            current.append(part)
            if "-" in part and part.rsplit("-", 1)[1] in words.compound_ends:
                flush()
        i += 1
    flush()
    return pieces


def _strip_ends(name: str, words: NameWords) -> str:
    """Return a name without the end of a compound (UK-based), a prefix (ex-, R-) and a final point."""
    if "-" in name:
        head, _, end = name.rpartition("-")
        if end in words.compound_ends:
            name = head
        beginning, _, rest = name.partition("-")
        if beginning.casefold() in words.compound_beginnings and rest[:1].isupper():
            name = rest
    return name.removesuffix(".") if name[-3:-2].isalpha() and name.endswith(".") and not name[-3:].isupper() else name


_LINKS = frozenset({"of", "for", "and", "&", "the"})
_OF_NAMES = frozenset({"isle", "sons", "lord", "game", "call", "bay", "church", "duke", "duchess", "republic", "house"})
_OFFICES = frozenset(
    {"staff", "state", "defense", "defence", "health", "education", "transport", "transportation", "justice"}
)


def _is_role(word: str, following: Sequence[str], words: NameWords) -> bool:
    if following and f"{word} {following[0]}" in words.roles:  # Lance Corporal
        return True
    if word in words.roles:  # but: Premier League, Justice Department
        is_last = bool(following) and (len(following) == 1 or following[1] in _LINKS)
        return not is_last or len(word) <= _MAX_COURTESY or following[0] not in words.organisation_heads
    if word not in words.unclear_roles or not following:
        return False
    return following[0] in words.all_roles or words.heads.isdisjoint(following)


def _joins(current: Sequence[str], following: Sequence[str], words: NameWords, before: int) -> bool:
    """Return whether "and" is inside a name: Department of Health and Human Services, Smith & Wesson."""
    left = [word.casefold() for word in current]
    if not following or left[-1] in words.places or following[0] in words.places:
        return False
    has_head = not words.body_heads.isdisjoint(following) and following[-1] != "services"  # Health and Human Services
    if "of" in left or "for" in left:
        return not has_head and len(following) <= 2
    is_long = before & ARTICLE or len(left) > 2  # the Food and Drug Office, but: Brask and Ostby Bank
    return bool(is_long) and words.body_heads.isdisjoint(left) and following[-1] in words.body_heads


def _is_byline(run: str, before: int, words: NameWords) -> bool:
    """Return whether words in capitals sign a text: JANE DOE IN SPAIN."""
    inner = run.casefold().split(" ")[1:-1]
    return bool(before & BY) or "by" in inner or not words.place_prepositions.isdisjoint(inner[1:])
