"""Bylines and author fields: who wrote a text, and which outlets and agencies are credited with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsfold import text, times
from newsfold.extraction import names, page_furniture, publisher_names, word_lists

_MAX_AUTHORS = 20
_MAX_LINE_WORDS = 20
_MAX_DECLARED_WORDS = 6  # of an author that is neither a listed publisher nor looks like a name
_ANONYMOUS = word_lists.load_words("bylines", "anonymous")
_BY = re.compile(
    rf"^(?:{word_lists.load_alternatives('bylines', 'before_by')} )?{word_lists.load_alternatives('bylines', 'by')}"
    r"\s*:?\s+",
    re.IGNORECASE,
)
# In capitals, as bylines of a page begin after a section's name: `Economy By Jane Roe`.
_BY_WITHIN = re.compile(
    rf"^.{{0,40}}?\b(?:{'|'.join(word.capitalize() for word in word_lists.load_entries('bylines', 'by'))})"
    r"\s+(?=[^\W\d_])"
)
_SEPARATOR = re.compile(rf"\s*(?:[;|/•·,&]|\s{word_lists.load_alternatives('bylines', 'conjunctions')}\s)\s*")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|(?<!\w)@\w+")
_BRACKETED = re.compile(r"(?:\(|\[|<)([^()\[\]<>]*)(?:\)|\]|>)")
_PLACE = re.compile(rf"\s{word_lists.load_alternatives('bylines', 'place_prepositions')}\s+[A-Z].*$")
_TRAILING_JOB = re.compile(rf"{word_lists.load_alternatives('bylines', 'trailing_jobs')}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credit:
    """A parsed byline.

    Attributes:
        names: people, in the line's order.
        publishers: outlets and agencies, in the line's order.
        rest: parts that are neither.
    """

    names: list[str]
    publishers: list[str]
    rest: list[str]


def parse_credit(line: str) -> Credit:
    """Parse a byline or author field into people, outlets and agencies; jobs and places are left out."""
    line = text.normalise_line(line)
    credit = Credit([], [part for part in _BRACKETED.findall(line) if publisher_names.is_listed(part)], [])
    cleaned = _ADDRESS.sub(" ", _BRACKETED.sub(" ", line)).strip(" ,;|-–—")
    parts = _split_parts(_BY.sub("", cleaned))
    for part in parts:
        bare = _TRAILING_JOB.sub("", part)
        name, publisher = (bare, None) if publisher_names.is_listed(bare) else publisher_names.split_credit(bare)
        if publisher is None and publisher_names.is_publisher(bare):
            name, publisher = "", bare
        if publisher:
            credit.publishers.append(_restore_publisher_case(publisher))
        name = _PLACE.sub("", name)
        if names.is_name(name) and not (len(parts) > 1 and _is_place_beside_name(name)):
            credit.names.append(names.restore_case(name))
        elif not publisher and not names.is_role(part):
            credit.rest.append(part)
    return credit


def parse_byline(line: str, *, require_by: bool) -> Credit | None:
    """Return the people and publishers of a line that is a byline, or None if it is anything else.

    Args:
        line: one whole line.
        require_by: take only lines with a `By`; else also `NAME, OUTLET` and `NAME in PLACE and NAME in PLACE`.
    """
    has_by = _BY.match(line)
    if len(line.split(maxsplit=_MAX_LINE_WORDS)) > _MAX_LINE_WORDS or (require_by and not has_by):
        return None
    undated, _ = times.split_trailing_date(line)
    credit = parse_credit(undated)
    if credit.rest or (page_furniture.ends_sentence(line) and not re.search(r"\b(?:[A-Z]|Jr|Sr)\.$", line)):
        return None
    if has_by:
        is_anonymous = not credit.names and not credit.publishers
        is_whole = any(" " in name or name[-1:].isdigit() for name in credit.names) or bool(credit.publishers)
        return credit if is_whole or (is_anonymous and names.is_role(line)) else None
    if not all(len(name.split()) in {2, 3} for name in credit.names):
        return None
    has_places = len(credit.names) > 1 and re.search(r"\sin\s[A-Z]", line)
    return credit if credit.names and (credit.publishers or has_places) else None


def parse_authors(fields: Iterable[str], *outlets: str | None) -> tuple[list[str], list[str]]:
    """Parse raw author strings.

    Args:
        fields: bylines or author fields; each may name several authors, with a `By`, addresses and roles.
        outlets: names of the outlet and the site themselves, which are not authors.

    Returns:
        People in their order, each once; and the outlets and agencies among them.
    """
    credits_ = [parse_credit(field) for field in fields]
    people = [
        name for credit in credits_ for name in credit.names if not publisher_names.is_any_publisher(name, *outlets)
    ]
    credited = [publisher for credit in credits_ for publisher in credit.publishers]
    return _deduplicate(people)[:_MAX_AUTHORS], _deduplicate(credited)


def choose_authors(
    declared: Iterable[str], bylines: Iterable[Sequence[str]], *outlets: str | None
) -> tuple[list[str], list[str]]:
    """Choose who signs a page: people, and the newsrooms and agencies that its byline names.

    Args:
        declared: the authors that the page's structured data names, one each.
        bylines: other lines that may name them, likeliest first; read if nobody but the outlet itself is declared.
        outlets: names of the outlet and the site; they sign if nobody else does.

    Returns:
        Names in their order, each once; and the outlets and agencies among them.
    """
    signed, credited = _parse_declared(declared)
    others = [name for name in signed if not publisher_names.is_any_publisher(name, *outlets)]
    if others:
        return others[:_MAX_AUTHORS], credited
    for lines in bylines:
        people, publishers = parse_authors([_BY_WITHIN.sub("", line) for line in lines], *outlets)
        full_names = [name for name in people if " " in name or not name.isascii()]
        others = [publisher for publisher in publishers if not publisher_names.is_any_publisher(publisher, *outlets)]
        if full_names or others:
            return _deduplicate([*full_names, *others])[:_MAX_AUTHORS], others
    return signed[:1], credited


def _parse_declared(declared: Iterable[str]) -> tuple[list[str], list[str]]:
    signed: list[str] = []
    credited: list[str] = []
    for field in declared:
        cleaned = _BY.sub("", _ADDRESS.sub(" ", text.normalise_line(field))).strip(" ,;|-–—")
        credit = parse_credit(cleaned)
        credited += credit.publishers
        if publisher_names.is_listed(cleaned) or not (credit.names or credit.publishers):
            if cleaned and len(cleaned.split()) <= _MAX_DECLARED_WORDS and cleaned.casefold() not in _ANONYMOUS:
                signed.append(cleaned)
            continue
        signed += [*credit.names, *credit.publishers]
    return _deduplicate(signed), _deduplicate(credited)


def _split_parts(cleaned: str) -> list[str]:
    parts = [
        part.strip(" .,;|-–—:") if not part.endswith(("Jr.", "Sr.")) else part for part in _SEPARATOR.split(cleaned)
    ]
    parts = [part for part in parts if part and not names.SUFFIX.match(part)]
    # `Barnard, Anne`: two single words with a comma between are one person.
    if len(parts) == 2 and re.fullmatch(r"[^\s,]+,\s*[^\s,]+", cleaned):
        return [f"{parts[1]} {parts[0]}"]
    return parts


def _restore_publisher_case(name: str) -> str:
    restored = names.restore_case(name)
    # Initials are spoken as letters: BBC, NPR.
    return restored if restored == name else " ".join(_keep_initials(word) for word in restored.split())


def _keep_initials(word: str) -> str:
    return word if set(word.casefold()) & set("aeiouy") or len(word) > 4 else word.upper()


def _is_place_beside_name(name: str) -> bool:
    """Return whether one Latin word among several parts is a place: `Jane Doe, Beirut`.

    Other scripts write whole names without spaces.
    """
    return " " not in name and name[0].upper() != name[0].lower()


def _deduplicate(listed: list[str]) -> list[str]:
    """Return each name once, whatever its case: as first written, in the place where it is named last."""
    return list({name.casefold(): name for name in reversed(listed)}.values())[::-1]
