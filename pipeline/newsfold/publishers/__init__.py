"""Publishers: agencies, spellings of outlets' names and publisher families, shipped with newsfold and configured.

The shipped list is `publishers.yaml` beside this file. Extraction uses it to read credits, copy detection to recognise
`nytimes.com` and `The New York Times` as one publisher, and the count of independent origins to group families.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from newsfold import text
from newsfold.settings import Settings

UNKNOWN_OUTLET = "unknown"  # the name of the outlet of articles that name none
SECTIONS = ("outlets", "agencies", "families")  # of the configuration, read by `load_publishers`
GRAMMATICAL_ARTICLES = frozenset({"the", "le", "la", "el", "los", "les", "il", "der", "die", "das", "de"})
_FILLERS = GRAMMATICAL_ARTICLES | {"com", "org", "net", "co", "uk", "www", "online"}


@dataclass(frozen=True)
class Publishers:
    """Known publishers; a configuration's list takes precedence over the shipped one.

    Attributes:
        agencies: newsfold's name of an agency, by each case-folded spelling.
        outlets: newsfold's name of an outlet, by each case-folded spelling.
        families: the family of an outlet, by `normalise_name` of newsfold's name for it.
        names: newsfold's name of an agency or outlet, by `normalise_name` of each spelling.
    """

    agencies: Mapping[str, str]
    outlets: Mapping[str, str]
    families: Mapping[str, str]
    names: Mapping[str, str]

    def canonical_name(self, name: str) -> str:
        """Return newsfold's name for a publisher with several (`AP` for The Associated Press), else `name` itself."""
        return self.names.get(normalise_name(name), name)

    def is_same(self, a: str, b: str) -> bool:
        """Return whether two names mean one publisher: one listed name, or the same words but for `The` and `.com`."""
        return normalise_name(self.canonical_name(a)) == normalise_name(self.canonical_name(b))

    def family(self, outlet: str) -> str | None:
        """Return the publisher family of an outlet, or None if it is not listed."""
        return self.families.get(normalise_name(self.canonical_name(outlet)))

    def owner(self, name: str) -> str:
        """Return the publisher family of an outlet, else newsfold's name for it."""
        return self.family(name) or self.canonical_name(name)

    def with_spellings(self, spellings: Mapping[str, str]) -> Publishers:
        """Return a copy with more spellings, each with the publisher's name; the present ones take precedence."""
        pairs = {name: name for name in spellings.values()} | dict(spellings)
        return replace(self, names={normalise_name(name): own for name, own in pairs.items()} | dict(self.names))

    def with_families(self, families: Mapping[str, str]) -> Publishers:
        """Return a copy with more families, by outlet; they take precedence over the present ones."""
        more = {normalise_name(self.canonical_name(outlet)): family for outlet, family in families.items()}
        return replace(self, families=dict(self.families) | more)


@functools.lru_cache(maxsize=8192)
def normalise_name(name: str) -> str:
    """Return what all spellings of a name have in common: its words without articles and web endings, joined."""
    words = text.split_words(name)
    return "".join([word for word in words if word not in _FILLERS] or words)


@functools.cache
def load_shipped_publishers() -> Publishers:
    """Load the publishers that newsfold ships a list of."""
    listed = yaml.safe_load((Path(__file__).parent / "publishers.yaml").read_text(encoding="utf-8"))
    agencies, outlets = _index_spellings(listed["agencies"]), _index_spellings(listed["outlets"])
    names = {normalise_name(spelling): name for spelling, name in (outlets | agencies).items()}
    publishers = Publishers(agencies, outlets, {}, names)
    return publishers.with_families(_index_members(listed["families"]))


def load_publishers(settings: Settings) -> Publishers:
    """Load the shipped publishers and those of a configuration, which take precedence.

    Args:
        settings: `agencies`, `families`, and the names and families in `outlets`.
    """
    outlets = settings.outlets.items()
    renamed = {outlet.name: [short] for short, outlet in outlets if outlet.name}
    own_families = {
        name: outlet.publisher_family
        for short, outlet in outlets
        for name in (short, outlet.name)
        if name and outlet.publisher_family
    }
    shipped, agencies = load_shipped_publishers(), _index_spellings(settings.agencies)
    names = {normalise_name(spelling): name for spelling, name in (_index_spellings(renamed) | agencies).items()}
    # The short names of a configuration are not added to `outlets`, which credits are read by: one could be a surname.
    publishers = replace(shipped, agencies=dict(shipped.agencies) | agencies, names=dict(shipped.names) | names)
    return publishers.with_families(_index_members(settings.families) | own_families)


def _index_spellings(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return newsfold's name by each case-folded spelling, itself included."""
    return {spelling.casefold(): name for name, spellings in names.items() for spelling in (name, *spellings)}


def _index_members(families: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the family by each of its outlets."""
    return {outlet: family for family, outlets in families.items() for outlet in outlets}
