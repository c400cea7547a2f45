"""Copy groups: pairs confirmed on the texts, joined around an original that every member copies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold import schemas
from newsfold.copies.candidates import components
from newsfold.copies.originals import Original, choose_original
from newsfold.copies.shingles import Ints
from newsfold.copies.similarity import Texts, compare_texts
from newsfold.copies.texts import UNKNOWN_OUTLET, Row
from newsfold.publishers import Publishers
from newsfold.settings import Copies


def confirmed(pairs: pa.Table, bodies: pa.Table, prints: pa.Table, settings: Copies) -> pa.Table:
    """Table `text_links`: the pairs that are copies by their texts, and by their titles where the texts are short.

    Args:
        pairs: table `text_pairs`, or some of its rows.
        bodies: table `body_sketches`, theirs at least; sketches are not needed.
        prints: table `body_shingles`, theirs at least.
        settings: when two texts count as copies.
    """
    ends = pc.unique(pa.chunked_array([*pairs["left_id"].chunks, *pairs["right_id"].chunks], pa.string()))
    prints = prints.filter(pc.is_in(prints["article_id"], ends))
    texts, ids = Texts.from_tables(bodies, prints), prints["article_id"].combine_chunks()
    numbers = [pc.index_in(pairs[end], ids).to_numpy() for end in ("left_id", "right_id")]
    _, found = compare_texts(texts, np.column_stack(numbers), settings)
    return pairs.filter(pa.array(found))


def linked(texts: pa.Table, links: pa.Table) -> pa.Table:
    """Table `copy_components`: texts that links connect, in the order of their first one, with their articles.

    Args:
        texts: table `texts`, all of them.
        links: table `text_links`, all of them.
    """
    labels = components(texts, links)
    holders = texts["article_ids"].to_pylist()
    found: dict[int, list[int]] = defaultdict(list)
    for number, label in enumerate(labels.tolist()):
        found[label].append(number)
    rows = []
    for numbers in found.values():
        held = [(article, holders[number][0]) for number in numbers for article in holders[number]]
        own = [holders[number][0] for number in numbers]
        rows.append(
            {
                "article_ids": [article for article, _ in held],
                "text_ids": [text_id for _, text_id in held],
                "compared_ids": own if len(own) > 1 else [],
            }
        )
    return pa.Table.from_pylist(rows, schema=schemas.SCHEMAS["copy_components"])


@dataclass(frozen=True)
class _Group:
    """One text's articles."""

    original: Row
    members: list[tuple[Row, float]]  # article and its similarity to the original
    choice: Original  # why it is the original, among all that were linked to it


def settled(
    linked_texts: pa.Table,
    articles: pa.Table,
    bodies: pa.Table,
    prints: pa.Table,
    links: pa.Table,
    settings: Copies,
    known: Publishers,
) -> pa.Table:
    """Split what hangs together until every member is a copy of its group's original.

    Args:
        linked_texts: table `copy_components`, or some of its rows.
        articles: what is known of these articles; bodies are not needed.
        bodies: table `body_sketches`, of these articles.
        prints: table `body_shingles`, of those in `compared_ids` at least.
        links: table `text_links`, theirs at least.
        settings: when two texts count as copies.
        known: publishers, whose names and families tell credits and origins.

    Returns:
        Table `copies`, a row per article, group after group.
    """
    rows = {row["article_id"]: row for row in articles.to_pylist()}
    words = dict(zip(bodies["article_id"].to_pylist(), bodies["words"].to_pylist(), strict=True))
    texts = Texts.from_tables(bodies, prints)
    joined: dict[str, list[str]] = defaultdict(list)
    for left, right in zip(links["left_id"].to_pylist(), links["right_id"].to_pylist(), strict=True):
        joined[left].append(right)
    found = []
    for component in linked_texts.to_pylist():
        holders: dict[str, list[Row]] = defaultdict(list)
        for article, text_id in zip(component["article_ids"], component["text_ids"], strict=True):
            holders[text_id].append(rows[article])
        text_of = dict(zip(component["article_ids"], component["text_ids"], strict=True))
        n_words = {text_id: words[text_id] for text_id in holders}
        for group in _groups(holders, n_words, joined, texts, text_of, settings, known):
            found += _rows(group, text_of)
    return schemas.build_table("copies", found)


def _groups(
    holders: dict[str, list[Row]],
    n_words: dict[str, int],
    joined: dict[str, list[str]],
    texts: Texts,
    text_of: dict[str, str],
    settings: Copies,
    known: Publishers,
) -> Iterator[_Group]:
    """The groups of texts that hang together."""
    left = list(holders)
    while left:
        rest = []
        for part in _parts(left, joined):
            members = [row for text_id in part for row in holders[text_id]]
            choice = choose_original(members, [n_words[text_of[row["article_id"]]] for row in members], known)
            original = members[choice.at]
            hub = text_of[original["article_id"]]
            similar = {hub: 1.0} | _like(hub, [text_id for text_id in part if text_id != hub], texts, settings)
            held = [(row, similar[text_id]) for text_id in part if text_id in similar for row in holders[text_id]]
            yield _Group(original, held, choice)
            rest += [text_id for text_id in part if text_id not in similar]
        left = rest


def _like(hub: str, others: Sequence[str], texts: Texts, settings: Copies) -> dict[str, float]:
    """The similarities of those texts that are copies of one."""
    if not others:
        return {}
    pairs = np.array([[texts.place[one], texts.place[hub]] for one in others], np.int64)
    shares, are = compare_texts(texts, pairs, settings)
    return {one: share for one, share, is_copy in zip(others, shares.tolist(), are.tolist(), strict=True) if is_copy}


def _parts(text_ids: Sequence[str], joined: dict[str, list[str]]) -> list[list[str]]:
    """Those of some texts that hang together, each in their order."""
    if len(text_ids) == 1:
        return [list(text_ids)]
    place = {text_id: number for number, text_id in enumerate(text_ids)}
    ends = [(place[one], place[other]) for one in text_ids for other in joined.get(one, ()) if other in place]
    pairs: Ints = np.array(ends, np.int64).reshape(-1, 2)
    graph = sparse.coo_matrix((np.ones(len(pairs), np.int8), pairs.T), shape=(len(place), len(place)))
    labels = sparse.csgraph.connected_components(graph, directed=False)[1].tolist()
    parts: dict[int, list[str]] = defaultdict(list)
    for text_id, label in zip(text_ids, labels, strict=True):
        parts[label].append(text_id)
    return list(parts.values())


def _rows(group: _Group, text_of: dict[str, str]) -> list[Row]:
    original = group.original
    return [
        {
            "article_id": row["article_id"],
            "copy_group_id": original["article_id"],
            "is_original": row is original,
            "similarity": share,
            "kind": _kind(row, original, equal=text_of[row["article_id"]] == text_of[original["article_id"]]),
            "reason": group.choice.reason if len(group.members) > 1 else None,
            "origin": group.choice.origin,
        }
        for row, share in group.members
    ]


def _kind(row: Row, original: Row, *, equal: bool) -> str:
    if row is original:
        return "exact"
    if row["outlet"] == original["outlet"] != UNKNOWN_OUTLET:
        page = row["canonical_url"]
        if not equal or (page is not None and page == original["canonical_url"]):
            return "revision"
    return "exact" if equal else "near"
