"""Names in a text, without a language model: runs of capitalised words, cut at roles, dates and connectives.

What a capital is worth depends on its place. Inside a sentence it makes a name; at the beginning of one, or in a
headline in title case, it only allows one: whether such a run is a name, `entities` decides by other texts of the
window.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from newsfold.summaries.names import runs
from newsfold.summaries.names.abbreviations import find_abbreviation, find_common_phrase
from newsfold.summaries.names.capitals import has_void_capitals, is_title_case
from newsfold.summaries.names.gazetteer import compile_places
from newsfold.summaries.names.split_runs import OF, PLACE, Capital, Evidence, classify_word, fold_name, read_run
from newsfold.summaries.names.words import NameWords, load_name_words

_NOISE = re.compile(r"https?://\S+|www\.\S+|[#@]\w+|\S+@\S+")
_APOSTROPHES = frozenset("'’")
_POSSESSIVE = re.compile("['’]s? ")
_BEFORE_AGE = frozenset({", ", " (", " w"})
_ELISIONS = frozenset({"'l", "’l"})
_NEGATIONS = frozenset({"'t", "’t"})
_CLOSING = frozenset("”’\"'»“")
_AFTER_PERSON = re.compile(r"(?:, (?:aged )?\d{1,3}\b(?![.,]?\d)(?! (?:percent|per cent|%))[,. ]|,? who\b| \(\d\d\))")
_NUMBER = re.compile(r" (\d{1,3})(?![\w%:/°–-]|[.,]\d| ?(?:percent|per cent|%|million|billion))")
NAME_CHARACTERS = 2000  # of a body in which names are sought


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
        Mention(m.name, m.key, -1, max(m.capital, least), m.evidence, m.abbreviation, m.number)
        for m in _find_in(title, language)
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
        before = classify_word(passage[first:last], language) | (flags & runs.FIRST)
        if not flags & runs.SPECIAL:
            if before & OF:
                before = before & ~OF | _is_place_of(passage, start, words)
            elif flags & runs.POSSESSED:
                before &= ~PLACE  # in Ida Brask's house
            for name, key, capital, evidence, _ in read_run(printed, before, language):
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
    """Yield the names in a run whose surroundings may change its bounds or are evidence of its type."""
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
    before &= ~(PLACE | OF)
    if last_word and _is_place(passage, start, end, last_word, words):
        before |= PLACE
    for name, key, capital, evidence, ending in read_run(printed, before, language):
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
    return PLACE * (passage[max(0, start - 24) : start - 4].rpartition(" ")[2].casefold() in words.place_heads)
