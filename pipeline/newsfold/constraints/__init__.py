"""Constraints: people's labels on pairs of articles, one story (must-link) or never one story (cannot-link).

The terms are those of constrained clustering (Wagstaff, Cardie, Rogers and Schroedl 2001). Must-links are transitive:
the articles that they connect are one component, and a cannot-link between two articles holds between their components.
Contradictory labels are an error, which names the chain of labels.
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
    """Labels applied to the articles of a window.

    Attributes:
        constraints: schema `constraints`, sorted, each pair once, without contradictions.
        outcomes: schema `label_outcomes`, a row for each label, in order: whether both its articles are in the window.
    """

    constraints: pa.Table
    outcomes: pa.Table


def resolve_labels(labels: pa.Table, articles: pa.Table) -> ResolvedLabels:
    """Resolve labels to constraints between articles.

    A URL means every article found under it. Must-links through an article outside the window still hold: if A and B,
    and B and C must be one story, so must A and C, with or without B.

    Args:
        labels: table `labels`.
        articles: the window's articles: columns `article_id`, `url` and `canonical_url`.

    Returns:
        The constraints between these articles, and the outcome of each label.

    Raises:
        ConfigError: the labels contradict each other once URLs are resolved to articles.
    """
    articles_of = _index_references(articles) if labels.num_rows else {}
    links: list[Link] = []
    in_window = []
    for row in labels.to_pylist():
        ends = [
            articles_of.get(name) or articles_of.get(normalise_reference(name)) for name in (row["left"], row["right"])
        ]
        in_window.append(all(ends))
        lefts, rights = (
            end or [normalise_reference(name)] for end, name in zip(ends, (row["left"], row["right"]), strict=True)
        )
        links += [Link(a, b, row["must_link"], row["origin"]) for a in lefts for b in rights]
    reject_labels(find_conflicts(links))
    present = set(articles["article_id"].to_pylist())
    substitute_of: dict[str, str | None] = {}
    for article, component in must_link_components(links).items():
        if article not in substitute_of:
            substitute_of |= dict.fromkeys(component, min(present & component, default=None))
    kept = []
    for link in links:
        if link.left in present and link.right in present:
            kept.append(link)
            continue
        # An absent article is replaced by a present one that must be in the same story.
        a, b = (end if end in present else substitute_of.get(end) for end in (link.left, link.right))
        if a and b:
            kept.append(link._replace(left=a, right=b))
    outcomes = labels.select(["origin", "must_link"]).append_column("in_window", pa.array(in_window, pa.bool_()))
    return ResolvedLabels(links_to_table(kept), schemas.conform_table(outcomes, "label_outcomes"))


def _index_references(articles: pa.Table) -> dict[str, list[str]]:
    """Return the articles by each id and URL that refers to them; an id takes precedence over an equal URL."""
    by_url: defaultdict[str, list[str]] = defaultdict(list)
    ids = articles["article_id"].to_pylist()
    for column in ("url", "canonical_url"):
        for article, url in zip(ids, articles[column].to_pylist(), strict=True):
            for name in dict.fromkeys((url, normalise_reference(url))) if url else ():
                if article not in by_url[name]:
                    by_url[name].append(article)
    return dict(by_url) | {article: [article] for article in ids}
