"""Constraints and copies: clustering sees one article per copy group, labels name any of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

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

_ALONE = {"is_original": True, "similarity": 1.0, "kind": "exact", "reason": None}


def map_to_originals(constraints: pa.Table, copies: pa.Table) -> pa.Table:
    """The constraints between copy groups: each end becomes the original of its group.

    Args:
        constraints: schema `constraints`, of articles.
        copies: schema `copies`, after `split_copies`.

    Returns:
        Schema `constraints` over `copy_group_id`s; must-links within a group are gone.

    Raises:
        SchemaError: an article is in no copy group.
        ConfigError: a cannot-link lies within a group or within what must-links join: `split_copies` was left out.
    """
    group_of = _group_of(copies, constraints)
    moved = [
        link._replace(left=group_of[link.left], right=group_of[link.right]) for link in table_to_links(constraints)
    ]
    reject_labels(find_conflicts(moved))
    return links_to_table(moved)


def split_copies(copies: pa.Table, constraints: pa.Table) -> pa.Table:
    """Copy groups that leave room for every cannot-link: a person's word outweighs equal texts.

    Both ends of a cannot-link inside a group leave it, and each is its own original; but an original never leaves, so
    where it is one of the two, only the other goes. Where copies and must-links join the two ends in a roundabout
    way, the articles that are must-linked to them leave their groups as well. Unnamed copies stay where they are.

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
    bound_to = must_link_components(links)
    named = {end for link in links for end in link[:2]}
    housemates: defaultdict[str, set[str]] = defaultdict(set)
    for article in named:
        housemates[group_of[article]].add(article)

    def joined_ends() -> list[Link]:
        joined = must_link_components([*links, *(Link(article, group_of[article], True, "") for article in named)])
        return [e for e in links if not e.must and e.right in joined.get(e.left, ())]

    def bound() -> list[str]:
        return [member for e in joined_ends() for end in e[:2] for member in bound_to.get(end, {end})]

    def leave(articles: Iterable[str]) -> None:
        group_of.update([(article, article) for article in articles])

    # Each round takes out more than the one before, and only for what is still joined.
    leave(end for e in joined_ends() if group_of[e.left] == group_of[e.right] for end in e[:2])
    leave(bound())
    # An original stays, so the other articles that labels tie to somewhere else go.
    leave(other for member in bound() if group_of[member] == member for other in housemates[member] - {member})
    rows = [
        row
        if row["copy_group_id"] == group_of[row["article_id"]]
        else row | {"copy_group_id": row["article_id"]} | _ALONE
        for row in copies.to_pylist()
    ]
    return schemas.build_table("copies", rows)


def constraint_between(a: str, b: str, constraints: pa.Table, copies: pa.Table) -> tuple[bool, list[str]] | None:
    """What labels say of two articles: directly, by way of others, or of copies of these.

    Args:
        a: an article's id.
        b: another's.
        constraints: schema `constraints`, of articles.
        copies: columns `article_id` and `copy_group_id`.

    Returns:
        Whether they must be one story, and the origins of the labels that say it; None where no label does.

    Raises:
        SchemaError: an article is in no copy group.
    """
    links, group_of = table_to_links(constraints), _group_of(copies, constraints)
    named = sorted({a, b}.union(*(link[:2] for link in links)))
    told = implied_constraint([*links, *(Link(article, group_of[article], True, "") for article in named)], a, b)
    origins = [origin for origin in told[1] if origin] if told else []
    return (told[0], origins) if told and origins else None


def _group_of(copies: pa.Table, constraints: pa.Table) -> dict[str, str]:
    group_of = dict(zip(copies["article_id"].to_pylist(), copies["copy_group_id"].to_pylist(), strict=True))
    strangers = sorted({end for link in table_to_links(constraints) for end in link[:2] if end not in group_of})
    if strangers:
        raise SchemaError(f"Constraints name {shorten_list(strangers)}, which is in no copy group.")
    return group_of
