"""Constraints among articles and among copy groups, for any labels that can be given."""

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


def table(must: list[tuple[str, str]], cannot: list[tuple[str, str]]) -> pa.Table:
    rows = [(*sorted(pair), True) for pair in must] + [(*sorted(pair), False) for pair in cannot]
    return schemas.build_table(
        "constraints",
        [{"left_id": a, "right_id": b, "must_link": said, "origin": f"row {n}"} for n, (a, b, said) in enumerate(rows)],
    )


def grouped(originals: list[int]) -> pa.Table:
    """Copies in which article n is a copy of article originals[n], or an original where that one is a copy itself."""
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


class Said(NamedTuple):
    must: list[tuple[str, str]]
    cannot: list[tuple[str, str]]

    def joined(self) -> nx.Graph:
        graph = nx.Graph()
        graph.add_nodes_from(NAMES)
        graph.add_edges_from(self.must)
        return graph


@st.composite
def labels(draw: st.DrawFn, *, consistent: bool) -> Said:
    must = draw(st.lists(st.sampled_from(PAIRS), unique=True, max_size=8))
    cannot = draw(st.lists(st.sampled_from(PAIRS), unique=True, max_size=8))
    said = Said(must, cannot)
    if consistent:
        graph = said.joined()
        said = Said(must, [pair for pair in cannot if not nx.has_path(graph, *pair)])
    return said


def joins(constraints_: pa.Table, names: Iterable[str]) -> nx.Graph:
    """What the must-links of a table join."""
    graph = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_edges_from((row["left_id"], row["right_id"]) for row in constraints_.to_pylist() if row["must_link"])
    return graph


def kept_apart(constraints_: pa.Table) -> list[tuple[str, str]]:
    return [(row["left_id"], row["right_id"]) for row in constraints_.to_pylist() if not row["must_link"]]


EACH_ITS_OWN = grouped(list(range(len(NAMES))))


@given(labels(consistent=False))
def test_contradictions_are_the_cannot_links_that_must_links_join(said: Said) -> None:
    graph = said.joined()
    denied = [pair for pair in said.cannot if nx.has_path(graph, *pair)]
    told: list[str] = []
    try:
        constraints.map_to_originals(table(*said), EACH_ITS_OWN)
    except ConfigError as error:
        told = str(error).split("\n")[1:]
    assert len(told) == len(denied)
    for sentence, pair in zip(told, denied, strict=True):
        assert f"keeps {pair[0]} and {pair[1]} apart" in sentence
        assert sentence.count(" and ") - 1 == nx.shortest_path_length(graph, *pair)


GROUPS = st.lists(st.integers(0, len(NAMES) - 1), min_size=len(NAMES), max_size=len(NAMES)).map(grouped)


@given(labels(consistent=True), GROUPS)
def test_splitting_copies_makes_room_for_every_label(said: Said, copies: pa.Table) -> None:
    split = constraints.split_copies(copies, table(*said))
    assert split["article_id"].equals(copies["article_id"]), "each article once, in its place"
    group_of = dict(zip(NAMES, split["copy_group_id"].to_pylist(), strict=True))
    for row, before in zip(split.to_pylist(), copies.to_pylist(), strict=True):
        assert row == before or (row["copy_group_id"] == row["article_id"] and row["is_original"])
        assert group_of[row["copy_group_id"]] == row["copy_group_id"], "a group's original is in the group"
        assert row["is_original"] == (row["copy_group_id"] == row["article_id"])
    moved = constraints.map_to_originals(table(*said), split)
    joined = joins(moved, group_of.values())
    for a, b in said.must:
        assert nx.has_path(joined, group_of[a], group_of[b])
    for a, b in said.cannot:
        assert not nx.has_path(joined, group_of[a], group_of[b])
        assert tuple(sorted((group_of[a], group_of[b]))) in kept_apart(moved)


@given(labels(consistent=True), GROUPS)
def test_copies_that_nobody_labelled_stay_where_they_are(said: Said, copies: pa.Table) -> None:
    named = {end for pair in said.must + said.cannot for end in pair}
    split = constraints.split_copies(copies, table(*said))
    for row, before in zip(split.to_pylist(), copies.to_pylist(), strict=True):
        assert row == before or row["article_id"] in named
    if not said.cannot:
        assert split.equals(copies)


