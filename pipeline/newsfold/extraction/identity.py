"""The identity of articles: which readings are of one article, tonight and on earlier nights.

Three things identify an article, and each of them fails somewhere on the web: its address (some feeds give all entries
one link, some sites give all pages one canonical link), the id of its entry in a feed (some feeds number theirs anew
each day), and its text (which outlets change). So:

- Readings at one page are of one article, *unless one file or listing has it on readings that differ*: then the page is
  shared, on later nights too, and the texts decide. Two entries of a source with different ids are two, even at one
  page, unless their texts are equal (RSS 2.0; RFC 4287, 4.2.6), or the id of one changed with its text, but not its
  time of publication.
- Entries with one id are of one article if their addresses have something in common, or their texts.
- A canonical link is a hint (RFC 6596): it counts if the texts agree. Copies at several outlets stay articles of their
  own, whatever id or link they keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from newsfold import urls
from newsfold.extraction.text_comparison import Strictness, TextSketch, is_same_text

_MAX_COMPARED = 400  # readings of one key that are compared pairwise; of more, equal texts alone are one
_MIN_DISTINCTIVE = 8  # characters of an entry's id that no other feed of the outlet has by chance

LoadSketches = Callable[[Set[str]], Mapping[str, TextSketch]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What identifies a reading of tonight, or an article of an earlier night.

    Attributes:
        reading_id: the reading, equal for equal readings; for an article of an earlier night, its article_id.
        source: the configured source.
        outlet: the outlet.
        content_hash: equal for equal texts.
        file: the file or address that holds it, perhaps with others; None for an article of an earlier night.
        page: key of the page at which it was found, by `urls.compute_page_key`.
        claim: key of the page that it claims to be, if that is another one.
        entry: key of its entry's id in a feed, by `compute_entry_key`.
        published_at: when it was published, if known.
        article_id: the id that it has already; None if it is to be found.
        is_known: whether it is an article of an earlier night.
    """

    reading_id: str
    source: str
    outlet: str
    content_hash: str
    file: str | None = None
    page: str | None = None
    claim: str | None = None
    entry: str | None = None
    published_at: datetime | None = None
    article_id: str | None = None
    is_known: bool = False


@dataclass(frozen=True)
class Grouping:
    """Readings in groups of one article each.

    Attributes:
        groups: positions of the readings of each article, ascending; in order of the first.
        shared: the keys that several articles have: of pages and entries, and by `compute_claim_key` of pages that
            several others claim to be.
        refused: positions of the readings whose claim to be another page is not believed.
        sketches: the texts that had to be compared, by reading_id.
    """

    groups: list[list[int]]
    shared: Set[str]
    refused: Set[int]
    sketches: Mapping[str, TextSketch]


@dataclass
class _Evidence:
    """What the comparison of all readings with one key shows; see `Grouping`."""

    same: list[tuple[int, int]] = field(default_factory=list)
    same_unless_shared: list[tuple[int, int]] = field(default_factory=list)
    is_shared: bool = False
    are_claims_shared: bool = False
    confirmed_claims: set[int] = field(default_factory=set)
    contradicted_claims: set[int] = field(default_factory=set)


def compute_entry_key(entry_id: str | None, source: str, outlet: str, page: str | None) -> str | None:
    """Return what identifies an entry by the id that its feed gives it.

    Args:
        entry_id: the RSS guid, the id in Atom or JSON Feed.
        source: the configured source; a short id is unique in it alone.
        outlet: the outlet; a longer id is unique in it, but copies at other outlets often keep the original's.
        page: key of the entry's page.

    Returns:
        None if there is no id, or if it is merely the page's address, perhaps with a counter behind `#`.
    """
    if not entry_id:
        return None
    as_page = urls.compute_page_key(entry_id)
    if as_page is not None and as_page == page:
        return None
    scope = outlet if len(entry_id) >= _MIN_DISTINCTIVE else source
    return f"entry {scope} {as_page or entry_id}"


def compute_claim_key(page: str) -> str:
    """Return the key under which `Grouping.shared` has a page that several others claim to be."""
    return f"claim {page}"


def group_readings(readings: Sequence[Reading], load_sketches: LoadSketches, known_shared: Set[str]) -> Grouping:
    """Group readings by article.

    Args:
        readings: tonight's, and the articles of earlier nights that may be among them.
        load_sketches: loads the sketches of texts by reading_id; called once, for the few that must be compared.
        known_shared: keys that several articles had on earlier nights.

    Returns:
        The groups; they do not depend on the order of the readings. Two that have an article_id already are put
        together only if a reading of tonight belongs to both.
    """
    members_of = _index_by_key(readings)
    doubtful = {
        key for key, members in members_of.items() if key in known_shared or _is_doubtful(key, readings, members)
    }
    sketches = load_sketches({readings[at].reading_id for key in doubtful for at in members_of[key]})
    first_of: dict[str, int] = {}
    edges = [(first_of.setdefault(reading.reading_id, at), at) for at, reading in enumerate(readings)]
    shared: set[str] = set()
    confirmed: set[int] = set()
    contradicted: set[int] = set()
    for key, members in sorted(members_of.items()):
        if key not in doubtful:
            edges += [(members[0], at) for at in members[1:]]
            continue
        evidence = _compare_members(key, readings, members, sketches)
        shared |= {key} if evidence.is_shared or key in known_shared else set()
        shared |= {compute_claim_key(key)} if evidence.are_claims_shared else set()
        edges += evidence.same + ([] if key in shared else evidence.same_unless_shared)
        confirmed |= evidence.confirmed_claims
        contradicted |= evidence.contradicted_claims
    unbelievable = shared | known_shared
    refused = {
        at
        for at, reading in enumerate(readings)
        if reading.claim
        and at not in confirmed
        and (at in contradicted or compute_claim_key(reading.claim) in unbelievable)
    }
    return Grouping(_list_groups(len(readings), edges), shared, refused, sketches)


