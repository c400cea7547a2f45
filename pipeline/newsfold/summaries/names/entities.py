"""Entities of a story: people, organisations and places, each once, by its fullest form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from typing import Any, NamedTuple

from newsfold import text
from newsfold.summaries.names.abbreviations import fold_acronym
from newsfold.summaries.names.entity_types import PERSON, PLACE, find_type
from newsfold.summaries.names.join_forms import fold_if_acronym, join_all_forms
from newsfold.summaries.names.outlet_names import find_domain, names_outlet, strip_ending
from newsfold.summaries.names.reader import NameReader
from newsfold.summaries.names.split_runs import Evidence
from newsfold.summaries.names.statistics import is_programme
from newsfold.summaries.names.uses import NameUse
from newsfold.summaries.stories import Story

MAX_ENTITIES = 15
_TITLE_WEIGHT = 3.0
_OPENING_WEIGHT = 1.5  # of a use in the first `_OPENING` characters
_OPENING = 300
_MAX_USES = 4  # counted in one article
_SEVERAL_ARTICLES = 4  # of so many, one that has a name late is too few
_MANY_ARTICLES = 8  # of so many, one that has a name is too few
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

    def to_row(self) -> dict[str, Any]:
        """Return a value of `entity_mentions`."""
        return {"name": self.name, "type": self.type, "n_articles": self.n_articles, "forms": self.forms}


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
    joined = join_all_forms(uses, reader)
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


def _is_common_acronym(use: NameUse, reader: NameReader, common_acronyms: Container[str]) -> bool:
    """Return whether a name is the abbreviation of words in small letters, in the story or the window, or a class.

    A class has members: GPs and OFWs, where no text names them in full.
    """
    form = min(use.forms)
    acronym = "" if " " in form else fold_if_acronym(form)
    if not acronym:
        return False
    if " " not in use.key and any(other.endswith("s") and not other.isupper() for other in use.forms):
        return True
    return acronym in common_acronyms or reader.find(use.key).full.islower()


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
