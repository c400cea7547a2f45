"""What people say of pairs of articles: one story (must-link), or never one story (cannot-link).

The two words are those of constrained clustering (Wagstaff, Cardie, Rogers and Schroedl 2001). Must-links are
transitive: what they chain together is one component, and a cannot-link between two articles holds between their
components. Labels that contradict each other are reported with the chain that shows it; none is guessed away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse
from scipy.sparse import csgraph

from pipeline.constraints.labels import key, read
from pipeline.constraints.links import Link, denied, groups, links_of, refuse, some, table_of
from pipeline.constraints.originals import on_originals, split_copies
from pipeline.errors import SchemaError

__all__ = ["Resolved", "components", "contradictions", "on_originals", "read", "resolve", "split_copies"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Resolved:
    """Labels as they bear on the articles at hand."""

    constraints: pa.Table
    """Schema `constraints`, sorted, each pair once, free of contradictions."""
    n_absent: int
    """Labels that name an article which is not at hand."""


def resolve(labels: pa.Table, articles: pa.Table) -> Resolved:
    """The labels as constraints on articles.

    A URL stands for every article found under it. An article that is not at hand still passes on what is said of it:
    if A and B, and B and C must be one story, then A and C are, with or without B.

    Args:
        labels: table `labels`.
        articles: columns `article_id`, `url` and `canonical_url`.

    Returns:
        The constraints among these articles, and how many labels name others.

    Raises:
        ConfigError: the labels contradict each other once it is known which article each URL is.
    """
    named = _names(articles)
    links, n_absent = [], 0
    for row in labels.to_pylist():
        ends = [named.get(name) or named.get(key(name)) for name in (row["left"], row["right"])]
        n_absent += not all(ends)
        lefts, rights = (end or [key(name)] for end, name in zip(ends, (row["left"], row["right"]), strict=True))
        links += [Link(a, b, row["must_link"], row["origin"]) for a in lefts for b in rights]
    refuse(denied(links))
    present = set(articles["article_id"].to_pylist())
    joined = groups(links)
    stands_for: dict[str, str | None] = {}
    for member, group in joined.items():
        if member not in stands_for:
            stands_for |= dict.fromkeys(group, min(present & group, default=None))
    kept = []
    for link in links:
        if link.left in present and link.right in present:
            kept.append(link)
            continue
        # What is absent is replaced by an article that must be one story with it.
        a, b = (end if end in present else stands_for.get(end) for end in (link.left, link.right))
        if a and b:
            kept.append(link._replace(left=a, right=b))
    return Resolved(table_of(kept), n_absent)


def contradictions(constraints: pa.Table) -> list[str]:
    """The cannot-links that must-links, followed from article to article, deny; in words, none where all is well.

    Args:
        constraints: columns of schema `constraints`, in any order of rows.
    """
    return denied(links_of(constraints))


def components(ids: Sequence[str], constraints: pa.Table) -> tuple[Ints, Ints]:
    """Constraints as a clusterer takes them.

    Args:
        ids: the things that are clustered, each once.
        constraints: schema `constraints`, over these ids alone.

    Returns:
        The must-link component of each id, int64 of shape (n,), numbered by first appearance; and the pairs of
        components that cannot be one story, int64 of shape (m, 2), the smaller first, sorted, each once.

    Raises:
        SchemaError: a constraint names something else.
        ConfigError: a cannot-link lies within a component.
    """
    position = {name: i for i, name in enumerate(ids)}
    links = links_of(constraints)
    strangers = sorted({end for link in links for end in link[:2] if end not in position})
    if strangers:
        raise SchemaError(f"Constraints name {some(strangers)}, which is not among what is clustered.")
    ends = np.array([[position[link.left], position[link.right]] for link in links], np.int64).reshape(-1, 2)
    must = np.array([link.must for link in links], np.bool_)
    graph = sparse.coo_matrix((np.ones(must.sum(), np.int8), ends[must].T), shape=(len(position), len(position)))
    labels = csgraph.connected_components(graph, directed=False)[1]
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    component = np.argsort(np.argsort(first))[inverse].astype(np.int64)
    apart = np.unique(np.sort(component[ends[~must]], axis=1), axis=0)
    if (apart[:, 0] == apart[:, 1]).any():
        refuse(denied(links))
    return component, apart


def _names(articles: pa.Table) -> dict[str, list[str]]:
    """The articles that an id or a URL means. An id outweighs a URL that is spelt like it."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    ids = articles["article_id"].to_pylist()
    for column in ("url", "canonical_url"):
        for article, url in zip(ids, articles[column].to_pylist(), strict=True):
            if url and article not in named[url]:
                named[url].append(article)
    return dict(named) | {article: [article] for article in ids}