def _index_by_key(readings: Sequence[Reading]) -> dict[str, list[int]]:
    """Return the positions of the readings that have each key, if one of them has no article_id yet."""
    members_of: dict[str, list[int]] = {}
    for at, reading in enumerate(readings):
        for key in {reading.page, reading.claim, reading.entry} - {None}:
            members_of.setdefault(str(key), []).append(at)
    return {
        key: members for key, members in members_of.items() if any(readings[at].article_id is None for at in members)
    }


def _is_doubtful(key: str, readings: Sequence[Reading], members: Sequence[int]) -> bool:
    """Return whether a key may be shared, so that texts must be compared."""
    group = [readings[at] for at in members]
    is_claim = key != group[0].entry and any(reading.page != key for reading in group)
    if is_claim and len({reading.outlet for reading in group}) > 1:
        return True
    if len({reading.content_hash for reading in group}) == 1 and len({reading.entry for reading in group} - {None}) < 2:
        return False
    if sum(reading.article_id is not None for reading in group) > 1:
        return True
    if is_claim or (key == group[0].entry and len({reading.page for reading in group}) > 1):
        return True
    of_file: dict[str, list[Reading]] = {}
    entries_of: dict[str, set[str | None]] = {}
    for reading in group:
        of_file.setdefault(reading.file or "", []).append(reading)
        entries_of.setdefault(reading.source, {None}).add(reading.entry)
    if any(len(entries) > 2 for entries in entries_of.values()):
        return True
    of_file.pop("", None)
    return any(len({reading.content_hash for reading in together}) > 1 for together in of_file.values())


def _compare_members(
    key: str, readings: Sequence[Reading], members: Sequence[int], sketches: Mapping[str, TextSketch]
) -> _Evidence:
    """Compare all readings that have a key, pair by pair."""
    evidence = _Evidence()
    if len(members) > _MAX_COMPARED:
        first_with: dict[str, int] = {}
        evidence.same = [(first_with.setdefault(readings[at].content_hash, at), at) for at in members]
        evidence.is_shared = evidence.are_claims_shared = True
        return evidence
    for at, other_at in combinations(members, 2):
        one, other = readings[at], readings[other_at]
        if one.article_id is not None and other.article_id is not None:
            evidence.is_shared |= (
                one.is_known and other.is_known and (key == one.entry or one.page == key == other.page)
            )
            continue

        def is_same(strictness: Strictness, one: Reading = one, other: Reading = other) -> bool:
            return is_same_text(sketches[one.reading_id], sketches[other.reading_id], strictness)

        pair, together = (at, other_at), one.file is not None and one.file == other.file
        if key == one.entry:
            may_be_renamed = not one.page or not other.page or urls.is_renamed(one.page, other.page)
            if is_same(Strictness.TITLE if may_be_renamed else Strictness.BODY):
                evidence.same.append(pair)
            elif may_be_renamed and not together:
                evidence.same_unless_shared.append(pair)
            else:
                evidence.is_shared = True
        elif one.page == key == other.page:
            differ = one.source == other.source and None not in (one.entry, other.entry) and one.entry != other.entry
            if differ and not together:
                # Some feeds number an entry anew when it changes; its time of publication stays.
                differ = one.published_at is None or one.published_at != other.published_at
            if is_same(Strictness.EQUAL if differ else Strictness.TITLE):
                evidence.same.append(pair)
            else:
                evidence.same_unless_shared.append(pair)
                evidence.is_shared |= together or differ
        elif (one.page is None or one.page != other.page) and not _are_copies(one, other):
            claimants = {claimant for claimant in pair if readings[claimant].page != key}
            if is_same(Strictness.BODY):
                evidence.same.append(pair)
                evidence.confirmed_claims |= claimants if len(claimants) == 1 else set()
            else:
                evidence.contradicted_claims |= claimants
                evidence.are_claims_shared |= len(claimants) == 2
    return evidence


def _are_copies(one: Reading, other: Reading) -> bool:
    """Return whether two outlets publish an article on sites of their own; a copy often keeps the original's id."""
    if one.outlet == other.outlet or one.page is None or other.page is None:
        return False
    return urls.extract_domain(f"https://{one.page}") != urls.extract_domain(f"https://{other.page}")


def _list_groups(n_readings: int, edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    pairs = np.array(list(edges), dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n_readings, n_readings))
    labels = connected_components(graph, directed=False)[1].tolist()
    groups: dict[int, list[int]] = {}
    for at, label in enumerate(labels):
        groups.setdefault(label, []).append(at)
    return list(groups.values())
