"""Entities of a story: people, organisations and places, each once, by its fullest form."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from typing import Any, NamedTuple

from newsfold import text
from newsfold.summaries.names.abbreviations import fold_acronym
from newsfold.summaries.names.mentions import Evidence, fold_name
from newsfold.summaries.names.outlet_names import find_domain, names_outlet, strip_ending
from newsfold.summaries.names.reader import ACRONYM, NameReader, find_head
from newsfold.summaries.names.statistics import is_programme
from newsfold.summaries.names.uses import NameUse
from newsfold.summaries.stories import Story

MAX_ENTITIES = 15
PERSON, ORGANISATION, PLACE, OTHER = "person", "organisation", "place", "other"
_TITLE_WEIGHT = 3.0
_OPENING_WEIGHT = 1.5  # of a use in the first `_OPENING` characters
_OPENING = 300
_MAX_USES = 4  # counted in one article
_SEVERAL_ARTICLES = 4  # of so many, one that has a name late is too few
_MANY_ARTICLES = 8  # of so many, one that has a name is too few
_MAX_ACRONYM = 6
_MIN_OUTLET_END = 4  # letters of a short form of an outlet's name


class Entity(NamedTuple):
    """A person, organisation, place or other name.

    Attributes:
        name: its fullest form.
        type: `person`, `organisation`, `place` or `other`.
        n_articles: the number of the story's texts that mention it.
        forms: its other forms, the most frequent first.
    """

    name: str
    type: str
    n_articles: int
    forms: list[str]

    @property
    def words(self) -> frozenset[str]:
        """The words of all its forms, case-folded."""
        return frozenset(word for form in (self.name, *self.forms) for word in _split_form(form))

    def to_row(self) -> dict[str, Any]:
        """Return a value of `entity_mentions`."""
        return {"name": self.name, "type": self.type, "n_articles": self.n_articles, "forms": self.forms}


def _split_form(form: str) -> list[str]:
    plain = form.replace(" ", "")
    return form.lower().split(" ") if plain.isascii() and plain.isalnum() else text.split_words(form)


def extract_entities(story: Story, reader: NameReader) -> list[Entity]:
    """Return up to `MAX_ENTITIES` names that the story's articles in its language mention, the most prominent first.

    A name counts if its capital is evidence, or if other texts of the story or the window confirm it. Short forms
    join the full one that the story has, or else the one that the window's texts mostly mean. Names that a large
    share of the window's texts mention, and those of the outlet itself, are left out.

    Args:
        story: the story.
        reader: a reader of the story's language.
    """
    story = story.in_language
    originals = story.central_originals
    uses: dict[str, NameUse] = {}
    for rank, article in enumerate(originals):
        for key, use in reader.read(article, rank, uses).items():
            use.weight = _TITLE_WEIGHT * use.in_title + min(use.total, _MAX_USES) / 2
            use.weight += _OPENING_WEIGHT * (0 <= use.first[0] < _OPENING)
            if key in uses:
                uses[key].add(use)
            else:
                uses[key] = use
    outlets = {" ".join(text.split_words(article.outlet)) for article in originals}
    outlets |= {find_domain(article.url) for article in originals if article.url} - {""}
    common_acronyms = {
        fold_acronym(mention.abbreviation)
        for article in originals
        for mention in article.mentions
        if mention.evidence & Evidence.COMMON
    }
    joined = _join_window_forms(_join_forms(_join_places(uses, reader), reader), reader)
    joined.sort(key=lambda item: (-round(item[0].weight, 6), item[0].first, item[1]))
    chosen: list[Entity] = []
    for use, name in joined:
        type_ = find_type(use, reader, name)
        enough = _SEVERAL_ARTICLES if use.first[0] >= _OPENING else _MANY_ARTICLES
        is_rare = len(originals) >= enough and len(use.articles) == 1 and not use.in_title
        is_left_out = (
            is_rare
            or (type_ != PERSON and _is_theme(use.key, reader))
            or _is_common_acronym(use, reader, common_acronyms)
            or (type_ != PLACE and (is_programme(reader.find(use.key)) or _is_outlet(use, outlets, reader)))
        )
        if not is_left_out:
            chosen.append(_build_entity(use, name, type_))
        if len(chosen) == MAX_ENTITIES:
            break
    return chosen


def _is_theme(key: str, reader: NameReader) -> bool:
    is_theme = reader.theme_names.get(key)
    if is_theme is None:
        is_theme = key not in reader.words.places and reader.statistics.is_theme(text.split_words(key))
        reader.theme_names[key] = is_theme
    return is_theme


def _fold_if_acronym(form: str, reader: NameReader) -> str:
    """Return the letters of a word that is an abbreviation, perhaps in the plural: POGOs; "" if it is none."""
    acronym = reader.acronyms.get(form)
    if acronym is None:
        is_acronym = ACRONYM.match(form.removesuffix("s") if len(form) > 2 else form)
        acronym = reader.acronyms[form] = fold_acronym(form) if is_acronym else ""
    return acronym


def _is_common_acronym(use: NameUse, reader: NameReader, common_acronyms: Container[str]) -> bool:
    """Return whether a name is the abbreviation of words in small letters, in the story or the window, or a class.

    A class has members: GPs and OFWs, where no text names them in full.
    """
    form = min(use.forms)
    acronym = "" if " " in form else _fold_if_acronym(form, reader)
    if not acronym:
        return False
    if " " not in use.key and any(other.endswith("s") and not other.isupper() for other in use.forms):
        return True
    return acronym in common_acronyms or reader.find(use.key).full.islower()


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
    rows = [(reader.find_parts(use.key), use) for use in _join_plurals(uses, reader)]
    rows.sort(key=lambda row: (row[0].rank, -row[1].weight, row[1].key))
    acronyms = [
        _fold_if_acronym(min(use.forms), reader) if len(parts.words) == 1 else "" for parts, use in rows
    ]
    wanted = frozenset(acronyms)
    for (parts, use), acronym in zip(rows, acronyms, strict=True):
        words = parts.words
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
            for part in parts.all_words:
                by_word[part].append(use)
            if not wanted.isdisjoint(parts.initials) and (len(words) > 2 or find_type(use, reader) == ORGANISATION):
                for initials in parts.initials:
                    by_initials.setdefault(initials, use)
            if use.abbreviation:
                by_initials[fold_acronym(use.abbreviation)] = use
    return full


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


_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})


def _is_short_for(short: NameUse, full: NameUse, reader: NameReader) -> bool:
    """Return whether a name is the beginning or the end of a longer one, and names the same."""
    words, longer = short.words, full.words
    while longer[-1] in _SUFFIXES and len(longer) > 1:
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


def _is_outlet(use: NameUse, outlets: Iterable[str], reader: NameReader) -> bool:
    """Return whether a name is that of an outlet of the story, of a part of it, or a part of its name.

    Fox News is of "fox", The Mail or Mail on Sunday of "dailymail".
    """
    parts = reader.outlet_parts.get(use.key)
    if parts is None:
        parts = reader.outlet_parts[use.key] = _split_outlet(use.key, reader)
    name, end, is_short = parts
    for outlet in outlets:
        joined = outlet.replace(" ", "")
        if joined.startswith(name) or (is_short and joined.endswith(end)):
            return True
        if use.key.partition(" ")[0] == outlet or names_outlet(use.key, outlet):
            return True
    return False


def _split_outlet(key: str, reader: NameReader) -> tuple[str, str, bool]:
    """Return the letters of a name, the end of an outlet's name that it may be, and whether it may be one."""
    core = [word for word in text.split_words(key) if word not in reader.words.function_words]
    name = "".join(core) or key
    end = strip_ending(core[0]) if core else ""
    is_short = len(end) >= _MIN_OUTLET_END and all(
        word in reader.words.organisation_heads or word in reader.words.weekdays for word in core[1:]
    )
    return name, end, is_short


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
    tokens = [token for token in name.split(" ") if token.casefold() not in _SUFFIXES]
    head = find_head([part for part in parts if part not in _SUFFIXES] or parts)
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
    # One text that tells of a debate "into Ida Brask" does not make her a place.
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


def _build_entity(use: NameUse, name: str, type_: str) -> Entity:
    if use.numbers and type_ not in (PERSON, PLACE):
        number, n_numbers = min(Counter(use.numbers).items(), key=lambda item: (-item[1], item[0]))
        if n_numbers * 2 >= use.total and (n_numbers > 1 or use.definite):
            name = f"{name} {number}"
    if len(use.forms) == 1 and not use.abbreviation and name in use.forms:
        return Entity(name, type_, len(use.articles), [])
    forms = [form for form in use.forms if form != name and use.forms[form]]
    forms.sort(key=lambda form: (-use.forms[form], form))
    if use.abbreviation and use.abbreviation not in (name, *forms):
        forms.append(use.abbreviation)
    return Entity(name, type_, len(use.articles), forms)
