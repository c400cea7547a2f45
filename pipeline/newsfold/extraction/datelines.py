"""Datelines: `BEIRUT, Lebanon —`, `WASHINGTON (AP) —`, `LONDON, June 5 (Reuters) -`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsfold import text
from newsfold.extraction import publisher_names

_PLACE = r"(?:[^\W\d_][\w.'’/\-]*)(?:\ [^\W\d_][\w.'’/\-]*){0,5}"
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|janv|févr|avr|mai|juin|juil|août|déc|mär|okt"
    r"|dez|fev|out|set|gen|mag|giu|lug|ott)[a-zéûçä]*\.?"
)
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
_LONGEST = 120
# Shouted words that open a paragraph and a dash, and are no places.
_LABELS = text.word_set(
    """
    analysis breaking comment correction editorial exclusive explainer fact feature file gallery interview just latest
    live more new news note opinion photo photos pictured podcast poll q question quiz read review special story top
    update updated urgent video warning watch a i check editor's editor’s in out stories updates
    """
)
_SMALL = text.word_set("de del la le of the sur y al el do da di am an der")


@dataclass(frozen=True, slots=True)
class Dateline:
    """What stood before the dash, and the paragraph without it."""

    place: str | None
    agency: str | None
    outlet: str | None
    rest: str


def split(paragraph: str) -> Dateline | None:
    """The dateline at a paragraph's start, or None.

    A place is in capitals, with a region in any case after its comma; in mixed case only where a known agency in
    brackets or a day follows. An agency may stand alone in brackets.
    """
    match = _DATELINE.match(paragraph[:_LONGEST])
    if not match:
        return None
    place, region, day, credit = match["place"], match["region"], match["day"], match["agency"]
    agency = publisher_names.agency(credit, bracketed=True) if credit else None
    outlet = credit.strip() if credit and not agency and publisher_names.is_outlet(credit) else None
    invented = bool(credit) and not agency and not outlet
    if invented:
        # The brackets after a place and a day name an agency even where no list knows it.
        if not (place and _names_agency(credit)):
            return None
        agency = credit.strip()
    known = (bool(agency or outlet) and not invented) or bool(day and place and _short(place))
    if place is None:
        if not (agency or outlet):
            return None
    elif not _is_place(place, shouted=not known) or (region and not _is_region(region)):
        return None
    rest = paragraph[match.end() :]
    if not known and not re.match(r"\W*[A-ZÀ-Þ\d]|\W*[^\W\da-zà-ÿ]", rest):
        return None
    return Dateline(", ".join(filter(None, (place, region))) or None, agency, outlet, rest)


def _is_place(place: str, *, shouted: bool) -> bool:
    words = re.split(r"[ /]", place)
    if all(word.casefold() in _LABELS for word in words) or len(words) > 6:
        return False
    if shouted:
        letters = [one for one in place if one.isalpha()]
        return len(letters) > 2 and len(words) <= 4 and all(one.isupper() for one in letters)
    return all(word[:1].isupper() or word.casefold() in _SMALL for word in words if word)


def _is_region(region: str) -> bool:
    return len(region.split()) <= 4 and all(word[:1].isupper() or word in _SMALL for word in region.split())


def _names_agency(credit: str) -> bool:
    words = credit.split()
    return len(words) <= 4 and all(word[:1].isupper() for word in words) and not credit.endswith(".")


def _short(place: str) -> bool:
    return len(place.split()) <= 3
