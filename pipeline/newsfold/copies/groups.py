"""Copy groups: connected texts, split until every member is a copy of its group's original."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy import sparse

from newsfold import schemas
from newsfold.copies.originals import Original, choose_original
from newsfold.copies.similarity import SKETCH_COLUMNS, Texts, compare_texts
from newsfold.copies.tables import PRINTED_TEXTS
from newsfold.copies.texts import Row
from newsfold.copies.words import Ints
from newsfold.dataflow import Context, TableView
from newsfold.publishers import UNKNOWN_OUTLET, Publishers, load_publishers
from newsfold.publishers.ownership import PrintedText, describe_text
from newsfold.settings import Copies

_COLUMNS = (
    *("article_id", "outlet", "publisher_family", "canonical_url"),
    *("agency", "syndicated_from", "dateline", "published_at"),
)


@dataclass(frozen=True)
class _Group:
    """One copy group.

    Attributes:
        original: its original.
        members: articles, each with its similarity to the original.
        choice: why it is the original, among all articles of its component.
    """

    original: Row
    members: list[tuple[Row, float]]
    choice: Original


@dataclass(frozen=True)
class _Window:
    """What splitting a component takes from the window.

    Attributes:
        texts: the texts that are compared.
        words: number of words, by text.
        links: linked texts, by text.
        settings: when two texts count as copies.
        publishers: publishers and their spellings.
    """

    texts: Texts
    words: Mapping[str, int]
    links: Mapping[str, list[str]]
    settings: Copies
    publishers: Publishers


def assign_originals(
    copy_components: TableView,
    window_articles: TableView,
    body_sketches: TableView,
    body_shingles: TableView,
    text_links: TableView,
    cut_links: TableView,
    context: Context,
) -> tuple[pa.Table, pa.Table]:
    """Split components into copy groups, each around an original that every member is a copy of.

    How the original is chosen is described at `originals.choose_original`.

    Returns:
        Table `copy_groups`, a row per article, group after group; and `printed_texts`, who prints how many of them.
    """
    components = copy_components.read()
    members, compared = components["article_ids"], components["compared_ids"]
    sketches = body_sketches.where("article_id", members, columns=SKETCH_COLUMNS)
    links: dict[str, list[str]] = defaultdict(list)
    for view in (text_links, cut_links):
        pairs = view.where("left_id", compared)
        for left, right in zip(pairs["left_id"].to_pylist(), pairs["right_id"].to_pylist(), strict=True):
            links[left].append(right)
    window = _Window(
        texts=Texts.from_tables(sketches, body_shingles.where("article_id", compared)),
        words=dict(zip(sketches["article_id"].to_pylist(), sketches["words"].to_pylist(), strict=True)),
        links=links,
        settings=context.settings.copies,
        publishers=load_publishers(context.settings),
    )
    articles = {
        row["article_id"]: row for row in window_articles.where("article_id", members, columns=_COLUMNS).to_pylist()
    }
    rows = []
    printed: Counter[PrintedText] = Counter()
    for component in components.to_pylist():
        text_of = dict(zip(component["article_ids"], component["text_ids"], strict=True))
        articles_of: dict[str, list[Row]] = defaultdict(list)
        for article, text_id in text_of.items():
            articles_of[text_id].append(articles[article])
        for group in _split_component(articles_of, text_of, window):
            rows += _build_rows(group, text_of)
            printed[describe_text(group.choice.origin, (row for row, _ in group.members))] += 1
    return schemas.build_table("copies", rows), _build_printed_texts(printed)


def _split_component(
    articles_of: Mapping[str, list[Row]], text_of: Mapping[str, str], window: _Window
) -> Iterator[_Group]:
    """Yield the groups of a component.

    Args:
        articles_of: the articles of each text.
        text_of: the text of each article.
        window: texts and links.
    """
    left = list(articles_of)
    while left:
        rest = []
        for part in _connect_parts(left, window.links):
            rows = [row for text_id in part for row in articles_of[text_id]]
            n_words = [window.words[text_of[row["article_id"]]] for row in rows]
            choice = choose_original(rows, n_words, window.publishers)
            original = rows[choice.at]
            original_text = text_of[original["article_id"]]
            others = [text_id for text_id in part if text_id != original_text]
            similarities = {original_text: 1.0} | _find_copies(original_text, others, window)
            copies = [text_id for text_id in part if text_id in similarities]
            members = [(row, similarities[text_id]) for text_id in copies for row in articles_of[text_id]]
            yield _Group(original, members, choice)
            rest += [text_id for text_id in part if text_id not in similarities]
        left = rest


def _find_copies(original: str, others: Sequence[str], window: _Window) -> dict[str, float]:
    """Return the similarities of those texts that are copies of an original."""
    if not others:
        return {}
    texts = window.texts
    pairs = np.array([[texts.place[other], texts.place[original]] for other in others], np.int64)
    similarities, is_copy = compare_texts(texts, pairs, window.settings)
    compared = zip(others, similarities.tolist(), is_copy.tolist(), strict=True)
    return {other: similarity for other, similarity, is_confirmed in compared if is_confirmed}


def _connect_parts(text_ids: Sequence[str], links: Mapping[str, list[str]]) -> list[list[str]]:
    """Return the connected parts of some texts, each in their order."""
    if len(text_ids) == 1:
        return [list(text_ids)]
    place = {text_id: number for number, text_id in enumerate(text_ids)}
    ends = [(place[left], place[right]) for left in text_ids for right in links.get(left, ()) if right in place]
    pairs: Ints = np.array(ends, np.int64).reshape(-1, 2)
    graph = sparse.coo_matrix((np.ones(len(pairs), np.int8), pairs.T), shape=(len(place), len(place)))
    labels = sparse.csgraph.connected_components(graph, directed=False)[1].tolist()
    parts: dict[int, list[str]] = defaultdict(list)
    for text_id, label in zip(text_ids, labels, strict=True):
        parts[label].append(text_id)
    return list(parts.values())


def _build_rows(group: _Group, text_of: Mapping[str, str]) -> list[Row]:
    original = group.original
    return [
        {
            "article_id": row["article_id"],
            "copy_group_id": original["article_id"],
            "is_original": row is original,
            "similarity": similarity,
            "kind": _classify(row, original, is_equal=text_of[row["article_id"]] == text_of[original["article_id"]]),
            "reason": group.choice.reason if len(group.members) > 1 else None,
            "origin": group.choice.origin,
        }
        for row, similarity in group.members
    ]


def _build_printed_texts(printed: Mapping[PrintedText, int]) -> pa.Table:
    rows = [
        {"source": text.source, "outlets": sorted(text.outlets), "uncredited": sorted(text.uncredited), "n_texts": n}
        for text, n in printed.items()
    ]
    return pa.Table.from_pylist(rows, schema=PRINTED_TEXTS)


def _classify(row: Row, original: Row, *, is_equal: bool) -> str:
    if row is original:
        return "exact"
    if row["outlet"] == original["outlet"] != UNKNOWN_OUTLET:
        page = row["canonical_url"]
        if not is_equal or (page is not None and page == original["canonical_url"]):
            return "revision"
    return "exact" if is_equal else "near"
