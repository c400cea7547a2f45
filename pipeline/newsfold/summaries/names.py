"""Names in a text, without a language model: runs of capitalised words, cut at roles, dates and connectives.

What a capital is worth depends on its place. Inside a sentence it makes a name; at the beginning of one, or in a
headline in title case, it only allows one: whether such a run is a name, `newsfold.summaries.entities` decides by other
texts of the window.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum, IntFlag
from typing import NamedTuple

from newsfold import text
from newsfold.summaries.languages import function_words, join_patterns
from newsfold.summaries.name_words import NameWords, load_name_words

_UPPER = "".join(char for char in map(chr, range(0x2000)) if char.isupper())
_INITIALS = rf"(?:[{_UPPER}]\.){{1,4}}"
# Bashar al-Assad, O’Neill, AT&T, deGrasse, Jean-Luc, SN4; a possessive ends it.
_WORD = (
    rf"(?:(?:al|ad|as|el|ul)-|[a-z]{{1,3}}(?=[{_UPPER}]))?[{_UPPER}][^\W_]*(?:(?:[-’'&]|(?<=\d)\.)[{_UPPER}\d][^\W_]*)*"
)
_EAST_ASIAN_END = r"(?:(?<= [^\W_]{2})|(?<= [^\W_]{3})|(?<= [^\W_]{4})|(?<= [^\W_]{5}))-[a-z]{2,5}\b"
_CONNECTIVE = r"(?:(?:of|for)(?: the)?|and|&|{particles})"
_NOISE = re.compile(r"https?://\S+|www\.\S+|[#@]\w+|\S+@\S+")
_FIRST_AFTER = frozenset(".!?:…\n•|–—►=")
_OPENING_MARKS = frozenset("“‘\"'([«„’")
_QUOTES = frozenset("“‘\"'«„")
_CLOSING = frozenset("”’\"'»“")
_LAST_WORD = re.compile(r"[^\W_]+$")
_AFTER_PERSON = re.compile(r"(?:, (?:aged )?\d{1,3}\b(?![.,]?\d)(?! (?:percent|per cent|%))[,. ]|,? who\b| \(\d\d\))")
_ABBREVIATION = re.compile(rf"[’']?s? \(([{_UPPER}][{_UPPER}\w&-]{{1,10}})\)")
_MAX_WORDS = 9
_MAX_ABBREVIATION_LOSS = 2  # capitals of a name that its abbreviation may leave out
NAME_CHARACTERS = 3000  # of a body in which names are sought


class Evidence(IntFlag):
    """What the words around a name say of its type."""

    NONE = 0
    PERSON = 1
    PLACE = 2
    DEFINITE = 4  # an article before it: no person


class Capital(IntEnum):
    """What the capital of a name is worth."""

    EVIDENCE = 0  # inside a sentence
    FIRST = 1  # that of the first word is owed to the beginning of a sentence
    NO_EVIDENCE = 2  # all words are capitalised, or a role after it makes the name a part of an office


class Mention(NamedTuple):
    """A name in a text.

    Attributes:
        name: as printed.
        position: of its first character in the body; -1 in the title.
        capital: what its capitals are worth, a `Capital`.
        evidence: flags of `Evidence`.
        abbreviation: the one printed after it in brackets, or "".
    """

    name: str
    position: int
    capital: int
    evidence: int = 0
    abbreviation: str = ""

    @property
    def key(self) -> str:
        """The name without case, equal for equal names."""
        return fold_name(self.name)


def fold_name(name: str) -> str:
    """Return a name without case and with straight apostrophes."""
    return name.casefold().replace("’", "'")


def find_mentions(title: str, body: str, language: str) -> list[Mention]:
    """Return the names in a title and in the beginning of a body, in order; none in a script without capitals."""
    words = load_name_words(language)
    run = _compile_run(language)
    capital = Capital.NO_EVIDENCE if is_title_case(title, language) else Capital.EVIDENCE
    mentions = [m._replace(position=-1, capital=max(m.capital, capital)) for m in _find_in(title, run, words)]
    return mentions + list(_find_in(body[:NAME_CHARACTERS], run, words))


def select_names(mentions: Iterable[Mention], language: str) -> frozenset[str]:
    """Return the names, as printed, whose capitals are evidence.

    In German, which capitalises every noun, only names of several words are.
    """
    no_names = load_name_words(language).no_names
    names = {mention.name for mention in mentions if mention.capital == Capital.EVIDENCE}
    return frozenset(
        name
        for name in names
        if len(name) > 1 and (" " in name or language != "de") and fold_name(name) not in no_names
    )


def is_title_case(title: str, language: str) -> bool:
    """Return whether a title capitalises every word that carries content, so that its capitals are no evidence."""
    content = [word for word in text.split_cased_words(title) if len(word) > 3]
    return not any(word.islower() and word not in function_words(language) for word in content)


@functools.cache
def _compile_run(language: str) -> re.Pattern[str]:
    """Return the pattern of capitalised words in a row, with roles ("Gov.") and connectives between them."""
    short_roles = "|".join(sorted(r.capitalize() for r in load_name_words(language).all_roles if len(r) <= 5))
    word = rf"(?:(?:{short_roles}|St|Jr|Sr|Mt|Ft)\.|{_INITIALS}|{_WORD})"
    connective = _CONNECTIVE.format(particles=join_patterns("name_particles"))
    return re.compile(rf"(?<![^\W_]){word}(?:{_EAST_ASIAN_END})?(?: (?:{connective} )?{word}(?:{_EAST_ASIAN_END})?)*")


def _find_in(passage: str, run: re.Pattern[str], words: NameWords) -> Iterator[Mention]:
    if "#" in passage or "@" in passage or "://" in passage or "www." in passage:
        passage = _NOISE.sub(lambda match: "\n" * len(match[0]), passage)
    for match in run.finditer(passage):
        start, end = match.span()
        is_first, last_word = _read_before(passage, start)
        if is_first and last_word in _QUOTES and passage[end : end + 2].strip(",.")[:1] in _CLOSING and " " in match[0]:
            yield Mention(match[0], start, Capital.EVIDENCE, Evidence.DEFINITE)  # a work in quotation marks
            continue
        if passage[start - 1 : start] == "(" and passage[end : end + 1] == ")":
            continue  # (Reuters): an agency, or an abbreviation, which the name before it has
        pieces = _split_run(match[0], words, has_role=last_word in words.roles or last_word == "old")
        for number, piece in enumerate(pieces):
            evidence = Evidence.PERSON if piece.has_role else Evidence.NONE
            capital = Capital.NO_EVIDENCE if piece.is_office else Capital.EVIDENCE
            abbreviation = ""
            if piece.offset == 0:
                if is_first:
                    capital = max(capital, Capital.FIRST)
                if last_word in words.place_prepositions:
                    evidence |= Evidence.PLACE
                elif last_word in words.articles:
                    evidence |= Evidence.DEFINITE
            if number == len(pieces) - 1 and match[0].endswith(piece.name):
                after = passage[end : end + 24]
                if _AFTER_PERSON.match(after):
                    evidence |= Evidence.PERSON
                elif " (" in after[:5]:
                    abbreviation = _find_abbreviation(piece.name, after)
                elif is_first and start and passage[end:] == "" and passage[start - 2 : start] == ": ":
                    capital = Capital.EVIDENCE  # a headline's speaker
            yield Mention(piece.name, start, capital, int(evidence), abbreviation)


def _read_before(passage: str, start: int) -> tuple[bool, str]:
    """Return whether a sentence or a quotation begins at a place, and the word before it, or its quotation mark."""
    i = start
    mark = ""
    while i and passage[i - 1] in _OPENING_MARKS:
        if passage[i - 1] in "’'" and i > 1 and passage[i - 2].isalpha():
            return False, ""  # l’Iran
        mark = passage[i - 1]
        i -= 1
    if mark in _QUOTES and mark:
        return True, mark
    while i and passage[i - 1] in " ":
        i -= 1
    before = passage[max(0, i - 20) : i]
    last = before[-1:]
    if not last or last in _FIRST_AFTER or (last in "-/" and start > i) or last in '”"’' and before[-2:-1] in ".!?…":
        return True, ""
    found = _LAST_WORD.search(before)
    return False, found[0].casefold() if found else ""


class _Piece(NamedTuple):
    """A name in a run: the number of the run's words before it, and the roles around it."""

    name: str
    offset: int
    has_role: bool
    is_office: bool


