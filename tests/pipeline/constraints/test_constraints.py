"""Constraints between articles and between copy groups, for any labels."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import NamedTuple

import networkx as nx
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import constraints, schemas
from newsfold.errors import ConfigError, SchemaError
from tests.factories import articles_table

NAMES = [f"a{n:03d}" for n in range(9)]
PAIRS = list(itertools.combinations(NAMES, 2))


def constraints_table(must: list[tuple[str, str]], cannot: list[tuple[str, str]]) -> pa.Table:
    rows = [(*sorted(pair), True) for pair in must] + [(*sorted(pair), False) for pair in cannot]
    return schemas.build_table(
        "constraints",
        [
            {"left_id": a, "right_id": b, "must_link": labels, "origin": f"row {n}"}
            for n, (a, b, labels) in enumerate(rows)
        ],
    )


def copies_table(originals: list[int]) -> pa.Table:
    """Return copies in which article n is a copy of originals[n], or an original if that one is a copy itself."""
    original = [o if originals[o] == o else n for n, o in enumerate(originals)]
    return schemas.build_table(
        "copies",
        [
            {
                "article_id": name,
                "copy_group_id": NAMES[original[n]],
                "is_original": original[n] == n,
                "similarity": 1.0 if original[n] == n else 0.9,
                "kind": "exact" if original[n] == n else "near",
            }
            for n, name in enumerate(NAMES)
        ],
    )


class Labels(NamedTuple):
    must: list[tuple[str, str]]
    cannot: list[tuple[str, str]]

    def must_link_graph(self) -> nx.Graph:
        graph = nx.Graph()
        graph.add_nodes_from(NAMES)
        graph.add_edges_from(self.must)
        return graph


@st.composite
def draw_labels(draw: st.DrawFn, *, consistent: bool) -> Labels:
    must = draw(st.lists(st.sampled_from(PAIRS), unique=True, max_size=8))
    cannot = draw(st.lists(st.sampled_from(PAIRS), unique=True, max_size=8))
    labels = Labels(must, cannot)
    if consistent:
        graph = labels.must_link_graph()
        labels = Labels(must, [pair for pair in cannot if not nx.has_path(graph, *pair)])
    return labels


def build_graph(constraints_: pa.Table, names: Iterable[str]) -> nx.Graph:
    """Return the graph of a table's must-links."""
    graph = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_edges_from((row["left_id"], row["right_id"]) for row in constraints_.to_pylist() if row["must_link"])
    return graph


def list_cannot_links(constraints_: pa.Table) -> list[tuple[str, str]]:
    return [(row["left_id"], row["right_id"]) for row in constraints_.to_pylist() if not row["must_link"]]


NO_COPIES = copies_table(list(range(len(NAMES))))


@given(draw_labels(consistent=False))
def test_conflicts_are_the_cannot_links_within_components_of_must_links(labels: Labels) -> None:
    graph = labels.must_link_graph()
    expected = [pair for pair in labels.cannot if nx.has_path(graph, *pair)]
    conflicts: list[str] = []
    try:
        constraints.map_to_originals(constraints_table(*labels), NO_COPIES)
    except ConfigError as error:
        conflicts = str(error).split("\n")[1:]
    assert len(conflicts) == len(expected)
    for sentence, pair in zip(conflicts, expected, strict=True):
        assert f"keeps {pair[0]} and {pair[1]} apart" in sentence
        assert sentence.count(" and ") - 1 == nx.shortest_path_length(graph, *pair)


GROUPS = st.lists(st.integers(0, len(NAMES) - 1), min_size=len(NAMES), max_size=len(NAMES)).map(copies_table)


@given(draw_labels(consistent=True), GROUPS)
def test_split_copies_satisfy_every_label(labels: Labels, copies: pa.Table) -> None:
    split = constraints.split_copies(copies, constraints_table(*labels))
    assert split["article_id"].equals(copies["article_id"]), "each article once, in its place"
    group_of = dict(zip(NAMES, split["copy_group_id"].to_pylist(), strict=True))
    for row, before in zip(split.to_pylist(), copies.to_pylist(), strict=True):
        assert row == before or (row["copy_group_id"] == row["article_id"] and row["is_original"])
        assert group_of[row["copy_group_id"]] == row["copy_group_id"], "a group's original is in the group"
        assert row["is_original"] == (row["copy_group_id"] == row["article_id"])
    moved = constraints.map_to_originals(constraints_table(*labels), split)
    joined = build_graph(moved, group_of.values())
    for a, b in labels.must:
        assert nx.has_path(joined, group_of[a], group_of[b])
    for a, b in labels.cannot:
        assert not nx.has_path(joined, group_of[a], group_of[b])
        assert tuple(sorted((group_of[a], group_of[b]))) in list_cannot_links(moved)


