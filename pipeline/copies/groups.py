"""Copy groups: pairs confirmed on the texts, joined around an original that every member copies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from pipeline import text
from pipeline.copies.texts import STANDING_WORDS, UNKNOWN_OUTLET, Ints, Row, Texts, titles_agree
from pipeline.settings import Copies

_CHUNK = 1024


def containment(texts: Texts, pairs: Ints) -> npt.NDArray[np.float64]:
    """The share of the poorer text's shingles that the other has, for each pair."""
    sizes = np.diff(texts.shingles.indptr)
    shares = np.zeros(len(pairs))
    for start in range(0, len(pairs), _CHUNK):
        left, right = pairs[start : start + _CHUNK].T
        common = sparse.csr_matrix(texts.shingles[left].multiply(texts.shingles[right]))
        poorer = np.maximum(np.minimum(sizes[left], sizes[right]), 1)
        shares[start : start + _CHUNK] = np.diff(common.indptr) / poorer
    return shares


def confirmed(rows: Sequence[Row], texts: Texts, pairs: Ints, settings: Copies) -> Ints:
    """The pairs that are copies by their texts, and by their titles where the texts are short."""
    pairs = pairs[containment(texts, pairs) >= settings.near_similarity]
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


def groups(rows: Sequence[Row], texts: Texts, links: Ints, settings: Copies) -> Iterator[Group]:
    """Connected texts, split until every member is a copy of its group's original."""
    n_nodes = len(texts.first)
    by_node: list[list[int]] = [[] for _ in range(n_nodes)]
    for article, node in enumerate(texts.node.tolist()):
        by_node[node].append(article)
    open_nodes = np.arange(n_nodes)
    while len(open_nodes):
        inside = np.isin(links, open_nodes).all(axis=1)
        ends = (links[inside, 0], links[inside, 1])
        graph = sparse.csr_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(n_nodes, n_nodes))
        labels = csgraph.connected_components(graph, directed=False)[1].tolist()
        originals = _originals(rows, texts, by_node, open_nodes, labels)
        hubs = [texts.node[originals[labels[node]]] for node in open_nodes.tolist()]
        pairs = np.column_stack([open_nodes, np.array(hubs, dtype=np.int64)])
        same = pairs[:, 0] == pairs[:, 1]
        similarity = np.where(same, 1.0, 0.0)
        similarity[~same] = containment(texts, pairs[~same])
        belongs = similarity >= settings.near_similarity
        belongs[~same] &= titles_allow(rows, texts, pairs[~same])
        members: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for node, share in zip(open_nodes[belongs].tolist(), similarity[belongs].tolist(), strict=True):
            members[originals[labels[node]]] += [(article, share) for article in by_node[node]]
        yield from (Group(original, found) for original, found in members.items())
        open_nodes = open_nodes[~belongs]


def _originals(
    rows: Sequence[Row], texts: Texts, by_node: Sequence[list[int]], open_nodes: Ints, labels: Sequence[int]
) -> dict[int, int]:
    """The original article of each component, by label."""
    components: dict[int, list[int]] = defaultdict(list)
    for node in open_nodes.tolist():
        components[labels[node]] += by_node[node]
    chosen = {}
    for label, members in components.items():
        credited = {name for article in members for name in _credits(rows[article])}
        precedence = {
            article: _precedence(rows[article], int(texts.n_words[texts.node[article]]), credited)
            for article in members
        }
        chosen[label] = min(members, key=precedence.__getitem__)
    return chosen


def _name(outlet: str) -> str:
    return " ".join(text.words(outlet)).removeprefix("the ")


def _credits(row: Row) -> set[str]:
    """Whom the article credits, other than its own outlet."""
    named = {_name(row[column]) for column in ("agency", "syndicated_from") if row[column]}
    return named - {_name(row["outlet"])}


def _precedence(row: Row, n_words: int, credited: set[str]) -> tuple[bool, bool, bool, float, int, str]:
    """Sorts a group's original first."""
    published: datetime | None = row["published_at"]
    return (
        _name(row["outlet"]) not in credited,
        bool(_credits(row)),
        published is None,
        published.timestamp() if published else 0.0,
        -n_words,
        row["article_id"],
    )