def _split_run(run: str, words: NameWords, *, has_role: bool) -> list[_Piece]:
    """Cut a run of words into names."""
    if " " not in run:
        word = run.casefold().rstrip(".") if len(run) > 2 else run.casefold()
        name = _strip_ends(run, words)
        if word in words.roles or word in words.weekdays or word in words.months or not name:
            return []
        return [_Piece(name, 0, has_role, False)]
    tokens = run.split(" ")
    n = len(tokens)
    folded = [token.casefold().rstrip(".") if len(token) > 2 else token.casefold() for token in tokens]
    pieces: list[_Piece] = []
    current: list[str] = []
    offset = i = 0

    def flush(*, is_office: bool = False) -> None:
        nonlocal current, has_role
        while current and current[-1] in _LINKS | words.links:
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
                current.append(part) if _joins(current, folded[i + 1 :], words) else flush()
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
_OFFICES = frozenset({"state", "defense", "defence", "health", "education", "transport", "transportation", "justice"})


def _is_role(word: str, following: Sequence[str], words: NameWords) -> bool:
    if word in words.roles:
        return True
    if word not in words.unclear_roles or not following:
        return False
    return following[0] in words.all_roles or words.heads.isdisjoint(following)


def _joins(current: Sequence[str], following: Sequence[str], words: NameWords) -> bool:
    """Return whether "and" is inside a name: Department of Health and Human Services, Smith & Wesson."""
    left = [word.casefold() for word in current]
    if left[-1] in words.places or following[0] in words.places:
        return False
    has_head = not words.heads.isdisjoint(following)
    if "of" in left or "for" in left:
        return not has_head and len(following) <= 2
    return has_head and words.heads.isdisjoint(left) and following[-1] in words.heads


def _find_abbreviation(name: str, after: str) -> str:
    """Return the abbreviation in brackets if its letters are, in order, capitals of the name."""
    match = _ABBREVIATION.match(after)
    if match is None:
        return ""
    letters = [char for char in match[1] if char.isupper()]
    capitals = [char for char in name if char.isupper()]
    remaining = iter(capitals)
    is_short = all(letter in remaining for letter in letters)
    return match[1] if is_short and len(capitals) - len(letters) <= _MAX_ABBREVIATION_LOSS else ""
