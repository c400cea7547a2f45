"""People in bylines: splitting, cleaning and writing their names as one says them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsfold import text
from newsfold.extraction import publisher_names

_MOST_NAMES = 20
_MOST_WORDS = 6  # of an author that is neither a known institution nor looks like a name
_NOBODY = text.word_set("admin administrator anonymous author editor guest staff unknown user webmaster redaktion")
_FORE = re.compile(r"^.{0,40}?\b(?:By|Von|Par|Por|Door|Af|Av|Di)\s+(?=[^\W\d_])")
BY = re.compile(
    r"^(?:(?:written|words|text|story|reported|posted|published|article|report|analysis|opinion|photos?|texte?) )?"
    r"(?:by|por|par|von|door|af|av|di)\s*:?\s+",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*(?:[;|/•·,&]|\s(?:and|And|AND|y|Y|et|ET|und|UND|e|og|och|with|con|mit|for|of(?=\sThe\s))\s)\s*"
)
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+")
_BRACKETED = re.compile(r"(?:\(|\[|<)([^()\[\]<>]*)(?:\)|\]|>)")
_PLACE = re.compile(r"\s(?:in|from|at|en|à|aus)\s+[A-Z].*$")
_ROLE = re.compile(
    r"\b(?:staff|writer|reporter|editor|correspondent|columnist|contributor|bureau|chief|producer|desk|team|special|"
    r"photographer|analyst|senior|political|national|foreign|business|redacción|redaktion|rédaction|guest|admin|"
    r"newsroom|author|agencies|wires?|sources?)\b",
    re.IGNORECASE,
)
_JOB_AT_END = re.compile(
    r"[ ,]+(?:staff |news |senior )?(?:writer|reporter|correspondent|staff)s?$|\s+(?:기자|특파원|記者)$", re.IGNORECASE
)
_SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv|md|m\.d|phd|ph\.d)\.?$", re.IGNORECASE)
_PARTICLES = text.word_set(
    "van der den ter de del della di da das dos do du la le von und zu zum bin ibn al el y e af av"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’.\-‐][^\W\d_]+)*[.'’]?")
_MC = re.compile(r"^(mc|o['’]|d['’]|l['’])(\w.*)$", re.IGNORECASE)
_INITIALS = re.compile(r"^(?:[^\W\d_]\.-?)+[^\W\d_]?$")
# Capitalised words that open headlines and signs, not people's names.
_NO_NAMES = text.word_set(
    """
    the a an this that these those we our your it its he she his her they who what why how when where is are was
    were be been will can did do does not no all one two to on at as into over after before new more read click
    share photo photos video live watch news
    """
)


@dataclass(frozen=True, slots=True)
class Credit:
    """What a byline says: people and institutions in order, and the parts that are neither."""

    names: list[str]
    institutions: list[str]
    rest: list[str]


def read_credit(line: str) -> Credit:
    """The names, outlets and agencies in a byline or author field; jobs and places are passed over."""
    line = text.normalise_line(line)
    credit = Credit([], [one for one in _BRACKETED.findall(line) if publisher_names.is_known(one)], [])
    cleaned = _ADDRESS.sub(" ", _BRACKETED.sub(" ", line)).strip(" ,;|-–—")
    parts = _parts(BY.sub("", cleaned))
    for part in parts:
        bare = _JOB_AT_END.sub("", part)
        name, institution = (bare, None) if publisher_names.is_known(bare) else publisher_names.split_credit(bare)
        if institution is None and publisher_names.is_outlet(bare):
            name, institution = "", bare
        if institution:
            credit.institutions.append(_outlet_as_said(institution))
        name = _PLACE.sub("", name)
        if is_name(name) and not (len(parts) > 1 and _is_place_beside(name)):
            credit.names.append(as_said(name))
        elif not institution and not is_role(part):
            credit.rest.append(part)
    return credit


def people(raw: Iterable[str], *outlets: str | None) -> tuple[list[str], list[str]]:
    """Names and credits from raw author strings.

    Args:
        raw: bylines or author fields; each may name several, with a `By`, addresses and roles.
        outlets: names of the outlet and site themselves, which are no authors.

    Returns:
        People in their order, each once; and the outlets and agencies that stood among them.
    """
    found = [read_credit(entry) for entry in raw]
    own = [outlet for outlet in outlets if outlet]
    names = [
        name
        for credit in found
        for name in credit.names
        if not any(publisher_names.resembles(name, outlet) for outlet in own)
    ]
    return _each_once(names)[:_MOST_NAMES], _each_once([one for credit in found for one in credit.institutions])


def signatories(
    declared: Iterable[str], bylines: Iterable[Sequence[str]], *outlets: str | None
) -> tuple[list[str], list[str]]:
    """Who signed a page: people, and the newsrooms and agencies that its byline names.

    Args:
        declared: the authors that the page's structured data names, one each.
        bylines: what else may name them, likeliest first; asked for where nobody is declared but the outlet itself.
        outlets: names of the outlet and site; they sign where nobody else does.

    Returns:
        Names in their order, each once; and the outlets and agencies among them.
    """
    own = [outlet for outlet in outlets if outlet]
    signed, credited = _signed(declared)
    others = [name for name in signed if not any(publisher_names.resembles(name, outlet) for outlet in own)]
    if others:
        return others[:_MOST_NAMES], credited
    for lines in bylines:
        named, institutions_named = people([_FORE.sub("", line) for line in lines], *own)
        whole = [name for name in named if " " in name or not name.isascii()]
        others = [
            one for one in institutions_named if not any(publisher_names.resembles(one, outlet) for outlet in own)
        ]
        if whole or others:
            return _each_once([*whole, *others])[:_MOST_NAMES], others
    return signed[:1], credited


def _signed(declared: Iterable[str]) -> tuple[list[str], list[str]]:
    names: list[str] = []
    credited: list[str] = []
    for entry in declared:
        cleaned = BY.sub("", _ADDRESS.sub(" ", text.normalise_line(entry))).strip(" ,;|-–—")
        credit = read_credit(cleaned)
        credited += credit.institutions
        if publisher_names.is_known(cleaned) or not (credit.names or credit.institutions):
            if cleaned and len(cleaned.split()) <= _MOST_WORDS and cleaned.casefold() not in _NOBODY:
                names.append(cleaned)
            continue
        names += [*credit.names, *credit.institutions]
    return _each_once(names), _each_once(credited)


def is_name(words: str) -> bool:
    """Could this be a person's name: one to six capitalised words, no role, no digits?"""
    parts = words.split()
    if not 1 <= len(parts) <= 6 or _ROLE.search(words) or not parts[0][0].isalpha():
        return False
    if any(part.casefold() in _NO_NAMES for part in parts):
        return False
    return all(_WORD.fullmatch(part) and (part[0].isupper() or _fits_between(part)) for part in parts) and any(
        part[0].isupper() or not part[0].islower() for part in parts
    )