@given(labels(consistent=True), GROUPS)
def test_the_order_of_labels_changes_nothing(said: Said, copies: pa.Table) -> None:
    rows = table(*said)
    shuffled = table(said.must[::-1], said.cannot[::-1])
    assert constraints.split_copies(copies, shuffled).equals(constraints.split_copies(copies, rows))
    split, pairs = constraints.split_copies(copies, rows), ["left_id", "right_id", "must_link"]
    moved, again = (constraints.map_to_originals(told, split).select(pairs) for told in (rows, shuffled))
    assert again.equals(moved)


@given(labels(consistent=True), GROUPS, st.sampled_from(PAIRS))
def test_what_labels_say_of_two_articles_holds_by_way_of_others_and_of_copies(
    said: Said, copies: pa.Table, pair: tuple[str, str]
) -> None:
    split = constraints.split_copies(copies, table(*said))
    group_of = dict(zip(NAMES, split["copy_group_id"].to_pylist(), strict=True))
    joined = joins(constraints.map_to_originals(table(*said), split), group_of.values())
    near, far = (nx.node_connected_component(joined, group_of[end]) for end in pair)
    told = constraints.constraint_between(*pair, table(*said), split)
    if pair in said.must:
        assert told == (True, [f"row {said.must.index(pair)}"])
    elif group_of[pair[0]] != group_of[pair[1]]:
        apart = any({group_of[a], group_of[b]} & near and {group_of[a], group_of[b]} & far for a, b in said.cannot)
        expected = True if near == far else False if apart else None
        assert (told and told[0]) == expected
        assert told is None or told[1]


def test_both_leave_a_group_but_its_original_stays() -> None:
    copies = grouped([0, 0, 0, 0, 4, 5, 6, 7, 8])
    both = constraints.split_copies(copies, table([], [("a001", "a002")]))["copy_group_id"].to_pylist()
    assert both[:4] == ["a000", "a001", "a002", "a000"]
    one = constraints.split_copies(copies, table([], [("a000", "a002")]))["copy_group_id"].to_pylist()
    assert one[:4] == ["a000", "a000", "a002", "a000"]


def test_labels_outweigh_copies_in_roundabout_ways_too() -> None:
    # a001 copies a000, a003 copies a002: apart here, together there.
    copies = grouped([0, 0, 2, 2, 4, 5, 6, 7, 8])
    said = table([("a001", "a003")], [("a000", "a002")])
    with pytest.raises(ConfigError, match="apart"):
        constraints.map_to_originals(said, copies)
    split = constraints.split_copies(copies, said)
    assert kept_apart(constraints.map_to_originals(said, split)) == [("a000", "a002")]


def test_a_label_on_an_unknown_article_is_said_not_skipped() -> None:
    said = table([("a000", "zzz")], [])
    for function in (constraints.map_to_originals, lambda s, c: constraints.split_copies(c, s)):
        with pytest.raises(SchemaError, match="zzz, which is in no copy group"):
            function(said, EACH_ITS_OWN)


@given(labels(consistent=True), st.sets(st.sampled_from(NAMES), min_size=1))
def test_the_window_keeps_all_that_follows_from_the_labels(said: Said, present: set[str]) -> None:
    everything = table(*said)
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
    assert found.outcomes["in_window"].to_pylist() == [set(pair) <= present for pair in said.must + said.cannot]
    graph, kept = said.joined(), joins(found.constraints, present)
    for a, b in itertools.combinations(sorted(present), 2):
        assert nx.has_path(kept, a, b) == nx.has_path(graph, a, b)
        joined_a, joined_b = nx.node_connected_component(graph, a), nx.node_connected_component(graph, b)
        forbidden = any((x in joined_a and y in joined_b) or (y in joined_a and x in joined_b) for x, y in said.cannot)
        near, far = (nx.node_connected_component(kept, end) for end in (a, b))
        apart = any({*pair} & near and {*pair} & far for pair in kept_apart(found.constraints))
        assert (near != far and apart) == forbidden
    ends = list(zip(found.constraints["left_id"].to_pylist(), found.constraints["right_id"].to_pylist(), strict=True))
    assert ends == sorted(set(ends))
    assert all(a < b for a, b in ends)
