"""What people say of pairs of articles: one story (must-link), or never one story (cannot-link).

The two words are those of constrained clustering (Wagstaff, Cardie, Rogers and Schroedl 2001). Must-links are
transitive: what they chain together is one component, and a cannot-link between two articles holds between their
components. Labels that contradict each other are reported with the chain that shows it; none is guessed away.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pyarrow as pa

from newsfold import schemas
from newsfold.constraints.labels import normalise_reference, read_labels
from newsfold.constraints.links import Link, find_conflicts, links_to_table, must_link_components, reject_labels
from newsfold.constraints.originals import constraint_between, map_to_originals, split_copies
from newsfold.constraints.retractions import find_retractions, read_retractions, remove_retracted

__all__ = [
    "ResolvedLabels",
    "constraint_between",
    "find_retractions",
    "map_to_originals",
    "read_labels",
    "read_retractions",
    "remove_retracted",
    "resolve_labels",
    "split_copies",
]


@dataclass(frozen=True)
class ResolvedLabels:
    """Labels as they bear on the articles at hand."""

    constraints: pa.Table
    """Schema `constraints`, sorted, each pair once, free of contradictions."""
    outcomes: pa.Table
    """Schema `label_outcomes`, a row for each label, in their order: whether both its articles are at hand."""


def resolve_labels(labels: pa.Table, articles: pa.Table) -> ResolvedLabels:
    """The labels as constraints on articles.

    A URL stands for every article found under it. An article that is not at hand still passes on what is said of it:
    if A and B, and B and C must be one story, then A and C are, with or without B.

    Args:
        labels: table `labels`.
        articles: columns `article_id`, `url` and `canonical_url`.

    Returns:
        The constraints among these articles, and what became of each label.

    Raises:
        ConfigError: the labels contradict each other once it is known which article each URL is.
    """
    named = _names(articles)
    links: list[Link] = []
    in_window = []
    for row in labels.to_pylist():
        ends = [named.get(name) or named.get(normalise_reference(name)) for name in (row["left"], row["right"])]
        in_window.append(all(ends))
        lefts, rights = (
            end or [normalise_reference(name)] for end, name in zip(ends, (row["left"], row["right"]), strict=True)
        )
        links += [Link(a, b, row["must_link"], row["origin"]) for a in lefts for b in rights]
    reject_labels(find_conflicts(links))
    present = set(articles["article_id"].to_pylist())
    joined = must_link_components(links)
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
    outcomes = labels.select(["origin", "must_link"]).append_column("in_window", pa.array(in_window, pa.bool_()))
    return ResolvedLabels(links_to_table(kept), schemas.conform_table(outcomes, "label_outcomes"))


def _names(articles: pa.Table) -> dict[str, list[str]]:
    """The articles that an id or a URL means. An id outweighs a URL that is spelt like it."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    ids = articles["article_id"].to_pylist()
    for column in ("url", "canonical_url"):
        for article, url in zip(ids, articles[column].to_pylist(), strict=True):
            if url and article not in named[url]:
                named[url].append(article)
    return dict(named) | {article: [article] for article in ids}
