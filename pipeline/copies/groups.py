"""Copy groups: pairs confirmed on the texts, joined around an original that every member copies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from pipeline.copies.candidates import alike, contained
from pipeline.copies.originals import Choice, choose
from pipeline.copies.passages import similarity, suffices
from pipeline.copies.shingles import Ints
from pipeline.copies.texts import STANDING_WORDS, UNKNOWN_OUTLET, Row, Texts, titles_agree
from pipeline.publishers import Publishers
from pipeline.settings import Copies


def linked(rows: Sequence[Row], texts: Texts, settings: Copies) -> Ints:
    """All pairs of texts that are copies as far as candidates go, (pairs, 2)."""
    links = confirmed(rows, texts, alike(texts, settings), settings)
    # Of texts that are alike the longest stands for all: what is cut from one is cut from it.
    labels = _components(len(texts.first), links)
    by_length = np.lexsort((np.arange(len(labels)), -texts.n_words))
    longest = by_length[np.unique(labels[by_length], return_index=True)[1]]
    cuts = contained(texts, np.sort(longest), settings)
    return np.concatenate([links, confirmed(rows, texts, _with_all(texts, cuts, labels), settings)])


def _with_all(texts: Texts, pairs: Ints, labels: Ints) -> Ints:
    """Each pair's shorter text with every text like the longer: a title may agree with another one's only."""
    swapped = texts.n_words[pairs[:, 0]] > texts.n_words[pairs[:, 1]]
    shorter, longer = np.where(swapped, pairs.T[::-1], pairs.T)
    members = np.argsort(labels, kind="stable")
    first = np.searchsorted(labels[members], labels[longer])
    sizes = np.bincount(labels)[labels[longer]]
    places = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(first, sizes)
    return np.column_stack([np.repeat(shorter, sizes), members[places]])


def confirmed(rows: Sequence[Row], texts: Texts, pairs: Ints, settings: Copies) -> Ints:
    """The pairs that are copies by their texts, and by their titles where the texts are short."""
    pairs = pairs[suffices(texts, pairs, similarity(texts, pairs), settings)]
    return pairs[titles_allow(rows, texts, pairs)]


def titles_allow(rows: Sequence[Row], texts: Texts, pairs: Ints) -> npt.NDArray[np.bool_]:
    """Whether titles allow it: short bodies of one outlet, or in a long one, need like titles."""
    allowed = np.ones(len(pairs), np.bool_)
    lengths = np.sort(texts.n_words[pairs], axis=1)
    for i in np.flatnonzero(lengths[:, 0] < STANDING_WORDS):
        a, b = texts.first[pairs[i]].tolist()
        one_outlet = rows[a]["outlet"] == rows[b]["outlet"] != UNKNOWN_OUTLET
        if one_outlet or lengths[i, 1] >= 3 * lengths[i, 0]:
            allowed[i] = titles_agree(texts.titles[a], texts.titles[b])
    return allowed


@dataclass(frozen=True)
class Group:
    """One text's articles, as row numbers."""

    original: int
    members: list[tuple[int, float]]  # article and its similarity to the original
    choice: Choice  # why it is the original, among all that were linked to it


def groups(rows: Sequence[Row], texts: Texts, links: Ints, settings: Copies, known: Publishers) -> Iterator[Group]:
    """Connected texts, split until every member is a copy of its group's original."""
    n_nodes = len(texts.first)
    by_node: list[list[int]] = [[] for _ in range(n_nodes)]
    for article, node in enumerate(texts.node.tolist()):
        by_node[node].append(article)
    open_nodes = np.arange(n_nodes)
    while len(open_nodes):
        inside = np.isin(links, open_nodes).all(axis=1)
        labels = _components(n_nodes, links[inside]).tolist()
        chosen = _originals(rows, texts, by_node, open_nodes, labels, known)
        hubs = [texts.node[chosen[labels[node]][0]] for node in open_nodes.tolist()]
        pairs = np.column_stack([open_nodes, np.array(hubs, dtype=np.int64)])
        same = pairs[:, 0] == pairs[:, 1]
        shares = np.where(same, 1.0, 0.0)
        shares[~same] = similarity(texts, pairs[~same])
        belongs = same | suffices(texts, pairs, shares, settings)
        belongs[~same] &= titles_allow(rows, texts, pairs[~same])
        members: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for node, share in zip(open_nodes[belongs].tolist(), shares[belongs].tolist(), strict=True):
            members[labels[node]] += [(article, share) for article in by_node[node]]
        for label, found in members.items():
            original, choice = chosen[label]
            yield Group(original, found, choice)
        open_nodes = open_nodes[~belongs]


def _components(n_nodes: int, links: Ints) -> Ints:
    """The number of each text's connected component."""
    graph = sparse.csr_matrix((np.ones(len(links), np.int8), (links[:, 0], links[:, 1])), shape=(n_nodes, n_nodes))
    return np.asarray(csgraph.connected_components(graph, directed=False)[1], dtype=np.int64)


def _originals(
    rows: Sequence[Row],
    texts: Texts,
    by_node: Sequence[list[int]],
    open_nodes: Ints,
    labels: Sequence[int],
    known: Publishers,
) -> dict[int, tuple[int, Choice]]:
    """The original article of each component, by label, and why it is."""
    components: dict[int, list[int]] = defaultdict(list)
    for node in open_nodes.tolist():
        components[labels[node]] += by_node[node]
    found = {}
    for label, members in components.items():
        n_words = texts.n_words[texts.node[members]].tolist()
        choice = choose([rows[member] for member in members], n_words, known)
        found[label] = members[choice.at], choice
    return found
