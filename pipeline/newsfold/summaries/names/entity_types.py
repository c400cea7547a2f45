"""Types of names: by their words, by the words around them, and by their form."""

from __future__ import annotations

from newsfold.summaries.names.reader import ACRONYM, NameReader, find_head
from newsfold.summaries.names.uses import NameUse

PERSON, ORGANISATION, PLACE, OTHER = "person", "organisation", "place", "other"
SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})


def find_type(use: NameUse, reader: NameReader, name: str = "") -> str:
    """Return the type of a name: by its words, by the words around it in the story and the window, and by its form."""
    name = name or next(iter(use.forms), "")
    judged = (use.key, name, use.persons, use.places, use.definite, use.total, bool(use.abbreviation))
    type_ = reader.types.get(judged)
    if type_ is None:
        type_ = reader.types[judged] = _judge_type(use, reader, name)
    return type_


def _judge_type(use: NameUse, reader: NameReader, name: str) -> str:
    words, parts = reader.words, use.words
    row = reader.find(use.key)
    persons, places, definite = use.persons + row.persons, use.places + row.places, use.definite + row.definite
    total = max(use.total, row.texts)
    tokens = [token for token in name.split(" ") if token.casefold() not in SUFFIXES]
    head = find_head([part for part in parts if part not in SUFFIXES] or parts)
    is_given = len(parts) > 1 and parts[0] in words.given_names
    if use.key in words.organisations:
        return ORGANISATION
    if use.key in words.places:
        return PERSON if persons > 2 * places + 1 and persons * 2 > total else PLACE
    if head in words.organisation_heads:
        return ORGANISATION
    if head in words.place_heads and len(parts) > 1:
        return PERSON if is_given and persons > places else PLACE
    if parts[0] in words.other_beginnings or (head in words.other_heads and len(parts) > 1 + is_given):  # but: Ida Day
        return OTHER
    if parts[0] in words.titles or " ".join(parts[:2]) in words.titles:
        return PERSON
    if persons > places and persons * 4 >= total:
        return PERSON
    is_region = len(parts) == 2 and parts[0] in words.directions
    is_region &= definite * 3 <= total or parts[-1] in words.places or parts[-1] in words.cities
    is_local = len(parts) > 2 and " ".join(parts[:2]) in words.places  # San Diego Harbour Friends
    if len(parts) > 1 and (is_region or parts[0] in words.place_beginnings) and not is_local:
        return PLACE
    if use.key in words.cities and (places or parts[0] not in words.given_names):
        return PLACE
    if any(ACRONYM.match(token) and "." not in token and token.isalpha() for token in tokens):
        return ORGANISATION
    # One text that mentions a debate "into Ida Brask" does not make her a place.
    if places > is_given and places * (2 if is_given else 3) >= total:
        return PLACE
    if use.abbreviation and len(parts) > 2:
        return ORGANISATION
    if parts[0] in words.given_names and not definite:
        return PERSON
    if len(parts) == 1 and any(char.isupper() for char in name[3:]):
        return ORGANISATION  # TikTok
    if len(parts) > 1 and (definite * 3 > total or any(part in words.places for part in parts)):
        return ORGANISATION
    is_plain = all(part.replace("-", "").replace(".", "").replace("'", "").isalpha() for part in parts)
    if 2 <= len(parts) <= 4 and is_plain and words.small_words.isdisjoint(parts) and reader.is_name_word(parts[-1]):
        return PERSON
    return PLACE if parts[-1].endswith(words.place_endings) else OTHER
