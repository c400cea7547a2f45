"""Who an outlet is and who owns it, as far as what it prints shows.

The lists of `publishers.yaml` and of a configuration can't know every channel. An outlet is another name of a publisher
if it credits that publisher in nearly all its articles, or if their names differ by words such as `TV` alone. Outlets
have one owner if each prints texts of the other without a credit, or if their addresses lie under the domain that bears
their name.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from pathlib import Path
from typing import Any

from newsfold import text
from newsfold.publishers import UNKNOWN_OUTLET, Publishers, normalise_name
from newsfold.settings import Copies
from newsfold.word_lists import load_word_lists

_MIN_ARTICLES = 5  # of an outlet, to say what it always does
_ALWAYS = 0.9  # share of an outlet's articles
_MIN_MUTUAL_SHARE = 0.2  # of the texts that two outlets share: each gives the other so many
_MIN_NAME_CHARACTERS = 3  # of the name that a domain or a channel has in common with an outlet


@dataclass
class OutletHabits:
    """What an outlet prints.

    Attributes:
        outlet: its name, as printed.
        n_articles: the number of its articles.
        families: the number of them that name a publisher family, by that family.
        credited: the number of them that credit another outlet, by that outlet's name.
        domains: the number of them by the registrable domain of their address.
    """

    outlet: str
    n_articles: int = 0
    families: Counter[str] = field(default_factory=Counter)
    credited: Counter[str] = field(default_factory=Counter)
    domains: Counter[str] = field(default_factory=Counter)

    def add(self, family: str | None, credited: str | None, domain: str | None, n_articles: int = 1) -> None:
        """Add articles that have all this in common."""
        self.n_articles += n_articles
        if family:
            self.families[family] += n_articles
        if credited:
            self.credited[credited] += n_articles
        if domain:
            self.domains[domain] += n_articles

    @property
    def family(self) -> str | None:
        """The publisher family that most of its articles name, or None."""
        return _find_most_frequent(self.families)[0] if self.families else None


@dataclass(frozen=True)
class PrintedText:
    """A text and the outlets that print it.

    Attributes:
        source: the publisher that it comes from, or None if that is unknown.
        outlets: the outlets that print it.
        uncredited: those that print it without a credit.
    """

    source: str | None
    outlets: frozenset[str]
    uncredited: frozenset[str]


@dataclass(frozen=True)
class SharedTexts:
    """What two outlets print of each other.

    Attributes:
        n_texts: the number of texts that both print without a credit.
        share: their share of the texts of the outlet that prints fewer.
        is_mutual: whether each prints texts of the other.
    """

    n_texts: int
    share: float
    is_mutual: bool


def learn_publishers(
    outlets: Iterable[OutletHabits], texts: Mapping[PrintedText, int], known: Publishers, settings: Copies
) -> Publishers:
    """Return the known publishers with the spellings and families that outlets' habits show.

    What is listed or named by an article takes precedence over what is learnt.

    Args:
        outlets: the outlets of a window.
        texts: how often they print which texts.
        known: the listed publishers.
        settings: how much outlets of one family share.
    """
    habits = sorted(outlets, key=lambda outlet: outlet.outlet)
    named = known.with_families({outlet.outlet: outlet.family for outlet in habits if outlet.family})
    renamed = named.with_spellings(_find_other_names(habits, named))
    return renamed.with_families(_find_owners(habits, find_shared_texts(texts, renamed, settings), renamed))


def describe_text(source: str | None, articles: Iterable[Mapping[str, Any]]) -> PrintedText:
    """Return who prints a text.

    Args:
        source: the publisher that it comes from.
        articles: the articles that print it, with `outlet`, `agency` and `syndicated_from`.
    """
    rows = [row for row in articles if row["outlet"] != UNKNOWN_OUTLET]
    uncredited = (row["outlet"] for row in rows if not row["agency"] and not row["syndicated_from"])
    return PrintedText(source, frozenset(row["outlet"] for row in rows), frozenset(uncredited))


def find_shared_texts(
    texts: Mapping[PrintedText, int], known: Publishers, settings: Copies
) -> dict[tuple[str, str], SharedTexts]:
    """Find the pairs of outlets that print the same texts without crediting anybody.

    Articles that credit their source, and agency texts, do not count.

    Args:
        texts: the number of texts that are printed alike, also of those that one outlet prints alone.
        known: publishers.
        settings: the fewest texts (`family_texts`), and their smallest share of those of either (`family_share`).

    Returns:
        What each pair shares, by their names in alphabetical order, if it is so much.
    """
    n_texts: Counter[str] = Counter()
    n_shared: Counter[tuple[str, str]] = Counter()
    n_given: Counter[tuple[str, str]] = Counter()  # from, to
    for printed, n in texts.items():
        n_texts.update(dict.fromkeys(printed.outlets, n))
        if printed.source is None or len(printed.uncredited) < 2:
            continue
        sources = [outlet for outlet in sorted(printed.uncredited) if known.is_same(outlet, printed.source)]
        if sources:
            n_shared.update(dict.fromkeys(combinations(sorted(printed.uncredited), 2), n))
            n_given.update(dict.fromkeys(product(sources, printed.uncredited), n))
    pairs = {}
    for (a, b), n in sorted(n_shared.items()):
        share = n / min(n_texts[a], n_texts[b])
        if n >= settings.family_texts and share >= settings.family_share:
            is_mutual = min(n_given[a, b], n_given[b, a]) >= _MIN_MUTUAL_SHARE * n
            pairs[a, b] = SharedTexts(n, share, is_mutual)
    return pairs


def _find_other_names(habits: Sequence[OutletHabits], known: Publishers) -> dict[str, str]:
    """Return the publisher of each outlet that is another name of it."""
    publisher_of = {outlet.outlet: party for outlet in habits if (party := _find_constant_credit(outlet, known))}
    by_name: dict[str, list[OutletHabits]] = defaultdict(list)
    for outlet in habits:
        by_name[_remove_channel_words(publisher_of.get(outlet.outlet, outlet.outlet))].append(outlet)
    for same in by_name.values():
        # The credit is the publisher's own word for itself; else the outlet with most articles gives the name.
        credited = [publisher_of[outlet.outlet] for outlet in same if outlet.outlet in publisher_of]
        largest = min(same, key=lambda outlet: (-outlet.n_articles, outlet.outlet))
        publisher = credited[0] if credited else known.canonical_name(largest.outlet)
        if len(same) > 1:
            publisher_of |= {outlet.outlet: publisher for outlet in same}
    return publisher_of


def _find_constant_credit(outlet: OutletHabits, known: Publishers) -> str | None:
    """Return the publisher that nearly all articles of an outlet credit, unless it is an agency, or None."""
    if outlet.n_articles < _MIN_ARTICLES or not outlet.credited:
        return None
    party, n_credits = _find_most_frequent(outlet.credited)
    name = known.canonical_name(party)
    is_agency = name in known.agencies.values()
    return name if n_credits >= _ALWAYS * outlet.n_articles and not is_agency else None


def _remove_channel_words(name: str) -> str:
    """Return what the names of a publisher and its channels have in common: `gmanews` for GMA News TV and gmanewstv."""
    words = text.split_words(name)
    while len(words) > 1 and words[-1] in _load_channel_words():
        words.pop()
    squeezed = normalise_name(" ".join(words))
    for word in sorted(_load_channel_words(), key=lambda word: (-len(word), word)):
        rest = squeezed.removesuffix(word)
        if rest != squeezed and len(rest) >= _MIN_NAME_CHARACTERS:
            return rest
    return squeezed


def _find_owners(
    habits: Sequence[OutletHabits], shared_texts: Mapping[tuple[str, str], SharedTexts], known: Publishers
) -> dict[str, str]:
    """Return the family of each outlet that belongs with another, named after a known family, else an outlet of it."""
    pairs = [pair for pair, shared in shared_texts.items() if shared.is_mutual]
    by_domain: dict[str, list[str]] = defaultdict(list)
    for outlet in habits:
        domain = _find_own_domain(outlet)
        if domain:
            by_domain[domain].append(outlet.outlet)
    pairs += [(names[0], name) for names in by_domain.values() for name in names[1:]]
    n_articles = {outlet.outlet: outlet.n_articles for outlet in habits}
    family_of: dict[str, str] = {}
    for outlets in connect_pairs(sorted(pairs)):
        families = {family for outlet in outlets if (family := known.family(outlet))}
        if len(families) > 1:
            continue  # listed families outweigh what outlets share
        largest = min(outlets, key=lambda outlet: (-n_articles.get(outlet, 0), outlet))
        family = families.pop() if families else known.canonical_name(largest)
        family_of |= dict.fromkeys(sorted(outlets), family)
    return family_of


def _find_own_domain(outlet: OutletHabits) -> str | None:
    """Return the domain of nearly all articles of an outlet if the outlet bears its name, or None."""
    if outlet.n_articles < _MIN_ARTICLES or not outlet.domains:
        return None
    domain, n_articles = _find_most_frequent(outlet.domains)
    label = domain.partition(".")[0]
    is_own = len(label) >= _MIN_NAME_CHARACTERS and normalise_name(outlet.outlet).startswith(normalise_name(label))
    return domain if is_own and n_articles >= _ALWAYS * outlet.n_articles else None


def _find_most_frequent(counts: Counter[str]) -> tuple[str, int]:
    """Return the name with the highest count, of several the first in alphabetical order, and its count."""
    return min(counts.items(), key=lambda item: (-item[1], item[0]))


def connect_pairs(pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Return the connected components of the graph whose edges are `pairs`."""
    components: list[set[str]] = []
    for pair in pairs:
        touched = [component for component in components if component & set(pair)]
        untouched = [component for component in components if component not in touched]
        components = [*untouched, set(pair).union(*touched)]
    return components


@functools.cache
def _load_channel_words() -> frozenset[str]:
    lists = load_word_lists(Path(__file__).with_name("channel_words.yaml"))
    return frozenset(word for words in lists["channels"].values() for word in words)