def is_role(words: str) -> bool:
    """Is this a job or an anonymous author (`Staff Writer`, `Our correspondent`) rather than a name?"""
    return bool(_ROLE.search(words)) and len(words.split()) <= 8


def as_said(name: str) -> str:
    """A name in title case where it was shouted: `SINÉAD O'NEILL` is Sinéad O'Neill, particles stay small."""
    letters = [character for character in name if character.isalpha()]
    if len(letters) < 4 or not all(character.isupper() for character in letters):
        return name
    parts = name.split()
    return " ".join(_case(part, first=n == 0) for n, part in enumerate(parts))


def _case(part: str, *, first: bool) -> str:
    if _INITIALS.match(part) and len(part) > 1 and "." in part:
        return part
    if _SUFFIX.match(part) and part[0] in "Ii":
        return part
    small = part.casefold()
    if small in _PARTICLES and not first:
        return small
    if "-" in part:
        head, *rest = part.split("-")
        head = head.casefold() if head.casefold() in {"al", "el", "ul"} and rest else _case(head, first=True)
        return "-".join([head, *(_case(piece, first=True) for piece in rest)])
    match = _MC.match(part)
    if match and len(match[2]) > 2:
        return match[1].capitalize() + match[2].capitalize()
    return part.capitalize()


def _parts(cleaned: str) -> list[str]:
    parts = [
        part.strip(" .,;|-–—:") if not part.endswith(("Jr.", "Sr.")) else part for part in _SEPARATOR.split(cleaned)
    ]
    parts = [part for part in parts if part and not _SUFFIX.match(part)]
    # `Barnard, Anne`: two single words with a comma between are one person.
    if len(parts) == 2 and re.fullmatch(r"[^\s,]+,\s*[^\s,]+", cleaned):
        return [f"{parts[1]} {parts[0]}"]
    return parts


def _outlet_as_said(name: str) -> str:
    said = as_said(name)
    # Initials are spoken as letters: BBC, NPR.
    return said if said == name else " ".join(_initials_kept(one) for one in said.split())


def _initials_kept(word: str) -> str:
    return word if set(word.casefold()) & set("aeiouy") or len(word) > 4 else word.upper()


def _is_place_beside(name: str) -> bool:
    """One Latin word among several parts: `Jane Doe, Beirut`. Other scripts write whole names without spaces."""
    return " " not in name and name[0].upper() != name[0].lower()


def _fits_between(part: str) -> bool:
    return part.casefold() in _PARTICLES or part.startswith(("al-", "el-", "d'", "d’")) or not part[0].islower()


def _each_once(names: list[str]) -> list[str]:
    return list({name.casefold(): name for name in reversed(names)}.values())[::-1]
