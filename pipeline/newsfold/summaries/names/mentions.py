"""Names in a text, without a language model: runs of capitalised words, cut at roles, dates and connectives.

What a capital is worth depends on its place. Inside a sentence it makes a name; at the beginning of one, or in a
headline in title case, it only allows one: whether such a run is a name, `entities` decides by other texts of the
window.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from newsfold.summaries.names import runs
from newsfold.summaries.names.abbreviations import find_abbreviation, find_common_phrase
from newsfold.summaries.names.capitals import has_void_capitals, is_title_case
from newsfold.summaries.names.gazetteer import compile_places
from newsfold.summaries.names.words import NameWords, load_name_words

_UPPER = "".join(char for char in map(chr, range(0x2000)) if char.isupper())
_NOISE = re.compile(r"https?://\S+|www\.\S+|[#@]\w+|\S+@\S+")
_APOSTROPHES = frozenset("'’")
_POSSESSIVE = re.compile("['’]s? ")
_BEFORE_AGE = frozenset({", ", " (", " w"})
_ELISIONS = frozenset({"'l", "’l"})
_NEGATIONS = frozenset({"'t", "’t"})
_CLOSING = frozenset("”’\"'»“")
_AFTER_PERSON = re.compile(r"(?:, (?:aged )?\d{1,3}\b(?![.,]?\d)(?! (?:percent|per cent|%))[,. ]|,? who\b| \(\d\d\))")
_NUMBER = re.compile(r" (\d{1,3})(?![\w%:/°–-]|[.,]\d| ?(?:percent|per cent|%|million|billion))")
_AMOUNT = re.compile(rf"[{_UPPER}]{{1,3}}\d+(?:\.\d+[{_UPPER}]*|-?[KMBT]n?)\Z")
_MAX_WORDS = 9
_MAX_FIRST_ACRONYM = 5
_MAX_COURTESY = 4  # letters of the roles that stand before any surname: Mr. Church, Prof. Post
NAME_CHARACTERS = 2000  # of a body in which names are sought


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


class Mention(NamedTuple):
    """A name in a text.

    Attributes:
        name: as printed.
        key: the name as `fold_name` returns it, equal for equal names.
        position: of its first character in the body; -1 in the title.
        capital: what its capitals are worth, a `Capital`.
        evidence: flags of `Evidence`.
        abbreviation: the one printed after it in brackets, or "".
        number: the one printed after it, which may belong to it (Falcon 9), or "".
    """

    name: str
    key: str
    position: int
    capital: int
    evidence: int = 0
    abbreviation: str = ""
    number: str = ""


def fold_name(name: str) -> str:
    """Return a name without case and with straight apostrophes."""
    return name.casefold().replace("’", "'")


def find_mentions(title: str, body: str, language: str) -> list[Mention]:
    """Return the names in a title and in the beginning of a body, in order.

    In a script without capitals they are the places of the gazetteer alone: few, but right.
    """
    places = compile_places(language)
    if places is not None:
        return [
            Mention(match[0], match[0], match.start() if is_body else -1, Capital.EVIDENCE, Evidence.PLACE)
            for passage, is_body in ((title, False), (body[:NAME_CHARACTERS], True))
            for match in places.finditer(passage)
        ]
    least = Capital.NO_EVIDENCE if is_title_case(title, language) else Capital.EVIDENCE
    mentions = [
        Mention(name, key, -1, max(capital, least), *rest)
        for name, key, _, capital, *rest in _find_in(title, language)
    ]
    in_body = _find_in(body[:NAME_CHARACTERS], language)
    if has_void_capitals(body):
        in_body = [m if m.evidence & Evidence.PERSON else m._replace(capital=Capital.NO_EVIDENCE) for m in in_body]
    return mentions + in_body


def select_names(mentions: Iterable[Mention], language: str) -> frozenset[str]:
    """Return the names, as printed, whose capitals are evidence.

    In German, which capitalises every noun, only names of several words are.
    """
    no_names = load_name_words(language).no_names
    names = {m.name for m in mentions if m.capital == Capital.EVIDENCE and not m.evidence & Evidence.COMMON}
    return frozenset(
        name
        for name in names
        if len(name) > 1 and (" " in name or language != "de") and fold_name(name) not in no_names
    )


def _find_in(passage: str, language: str) -> list[Mention]:
    if not passage:
        return []
    if "#" in passage or "@" in passage or "://" in passage or "www." in passage:
        passage = _NOISE.sub(lambda match: "\n" * len(match[0]), passage)
    words, codes = load_name_words(language), runs.encode(passage)
    mentions: list[Mention] = []
    last_end = 0
    for start, end, beginning, first, last, flags in runs.find_runs(codes, language):
        printed = passage[start:end]
        if printed in words.never_names or start < last_end:
            continue
        before = _classify_word(passage[first:last], language) | (flags & runs.FIRST)
        if not flags & runs.SPECIAL:
            if before & _OF:
                before = before & ~_OF | _is_place_of(passage, start, words)
            elif flags & runs.POSSESSED:
                before &= ~_PLACE  # in Ida Brask's house
            for name, key, capital, evidence, _ in _read_run(printed, before, language):
                mentions.append(Mention(name, key, start, capital, evidence))
            continue
        last_end = end
        if flags & runs.POSSESSED:
            last_end = _extend_possessive(passage, codes, printed, end, language)
        if beginning < 0:
            continue
        printed = passage[beginning:last_end]
        mentions += _read_special(passage, beginning, printed, passage[first:last], before, flags, language)
    return mentions


def _read_special(
    passage: str, start: int, printed: str, last_word: str, before: int, flags: int, language: str
) -> Iterator[Mention]:
    """Yield the names in a run that what stands around it may change or tell of."""
    words, end = load_name_words(language), start + len(printed)
    following = passage[end : end + 2]
    if following in _ELISIONS and not passage[end + 2 : end + 3].isalnum():
        return  # Nat'l
    if following in _NEGATIONS:  # Freedom Won’t Return
        printed = printed.rpartition(" ")[0]
    if not printed:
        return
    is_quoted = " " in printed and flags & runs.QUOTED and following.lstrip(",")[:1] in _CLOSING
    if is_quoted and fold_name(printed.partition(" ")[0]).rstrip(".") not in words.roles:
        yield Mention(printed, fold_name(printed), start, Capital.EVIDENCE, Evidence.QUOTED)
        return
    if passage[:start].endswith("(") and following[:1] == ")":
        # (Reuters): an agency, or an abbreviation, which the name before it has
        phrase = find_common_phrase(passage, start, printed, words)
        if phrase:
            yield Mention(phrase, fold_name(phrase), start, Capital.EVIDENCE, Evidence.COMMON, printed)
        return
    before &= ~(_PLACE | _OF)
    if last_word and _is_place(passage, start, end, last_word, words):
        before |= _PLACE
    for name, key, capital, evidence, ending in _read_run(printed, before, language):
        abbreviation = number = ""
        if ending:
            if following[1:].isdigit() and not evidence & Evidence.PERSON:
                found = _NUMBER.match(passage, end)
                number = found[1] if found else ""
            if following in _BEFORE_AGE and _AFTER_PERSON.match(passage, end):
                evidence |= Evidence.PERSON
            elif following == " (" or (following and following[0] in _APOSTROPHES):
                abbreviation = find_abbreviation(ending, passage[end : end + 20])
            elif before & runs.FIRST and start > 1 and not following and passage[start - 2 : start] == ": ":
                capital = Capital.EVIDENCE  # a headline's speaker
        yield Mention(name, key, start, capital, evidence, abbreviation, number)


def _extend_possessive(passage: str, codes: runs.Codes, printed: str, end: int, language: str) -> int:
    """Return where a name ends that has a possessive inside: Ostmark Women's Hospital, Workers' Party."""
    words, possessive = load_name_words(language), _POSSESSIVE.match(passage, end)
    if possessive is None or printed.rpartition(" ")[2].casefold() not in words.possessives:
        return end
    following_end = runs.match_run(codes, possessive.end(), language)
    following = passage[possessive.end() : following_end]
    if following_end < 0 or words.heads.isdisjoint(following.casefold().split(" ")):
        return end
    return following_end


def _lower(name: str) -> str:
    """Return words in capitals with one capital each, but for short ones, which may be abbreviations: IDA BRASK."""
    words = name.split(" ")
    return " ".join(word.capitalize() for word in words) if all(len(word) > 2 for word in words) else name


def _is_place(passage: str, start: int, end: int, last_word: str, words: NameWords) -> bool:
    """Return whether the words around a name make it a place: in Qusayr, town of Qusayr, Qusayr, Syria."""
    last_word = last_word.casefold()
    if last_word in words.place_prepositions:
        return passage[end : end + 1] not in _APOSTROPHES  # in Ida Brask's house
    if last_word == "of":
        return bool(_is_place_of(passage, start, words))
    if passage[end : end + 2] != ", " or not passage[end + 2 : end + 3].isupper():
        return False
    following = [word.rstrip(".,") for word in passage[end + 2 : end + 32].casefold().split(" ", 2)[:2]]
    return following[0] in words.places or " ".join(following) in words.places


def _is_place_of(passage: str, start: int, words: NameWords) -> int:
    """Return the flag of a place if "of" and a kind of place stand before a name: town of Qusayr."""
    return _PLACE * (passage[max(0, start - 24) : start - 4].rpartition(" ")[2].casefold() in words.place_heads)


_PERSONAL, _ARTICLE, _PLACE, _OF, _BY = 16, 32, 64, 128, 256  # beside `runs.FIRST`


@functools.lru_cache(maxsize=1 << 13)
def _classify_word(word: str, language: str) -> int:
    """Return flags of what the word before a name says of it: actor Ida Brask, 54-year-old Ida Brask, the Ostby dam."""
    words, folded = load_name_words(language), word.casefold()
    return (
        _PERSONAL * (folded in words.roles or folded.endswith("-old"))
        | _ARTICLE * (folded in words.articles)
        | _PLACE * (folded in words.place_prepositions)
        | _OF * (folded == "of" and folded not in words.place_prepositions)
        | _BY * (folded == "by")
    )


class _Name(NamedTuple):
    """A name in a run of words; `ending` is it as printed if the run ends with it, else ""."""

    name: str
    key: str
    capital: int
    evidence: int
    ending: str


# Most runs are in many texts, or several times in one.
@functools.lru_cache(maxsize=1 << 15)
def _read_run(run: str, before: int, language: str) -> tuple[_Name, ...]:
    """Return the names in a run of words, given flags of what stands before it."""
    words, is_single = load_name_words(language), " " not in run
    if is_single and run.isalpha() and (key := fold_name(run)) not in words.cutting_words:  # most are
        capital = Capital.FIRST if before & runs.FIRST and not _is_acronym(run) else Capital.EVIDENCE
        return (_Name(run, key, capital, _find_evidence(before), run),)
    if not is_single and run.isupper() and _is_byline(run, before, words):
        return ()
    names: list[_Name] = []
    pieces = _split(run, words, before)
    for piece in pieces:
        evidence = Evidence.PERSON if piece.has_role else 0
        capital = Capital.NO_EVIDENCE if piece.is_office else Capital.EVIDENCE
        if piece.offset == 0:
            if before & runs.FIRST and not _is_acronym(run):
                capital = max(capital, Capital.FIRST)
            evidence |= _find_evidence(before & ~_PERSONAL)
        name = _lower(piece.name) if " " in piece.name and piece.name.isupper() else piece.name
        ending = piece.name if piece is pieces[-1] and run.endswith(piece.name) else ""
        names.append(_Name(name, fold_name(name), capital, evidence, ending))
    return tuple(names)


def _is_acronym(run: str) -> bool:
    """Return whether a run has more than the capital that it owes to its place: DOJ."""
    return 1 < len(run) <= _MAX_FIRST_ACRONYM and run.isupper() and " " not in run


def _find_evidence(before: int) -> int:
    """Return what the word before a name says of it."""
    is_definite = before & _ARTICLE and not before & _PLACE
    return (
        (Evidence.PERSON if before & _PERSONAL else 0)
        | (Evidence.PLACE if before & _PLACE else 0)
        | (Evidence.DEFINITE if is_definite else 0)
    )


class _Piece(NamedTuple):
    """A name in a run: the number of the run's words before it, and the roles around it."""

    name: str
    offset: int
    has_role: bool
    is_office: bool


