"""Who publishes and who owns whom: agencies, outlets' spellings and publisher families, shipped and configured.

The shipped list is `publishers.yaml` beside this file. Extraction reads credits by it, copies tell by it
that `nytimes.com` and `The New York Times` are one publisher, and independent origins are counted by it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from newsfold import text
from newsfold.settings import Settings

SECTIONS = ("outlets", "agencies", "families")  # of the configuration, see `of`
ARTICLES = frozenset({"the", "le", "la", "el", "los", "les", "il", "der", "die", "das", "de"})
_FILLERS = ARTICLES | {"com", "org", "net", "co", "uk", "www", "online"}


@dataclass(frozen=True)
class Publishers:
    """What is known of publishers: a configuration's list, then the shipped one.

    Attributes:
        agencies: newsfold's name of an agency, by each case-folded spelling.
        outlets: newsfold's name of an outlet, by each case-folded spelling.
        families: the family of an outlet, by `key` of newsfold's name for it.
        names: newsfold's name of an agency or outlet, by `key` of each spelling.
    """

    agencies: Mapping[str, str]
    outlets: Mapping[str, str]
    families: Mapping[str, str]
    names: Mapping[str, str]

    def name(self, said: str) -> str:
        """Newsfold's name for a publisher that goes by several (`AP` for The Associated Press); else what was said."""
        return self.names.get(normalise_name(said), said)

    def same(self, one: str, other: str) -> bool:
        """Do two names mean one publisher: one listed name, or the same words, `The` and `.com` aside?"""
        return normalise_name(self.name(one)) == normalise_name(self.name(other))

    def family(self, outlet: str) -> str | None:
        """The publisher family of an outlet, or None where no list names it."""
        return self.families.get(normalise_name(self.name(outlet)))

    def with_families(self, families: Mapping[str, str]) -> Publishers:
        """These publishers with the families of more outlets, whose word counts first: a family by outlet."""
        more = {normalise_name(self.name(outlet)): family for outlet, family in families.items()}
        return replace(self, families=dict(self.families) | more)


def normalise_name(name: str) -> str:
    """What all spellings of one name share: its words without articles and web endings, written together."""
    words = text.split_words(name)
    return "".join([word for word in words if word not in _FILLERS] or words)


@functools.cache
def load_shipped_publishers() -> Publishers:
    """The publishers that newsfold ships a list of."""
    listed = yaml.safe_load((Path(__file__).parent / "publishers.yaml").read_text(encoding="utf-8"))
    agencies, outlets = _by_spelling(listed["agencies"]), _by_spelling(listed["outlets"])
    names = {normalise_name(spelling): name for spelling, name in (outlets | agencies).items()}
    found = Publishers(agencies, outlets, {}, names)
    return found.with_families({one: family for family, members in listed["families"].items() for one in members})


def load_publishers(settings: Settings) -> Publishers:
    """The shipped publishers with those of a configuration, whose word counts first.

    Args:
        settings: its `agencies` and `families`, and what `outlets` says of names and families.
    """
    known = settings.outlets.items()
    renamed = {outlet.name: [short] for short, outlet in known if outlet.name}
    owned = {
        name: outlet.publisher_family
        for short, outlet in known
        for name in (short, outlet.name)
        if name and outlet.publisher_family
    }
    base, agencies = load_shipped_publishers(), _by_spelling(settings.agencies)
    names = {normalise_name(spelling): name for spelling, name in (_by_spelling(renamed) | agencies).items()}
    # A short name in a configuration is no outlet that credits name: it could be a surname.
    found = replace(base, agencies=dict(base.agencies) | agencies, names=dict(base.names) | names)
    listed = {name: family for family, members in settings.families.items() for name in members}
    return found.with_families(listed | owned)


def _by_spelling(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {spelling.casefold(): name for name, spellings in names.items() for spelling in (name, *spellings)}