@given(draw_labels(consistent=True), GROUPS)
def test_copies_without_a_label_stay_in_their_group(labels: Labels, copies: pa.Table) -> None:
    named = {end for pair in labels.must + labels.cannot for end in pair}
    split = constraints.split_copies(copies, constraints_table(*labels))
    for row, before in zip(split.to_pylist(), copies.to_pylist(), strict=True):
        assert row == before or row["article_id"] in named
    if not labels.cannot:
        assert split.equals(copies)


@given(draw_labels(consistent=True), GROUPS)
def test_the_order_of_labels_changes_nothing(labels: Labels, copies: pa.Table) -> None:
    rows = constraints_table(*labels)
    shuffled = constraints_table(labels.must[::-1], labels.cannot[::-1])
    assert constraints.split_copies(copies, shuffled).equals(constraints.split_copies(copies, rows))
    split, pairs = constraints.split_copies(copies, rows), ["left_id", "right_id", "must_link"]
    moved, again = (constraints.map_to_originals(links, split).select(pairs) for links in (rows, shuffled))
    assert again.equals(moved)


@given(draw_labels(consistent=True), GROUPS, st.sampled_from(PAIRS))
def test_a_constraint_holds_through_other_articles_and_copies(
    labels: Labels, copies: pa.Table, pair: tuple[str, str]
) -> None:
    split = constraints.split_copies(copies, constraints_table(*labels))
    group_of = dict(zip(NAMES, split["copy_group_id"].to_pylist(), strict=True))
    joined = build_graph(constraints.map_to_originals(constraints_table(*labels), split), group_of.values())
    near, far = (nx.node_connected_component(joined, group_of[end]) for end in pair)
    found = constraints.constraint_between(*pair, constraints_table(*labels), split)
    if pair in labels.must:
        assert found == (True, [f"row {labels.must.index(pair)}"])
    elif group_of[pair[0]] != group_of[pair[1]]:
        apart = any({group_of[a], group_of[b]} & near and {group_of[a], group_of[b]} & far for a, b in labels.cannot)
        expected = True if near == far else False if apart else None
        assert (found and found[0]) == expected
        assert found is None or found[1]


def test_both_articles_of_a_cannot_link_leave_their_group_but_an_original_stays() -> None:
    copies = copies_table([0, 0, 0, 0, 4, 5, 6, 7, 8])
    both = constraints.split_copies(copies, constraints_table([], [("a001", "a002")]))["copy_group_id"].to_pylist()
    assert both[:4] == ["a000", "a001", "a002", "a000"]
    one = constraints.split_copies(copies, constraints_table([], [("a000", "a002")]))["copy_group_id"].to_pylist()
    assert one[:4] == ["a000", "a000", "a002", "a000"]


def test_labels_take_precedence_over_copies_that_conflict_indirectly() -> None:
    # a001 copies a000, a003 copies a002: apart here, together there.
    copies = copies_table([0, 0, 2, 2, 4, 5, 6, 7, 8])
    labels = constraints_table([("a001", "a003")], [("a000", "a002")])
    with pytest.raises(ConfigError, match="apart"):
        constraints.map_to_originals(labels, copies)
    split = constraints.split_copies(copies, labels)
    assert list_cannot_links(constraints.map_to_originals(labels, split)) == [("a000", "a002")]


def test_a_constraint_on_an_unknown_article_is_an_error() -> None:
    labels = constraints_table([("a000", "zzz")], [])
    for function in (constraints.map_to_originals, lambda s, c: constraints.split_copies(c, s)):
        with pytest.raises(SchemaError, match="zzz, which is in no copy group"):
            function(labels, NO_COPIES)


@given(draw_labels(consistent=True), st.sets(st.sampled_from(NAMES), min_size=1))
def test_constraints_in_the_window_are_all_that_follow_from_the_labels(labels: Labels, present: set[str]) -> None:
    everything = constraints_table(*labels)
    origin = everything["origin"]
    written = pa.table(
        {
            "left": everything["left_id"],
            "right": everything["right_id"],
            "must_link": everything["must_link"],
            "origin": origin,
        }
    )
    articles = articles_table([{"article_id": name, "title": name} for name in sorted(present)])
    found = constraints.resolve_labels(written, articles)
    assert found.outcomes["in_window"].to_pylist() == [set(pair) <= present for pair in labels.must + labels.cannot]
    graph, kept = labels.must_link_graph(), build_graph(found.constraints, present)
    for a, b in itertools.combinations(sorted(present), 2):
        assert nx.has_path(kept, a, b) == nx.has_path(graph, a, b)
        joined_a, joined_b = nx.node_connected_component(graph, a), nx.node_connected_component(graph, b)
        forbidden = any(
            (x in joined_a and y in joined_b) or (y in joined_a and x in joined_b) for x, y in labels.cannot
        )
        near, far = (nx.node_connected_component(kept, end) for end in (a, b))
        apart = any({*pair} & near and {*pair} & far for pair in list_cannot_links(found.constraints))
        assert (near != far and apart) == forbidden
    ends = list(zip(found.constraints["left_id"].to_pylist(), found.constraints["right_id"].to_pylist(), strict=True))
    assert ends == sorted(set(ends))
    assert all(a < b for a, b in ends)
