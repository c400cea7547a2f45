"""Forms of names in a story: those that name the same are joined."""

from __future__ import annotations

import functools
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from newsfold.summaries.names.abbreviations import fold_acronym, list_initials
from newsfold.summaries.names.entity_types import ORGANISATION, PERSON, PLACE, SUFFIXES, find_type
from newsfold.summaries.names.reader import ACRONYM, NameReader
from newsfold.summaries.names.split_runs import fold_name
from newsfold.summaries.names.uses import NameUse

_MAX_ACRONYM = 6


def join_all_forms(uses: dict[str, NameUse], reader: NameReader) -> list[tuple[NameUse, str]]:
    """Return the names of a story, each once, with the form to print: short forms join full ones, spellings one.

    Args:
        uses: the uses of each name, by key; they are changed.
        reader: a reader of the story's language.
    """
    return _join_window_forms(_join_forms(_join_places(uses, reader), reader), reader)


@functools.lru_cache(maxsize=32_768)
def fold_if_acronym(form: str) -> str:
    """Return the letters of a word that is an abbreviation, perhaps in the plural: POGOs; "" if it is none."""
    is_acronym = ACRONYM.match(form.removesuffix("s") if len(form) > 2 else form)
    return fold_acronym(form) if is_acronym else ""


def _join_places(uses: dict[str, NameUse], reader: NameReader) -> list[NameUse]:
    """Join "U.S." with "United States", and names with those that a nation stands before."""
    short_places = reader.words.short_places
    for key in sorted(uses.keys() & short_places.keys()):
        full = short_places[key]
        target = uses.setdefault(fold_name(full), NameUse(fold_name(full)))
        target.forms.setdefault(full, 0)
        target.add(uses.pop(key))
    for key in sorted(uses.keys() & reader.words.place_synonyms.keys()):
        full = fold_name(reader.words.place_synonyms[key])
        if full in uses:
            uses[full].add(uses.pop(key))
    for key in sorted(key for key in uses if " of " in key):  # Republic of Ireland
        kind, _, rest = key.partition(" of ")
        place = rest.removeprefix("the ")
        if kind in reader.words.states and place in uses and place in reader.words.places:
            uses[place].add(uses.pop(key))
    _join_described(uses, reader)
    return [uses[key] for key in sorted(uses)]


def _join_described(uses: dict[str, NameUse], reader: NameReader) -> None:
    """Join "Lebanese Hezbollah" with "Hezbollah", and "Castaway Ida Brask" with "Ida Brask"."""
    words = reader.words
    for key in sorted(key for key in uses if " " in key):
        first, _, rest = key.partition(" ")
        if rest not in uses or key in words.places or rest.rpartition(" ")[2] in words.heads:
            continue
        is_nation = first in words.demonyms and first not in words.directions
        is_person = " " in rest and rest.partition(" ")[0] in words.given_names
        if is_nation or (is_person and first not in words.given_names and first.rstrip(".") not in words.titles):
            uses[rest].add(uses.pop(key))


def _join_forms(uses: Iterable[NameUse], reader: NameReader) -> list[NameUse]:
    """Join the short forms in a story's texts with the full ones."""
    full: list[NameUse] = []
    by_word: defaultdict[str, list[NameUse]] = defaultdict(list)
    by_initials: dict[str, NameUse] = {}
    rows = [(_find_parts(use.key, reader), use) for use in _join_plurals(uses, reader)]
    rows.sort(key=lambda row: (row[0][0], -row[1].weight, row[1].key))
    acronyms = [fold_if_acronym(min(use.forms)) if len(parts[1]) == 1 else "" for parts, use in rows]
    wanted = frozenset(acronyms)
    for ((_, words, all_words, all_initials), use), acronym in zip(rows, acronyms, strict=True):
        longer = by_word[words[0]]
        targets = [other for other in longer if _is_short_for(use, other, reader)] if longer else []
        if acronym in by_initials:
            target = by_initials[acronym]
            target.add(use)
            target.abbreviation = target.abbreviation or min(use.forms)
        elif targets:
            max(targets, key=lambda other: (other.weight, other.key)).add(use)
        else:
            full.append(use)
            for part in all_words:
                by_word[part].append(use)
            if not wanted.isdisjoint(all_initials) and (len(words) > 2 or find_type(use, reader) == ORGANISATION):
                for initials in all_initials:
                    by_initials.setdefault(initials, use)
            if use.abbreviation:
                by_initials[fold_acronym(use.abbreviation)] = use
    return full


def _find_parts(key: str, reader: NameReader) -> tuple[tuple[int, int], list[str], list[str], list[str]]:
    """Return a rank by the length of a name, its words, these and the parts of compounds, and its initials."""
    parts = reader.parts.get(key)
    if parts is None:
        words = key.split(" ")
        all_words = list(dict.fromkeys([*words, *(part for word in words for part in word.split("-"))]))
        initials = list_initials(words, reader.words.small_words) if len(words) > 1 else []
        parts = reader.parts[key] = (-len(words), -key.count("-")), words, all_words, initials
    return parts