def _split(run: str, words: NameWords, before: int) -> list[_Piece]:
    """Cut a run of words into names."""
    tokens = run.casefold().split(" ")
    if run.replace(" ", "").isalpha() and words.cutting_words.isdisjoint(tokens):  # most runs are one name as they are
        return [_Piece(run, 0, bool(before & _PERSONAL), False)] if len(tokens) <= _MAX_WORDS else []
    return _read_word(run, words, before) if len(tokens) == 1 else _split_run(run, words, before)


def _read_word(word: str, words: NameWords, before: int) -> list[_Piece]:
    """Return a single capitalised word as a name; nothing if it is a role or a date."""
    folded = word.casefold().rstrip(".") if len(word) > 2 else word.casefold()
    name = _strip_ends(word, words)
    if word[1:].isdigit() or _AMOUNT.match(word):
        return []  # P35, P2.6B
    is_no_name = folded in words.roles or folded in words.weekdays or folded in words.months
    return [] if is_no_name or not name else [_Piece(name, 0, bool(before & _PERSONAL), False)]


def _split_run(run: str, words: NameWords, before: int) -> list[_Piece]:
    """Cut a run of words into names."""
    tokens = run.split(" ")
    n = len(tokens)
    folded = [token.casefold().rstrip(".") if len(token) > 2 else token.casefold() for token in tokens]
    pieces: list[_Piece] = []
    current: list[str] = []
    has_role = bool(before & _PERSONAL)
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
    is_long = before & _ARTICLE or len(left) > 2  # the Food and Drug Office, but: Brask and Ostby Bank
    return bool(is_long) and words.body_heads.isdisjoint(left) and following[-1] in words.body_heads


def _is_byline(run: str, before: int, words: NameWords) -> bool:
    """Return whether words in capitals sign a text: JANE DOE IN SPAIN."""
    inner = run.casefold().split(" ")[1:-1]
    return bool(before & _BY) or "by" in inner or not words.place_prepositions.isdisjoint(inner[1:])
