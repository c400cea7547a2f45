"""Links between articles as a graph: components of must-links, and cannot-links that conflict with them."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import pyarrow as pa

from newsfold import schemas
from newsfold.errors import ConfigError

_MAX_LISTED = 20


class Link(NamedTuple):
    """A label on two articles: one story (`must`), or never one story; and the file and row it comes from."""

    left: str
    right: str
    must: bool
    origin: str


def table_to_links(constraints: pa.Table) -> list[Link]:
    """Return the rows of a table of schema `constraints` as links."""
    columns = (constraints[name].to_pylist() for name in schemas.SCHEMAS["constraints"].names)
    return [Link(*row) for row in zip(*columns, strict=True)]


def links_to_table(links: Iterable[Link]) -> pa.Table:
    """Return links as a table of schema `constraints`: each pair once, with the first label on it."""
    first_of: dict[tuple[str, str], Link] = {}
    for link in links:
        if link.left != link.right:
            pair = (min(link[:2]), max(link[:2]))
            first_of.setdefault(pair, link)
    rows = [
        {"left_id": pair[0], "right_id": pair[1], "must_link": first_of[pair].must, "origin": first_of[pair].origin}
        for pair in sorted(first_of)
    ]
    return schemas.build_table("constraints", rows)


def must_link_components(links: Iterable[Link]) -> dict[str, set[str]]:
    """Return the connected components of the must-links, by each of their members."""
    neighbours = _must_link_neighbours(links)
    component_of: dict[str, set[str]] = {}
    for start in neighbours:
        if start in component_of:
            continue
        component, queue = {start}, [start]
        while queue:
            new = neighbours[queue.pop()].keys() - component
            component |= new
            queue += new
        component_of |= dict.fromkeys(component, component)
    return component_of


def find_conflicts(links: Iterable[Link]) -> list[str]:
    """Describe each cannot-link within a component of must-links, with the shortest chain that connects its ends."""
    links = list(links)
    neighbours, component_of = _must_link_neighbours(links), must_link_components(links)
    conflicts = []
    for link in links:
        if link.must:
            continue
        if link.left == link.right:
            conflicts.append(f"{link.origin} keeps {link.left} apart from itself.")
        elif link.right in component_of.get(link.left, ()):
            chain = _shortest_path(neighbours, link.left, link.right)
            steps = [f"{a} and {b} ({neighbours[a][b]})" for a, b in pairwise(chain)]
            conflicts.append(
                f"{link.origin} keeps {link.left} and {link.right} apart; must-links join them: {', '.join(steps)}."
            )
    return conflicts


def implied_constraint(links: Iterable[Link], a: str, b: str) -> tuple[bool, list[str]] | None:
    """Return whether links imply that two articles must be one story, and the origins of those links; None: neither."""
    links = list(links)
    neighbours, component_of = _must_link_neighbours(links), must_link_components(links)
    with_a, with_b = component_of.get(a, {a}), component_of.get(b, {b})
    if b in with_a:
        return True, [neighbours[left][right] for left, right in pairwise(_shortest_path(neighbours, a, b))]
    for link in links:
        if not link.must and any(left in with_a and right in with_b for left, right in (link[:2], link[1::-1])):
            return False, [link.origin]
    return None


def reject_labels(problems: Sequence[str]) -> None:
    """Raise an error that lists problems, if there are any.

    Raises:
        ConfigError: there are problems; the first 20 are listed.
    """
    if problems:
        more = [f"  … and {len(problems) - _MAX_LISTED} more"] if len(problems) > _MAX_LISTED else []
        listed = "\n".join([*(f"  - {problem}" for problem in problems[:_MAX_LISTED]), *more])
        raise ConfigError(f"The labels cannot be used. Correct or delete these rows:\n{listed}")


def shorten_list(names: Sequence[str]) -> str:
    """Return the first of some names, and the number of the others, as words."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _must_link_neighbours(links: Iterable[Link]) -> dict[str, dict[str, str]]:
    """Return, for each article, its neighbours by must-links, each with the origin of the first such label."""
    neighbours: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for link in links:
        if link.must and link.left != link.right:
            neighbours[link.left].setdefault(link.right, link.origin)
            neighbours[link.right].setdefault(link.left, link.origin)
    return {article: dict(sorted(others.items())) for article, others in neighbours.items()}


def _shortest_path(neighbours: Mapping[str, Mapping[str, str]], start: str, end: str) -> list[str]:
    """Return the shortest path between two connected articles, ends included (breadth first)."""
    came_from = {start: start}
    queue = deque([start])
    while end not in came_from:
        article = queue.popleft()
        for other in neighbours[article]:
            if other not in came_from:
                came_from[other] = article
                queue.append(other)
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return path[::-1]
