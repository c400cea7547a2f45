"""Links between articles as a graph: what must-links join, and which cannot-links that denies."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import pyarrow as pa

from newsfold import schemas
from newsfold.errors import ConfigError

_LISTED = 20


class Link(NamedTuple):
    """A label on two articles: one story (`must`), or never one story; and where it was said."""

    left: str
    right: str
    must: bool
    origin: str


def table_to_links(constraints: pa.Table) -> list[Link]:
    """The rows of a table of schema `constraints`."""
    columns = (constraints[name].to_pylist() for name in schemas.SCHEMAS["constraints"].names)
    return [Link(*row) for row in zip(*columns, strict=True)]


def links_to_table(links: Iterable[Link]) -> pa.Table:
    """Schema `constraints`: each pair once, with the first label that asks for it."""
    first: dict[tuple[str, str], Link] = {}
    for link in links:
        if link.left != link.right:
            pair = (min(link[:2]), max(link[:2]))
            first.setdefault(pair, link)
    rows = [
        {"left_id": pair[0], "right_id": pair[1], "must_link": first[pair].must, "origin": first[pair].origin}
        for pair in sorted(first)
    ]
    return schemas.build_table("constraints", rows)


def _neighbours(links: Iterable[Link]) -> dict[str, dict[str, str]]:
    """Of each end of a must-link, the other ends and the first label that says so."""
    beside: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for link in links:
        if link.must and link.left != link.right:
            beside[link.left].setdefault(link.right, link.origin)
            beside[link.right].setdefault(link.left, link.origin)
    return {end: dict(sorted(others.items())) for end, others in beside.items()}


def must_link_components(links: Iterable[Link]) -> dict[str, set[str]]:
    """What must-links join, by each member."""
    beside = _neighbours(links)
    found: dict[str, set[str]] = {}
    for start in beside:
        if start in found:
            continue
        group, queue = {start}, [start]
        while queue:
            new = beside[queue.pop()].keys() - group
            group |= new
            queue += new
        found |= dict.fromkeys(group, group)
    return found


def find_conflicts(links: Iterable[Link]) -> list[str]:
    """The cannot-links whose two ends must-links join, each with the shortest chain of must-links; in words."""
    links = list(links)
    beside, joined = _neighbours(links), must_link_components(links)
    found = []
    for link in links:
        if link.must:
            continue
        if link.left == link.right:
            found.append(f"{link.origin} keeps {link.left} apart from itself.")
        elif link.right in joined.get(link.left, ()):
            chain = _shortest(beside, link.left, link.right)
            steps = [f"{a} and {b} ({beside[a][b]})" for a, b in pairwise(chain)]
            found.append(
                f"{link.origin} keeps {link.left} and {link.right} apart; must-links join them: {', '.join(steps)}."
            )
    return found


def implied_constraint(links: Iterable[Link], a: str, b: str) -> tuple[bool, list[str]] | None:
    """What links say of two articles: whether they must be one story, and the origins that say it; None: nothing."""
    links = list(links)
    beside, joined = _neighbours(links), must_link_components(links)
    with_a, with_b = joined.get(a, {a}), joined.get(b, {b})
    if b in with_a:
        return True, [beside[one][other] for one, other in pairwise(_shortest(beside, a, b))]
    for link in links:
        if not link.must and any(one in with_a and other in with_b for one, other in (link[:2], link[1::-1])):
            return False, [link.origin]
    return None


def _shortest(beside: Mapping[str, Mapping[str, str]], start: str, end: str) -> list[str]:
    """The shortest chain between two joined articles, ends included (breadth first)."""
    came_from = {start: start}
    queue = deque([start])
    while end not in came_from:
        here = queue.popleft()
        for other in beside[here]:
            if other not in came_from:
                came_from[other] = here
                queue.append(other)
    chain = [end]
    while chain[-1] != start:
        chain.append(came_from[chain[-1]])
    return chain[::-1]


def reject_labels(problems: Sequence[str]) -> None:
    """Let nothing pass that has problems.

    Raises:
        ConfigError: there are any; the first 20 are listed.
    """
    if problems:
        more = [f"  … and {len(problems) - _LISTED} more"] if len(problems) > _LISTED else []
        listed = "\n".join([*(f"  - {problem}" for problem in problems[:_LISTED]), *more])
        raise ConfigError(f"The labels cannot be used. Correct or delete the rows in question:\n{listed}")


def shorten_list(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
