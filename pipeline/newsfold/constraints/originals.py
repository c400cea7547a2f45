"""Constraints on copy groups: clustering uses one article per group, labels may name any of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyarrow as pa

from newsfold import schemas
from newsfold.constraints.links import (
    Link,
    find_conflicts,
    implied_constraint,
    links_to_table,
    must_link_components,
    reject_labels,
    shorten_list,
    table_to_links,
)
from newsfold.errors import SchemaError

_OWN_GROUP = {"is_original": True, "similarity": 1.0, "kind": "exact", "reason": None}


def map_to_originals(constraints: pa.Table, copies: pa.Table) -> pa.Table:
    """Map constraints to copy groups: each article is replaced by the original of its group.

    Args:
        constraints: schema `constraints`, of articles.
        copies: schema `copies`, after `split_copies`.

    Returns:
        Schema `constraints` over `copy_group_id`s, without must-links within a group.

    Raises:
        SchemaError: an article is in no copy group.
        ConfigError: a cannot-link is within a group or a component of must-links: `split_copies` was not called.
    """
    group_of = _group_of(copies, constraints)
    moved = [
        link._replace(left=group_of[link.left], right=group_of[link.right]) for link in table_to_links(constraints)
    ]
    reject_labels(find_conflicts(moved))
    return links_to_table(moved)


def split_copies(copies: pa.Table, constraints: pa.Table) -> pa.Table:
    """Split copy groups so that every cannot-link can hold: labels take precedence over equal texts.

    Both ends of a cannot-link within a group leave it, each for a group of its own; an original never leaves, so if it
    is one of the two, only the other does. If copies and must-links connect the two ends indirectly, the articles that
    are must-linked to them leave their groups as well. Copies that no label names stay.

    Args:
        copies: schema `copies`.
        constraints: schema `constraints`, free of contradictions.

    Returns:
        Schema `copies`, the same articles in the same order.

    Raises:
        SchemaError: an article is in no copy group.
    """
    links = table_to_links(constraints)
    if not links:
        return copies
    group_of = _group_of(copies, constraints)
    component_of = must_link_components(links)
    labelled = {article for link in links for article in link[:2]}
    labelled_in: defaultdict[str, set[str]] = defaultdict(set)
    for article in labelled:
        labelled_in[group_of[article]].add(article)

    def find_violated() -> list[Link]:
        """Return the cannot-links whose ends copies and must-links connect."""
        connected = must_link_components([*links, *_group_links(labelled, group_of)])
        return [link for link in links if not link.must and link.right in connected.get(link.left, ())]

    def must_linked_to_violated() -> list[str]:
        return [member for link in find_violated() for end in link[:2] for member in component_of.get(end, {end})]

    def leave_groups(articles: Iterable[str]) -> None:
        group_of.update([(article, article) for article in articles])

    # Each round removes more articles than the one before, and only for links that are still violated.
    leave_groups(end for link in find_violated() if group_of[link.left] == group_of[link.right] for end in link[:2])
    leave_groups(must_linked_to_violated())
    # An original stays, so the other labelled articles of its group leave.
    leave_groups(
        other
        for article in must_linked_to_violated()
        if group_of[article] == article
        for other in labelled_in[article] - {article}
    )
    rows = [
        row
        if row["copy_group_id"] == group_of[row["article_id"]]
        else row | {"copy_group_id": row["article_id"]} | _OWN_GROUP
        for row in copies.to_pylist()
    ]
    return schemas.build_table("copies", rows)


def constraint_between(a: str, b: str, constraints: pa.Table, copies: pa.Table) -> tuple[bool, list[str]] | None:
    """Find the constraint that labels put on two articles: directly, through other articles, or through copies.

    Args:
        a: an article's id.
        b: another article's id.
        constraints: schema `constraints`, of articles.
        copies: columns `article_id` and `copy_group_id`.

    Returns:
        Whether they must be one story, and the origins of the labels that imply it; None if no label does.

    Raises:
        SchemaError: an article is in no copy group.
    """
    links, group_of = table_to_links(constraints), _group_of(copies, constraints)
    articles = sorted({a, b}.union(*(link[:2] for link in links)))
    implied = implied_constraint([*links, *_group_links(articles, group_of)], a, b)
    origins = [origin for origin in implied[1] if origin] if implied else []
    return (implied[0], origins) if implied and origins else None


def _group_links(articles: Iterable[str], group_of: Mapping[str, str]) -> list[Link]:
    """Return a must-link without an origin between each article and the original of its copy group."""
    return [Link(article, group_of[article], True, "") for article in articles]


def _group_of(copies: pa.Table, constraints: pa.Table) -> dict[str, str]:
    group_of = dict(zip(copies["article_id"].to_pylist(), copies["copy_group_id"].to_pylist(), strict=True))
    missing = sorted({end for link in table_to_links(constraints) for end in link[:2] if end not in group_of})
    if missing:
        raise SchemaError(f"Constraints name {shorten_list(missing)}, which is in no copy group.")
    return group_of