def _join_spellings(uses: Iterable[NameUse], reader: NameReader) -> dict[str, NameUse]:
    """Return the uses by key, those of one spelling joined: US Navy and U.S. Navy, Kim Jong Un and Kim Jong-un."""
    joined: dict[str, NameUse] = {}
    by_spelling: dict[str, NameUse] = {}
    for use in sorted(uses, key=lambda use: (-use.weight, use.key)):
        form = _find_own_form(use)
        spelling = reader.spellings.get((form, use.key))
        if spelling is None:
            spelling = reader.spellings[form, use.key] = _spell_out(form, use, reader)
        if spelling in by_spelling and by_spelling[spelling].key != use.key:
            by_spelling[spelling].add(use)
        else:
            by_spelling[spelling or use.key] = joined[use.key] = use
    return joined


def _find_own_form(use: NameUse) -> str:
    """Return the first form of a name that is spelt as its key."""
    if len(use.forms) == 1:
        return next(iter(use.forms))
    return min((form for form in use.forms if fold_name(form) == use.key), default=use.key)


def _spell_out(form: str, use: NameUse, reader: NameReader) -> str:
    """Return the letters of a name, equal for all spellings of it."""
    if use.key.isascii() and use.key.isalpha():
        word = use.key if use.key != "and" else ""
        return reader.words.spellings.get(word, word.replace("isation", "ization"))
    # Only capitals are short for a place: not the last word of Kim Jong Un.
    full = [
        fold_name(reader.words.short_places.get(fold_name(word), word) if word.isupper() else word)
        for word in form.split(" ")
    ]
    words = unicodedata.normalize("NFKD", " ".join(full) if len(use.words) > 1 else use.key).split(" ")
    if len(words) > 2 and words[1] == "of" and words[0] in reader.words.body_heads:  # University of Oxford
        words = [*words[2:], words[0]]
    # David O. Carter
    words = [word for i, word in enumerate(words) if not 0 < i < len(words) - 1 or len(word.rstrip(".")) > 1]
    words = [word for word in words if word not in ("&", "and")]
    spelled = (reader.words.spellings.get(word, word.replace("isation", "ization")) for word in words)
    return "".join(filter(str.isalnum, "".join(spelled)))


def _join_plurals(uses: Iterable[NameUse], reader: NameReader) -> list[NameUse]:
    """Join "Starlinks" with "Starlink", where neither names a person or a place."""
    by_key = _join_spellings(uses, reader)
    for key in sorted(key for key in by_key if key.endswith("s")):
        singular = by_key.get(key.removesuffix("s"))
        if singular and singular.key != key and len(singular.key) > 2:
            types = {find_type(use, reader, min(use.forms)) for use in (singular, by_key[key])}
            if types.isdisjoint({PERSON, PLACE}):
                singular.add(by_key.pop(key))
    return list(by_key.values())


def _is_short_for(short: NameUse, full: NameUse, reader: NameReader) -> bool:
    """Return whether a name is the beginning or the end of a longer one, and names the same."""
    words, longer = short.words, full.words
    while longer[-1] in SUFFIXES and len(longer) > 1:
        longer = longer[:-1]
    n = len(words)
    is_end = longer[-n:] == words or (n == 1 and longer[-1].endswith(f"-{words[0]}"))
    stem, _, number = full.key.partition("-")
    if short.key == stem and number.isdigit():
        return True  # Tianwen-1
    if n >= len(longer) or not (is_end or longer[:n] == words):
        return False
    if short.key in reader.words.places and not short.persons:
        return False
    type_ = find_type(full, reader)
    if type_ == PERSON:
        return short.places <= short.persons + 1
    if type_ != PLACE and short.key in reader.words.cities and not is_end:
        return False  # Kent, of Kent Police
    row = reader.find(short.key)
    return not (short.persons or row.persons > row.texts / 4) and (
        is_end or (not short.places and row.places <= row.texts / 4)
    )


def _join_window_forms(uses: Iterable[NameUse], reader: NameReader) -> list[tuple[NameUse, str]]:
    """Join short forms with the full ones of the window, and return all with their names."""
    joined: dict[str, tuple[NameUse, str]] = {}
    waiting: list[tuple[NameUse, str]] = []
    for use in uses:
        row = reader.find(use.key)
        if row.full and not row.full.islower() and " " not in use.key and _may_be_short(use, reader):
            waiting.append((use, row.full))
        else:
            joined[use.key] = use, _choose_form(use)
    for use, name in waiting:
        key = fold_name(name)
        if key in joined:
            joined[key][0].add(use)
        else:
            full = NameUse(key)
            full.add(use)
            joined[key] = full, name
    return list(joined.values())


def _choose_form(use: NameUse) -> str:
    """Return the most frequent form of a name; one in capitals only if there is no other, since they are emphasis."""
    if len(use.forms) == 1:
        return next(iter(use.forms))
    own = [form for form in use.forms if fold_name(form) == use.key]
    return min(own, key=lambda form: (form.isupper() and len(form) > _MAX_ACRONYM, -use.forms[form], form))


def _may_be_short(use: NameUse, reader: NameReader) -> bool:
    """Return whether a name that may be short for another of the window names no place or the like itself."""
    row = reader.find(use.key)
    if fold_name(row.full).split(" ")[-1] != use.key:
        return True  # an abbreviation
    if use.key in reader.words.places:
        return use.persons > use.places and row.persons > row.places
    return use.places + row.places <= max(use.persons + row.persons, 1)
