"""Datelines: `BEIRUT, Lebanon —`, `WASHINGTON (AP) —`, `LONDON, June 5 (Reuters) -`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsfold.extraction import publisher_names, word_lists

_PLACE = r"(?:[^\W\d_][\w.'’/\-]*)(?:\ [^\W\d_][\w.'’/\-]*){0,5}"
_MONTH = rf"{word_lists.load_alternatives('dates', 'month_prefixes')}[a-zéûçä]*\.?"
_DAY = rf"(?:{_MONTH}\ \d{{1,2}}|\d{{1,2}}\.?\ (?:de\ )?{_MONTH})(?:,?\ \d{{4}})?"
_DASH = r"(?:\.?\s*[—–―]+\s*|\.?\s*--+\s*|\.-\s*|\s[-_‐‑]\s|\.\s-\s)"
_DATELINE = re.compile(
    rf"""
    (?:(?P<place>{_PLACE})(?:,\s(?P<region>(?!{_DAY})[^\W\d_][\w.'’\- ]{{1,30}}?\.?))?)?
    (?:,?\s(?P<day>{_DAY}))?
    (?:,?\s?[(/](?P<agency>[^()/]{{2,40}})[)/])?
    (?P<dash>{_DASH})
    (?=["'“”‘’«„¿¡(\[]*[^\W_])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HAS_DASH = re.compile(r"[—–―]|--|\.-|\s[-_‐‑]\s")  # a paragraph without any has no dateline, and most have none
_MAX_CHARACTERS = 120
_LABELS = word_lists.load_words("datelines", "labels")
_SMALL_WORDS = word_lists.load_words("datelines", "small_words")


@dataclass(frozen=True, slots=True)
class Dateline:
    """A parsed dateline.

    Attributes:
        place: place and region.
        agency: the agency that it credits.
        outlet: the outlet that it credits instead.
        rest: the paragraph after the dash.
    """

    place: str | None
    agency: str | None
    outlet: str | None
    rest: str


def parse_dateline(paragraph: str) -> Dateline | None:
    """Return the dateline at a paragraph's start, or None if there is none.

    A place is in capitals, with a region in any case after its comma; in mixed case only if a known agency in
    brackets or a day follows. An agency may stand alone in brackets.
    """
    opening = paragraph[:_MAX_CHARACTERS]
    match = _DATELINE.match(opening) if _HAS_DASH.search(opening) else None
    if not match:
        return None
    place, region, day, credit = match["place"], match["region"], match["day"], match["agency"]
    agency = publisher_names.resolve_agency(credit, bracketed=True) if credit else None
    outlet = credit.strip() if credit and not agency and publisher_names.is_publisher(credit) else None
    is_unlisted = bool(credit) and not agency and not outlet
    if is_unlisted:
        # The brackets after a place and a day name an agency even if no list knows it.
        if not (place and _is_agency_like(credit)):
            return None
        agency = credit.strip()
    is_certain = (bool(agency or outlet) and not is_unlisted) or bool(day and place and len(place.split()) <= 3)
    if place is None:
        if not (agency or outlet):
            return None
    elif not _is_place(place, in_capitals=not is_certain) or (region and not _is_region(region)):
        return None
    rest = paragraph[match.end() :]
    if not is_certain and not re.match(r"\W*[A-ZÀ-Þ\d]|\W*[^\W\da-zà-ÿ]", rest):
        return None
    return Dateline(", ".join(filter(None, (place, region))) or None, agency, outlet, rest)


def _is_place(place: str, *, in_capitals: bool) -> bool:
    words = re.split(r"[ /]", place)
    if all(word.casefold() in _LABELS for word in words) or len(words) > 6:
        return False
    if in_capitals:
        letters = [character for character in place if character.isalpha()]
        return len(letters) > 2 and len(words) <= 4 and all(character.isupper() for character in letters)
    return all(word[:1].isupper() or word.casefold() in _SMALL_WORDS for word in words if word)


def _is_region(region: str) -> bool:
    words = region.split()
    return len(words) <= 4 and all(word[:1].isupper() or word in _SMALL_WORDS for word in words)


def _is_agency_like(credit: str) -> bool:
    words = credit.split()
    return len(words) <= 4 and all(word[:1].isupper() for word in words) and not credit.endswith(".")
