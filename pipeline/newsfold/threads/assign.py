"""Assigning stories to threads: average linkage of what was compared, and the ids of the edition before."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse

from newsfold import schemas, text
from newsfold.dataflow import UNDATED, Context, TableView
from newsfold.linkage.graph import UNIT, ConstrainedGraph, build_graph, cluster_components
from newsfold.matching import match_groups
from newsfold.settings import Threads
from newsfold.threads.tables import STORY_LINKS

_MAX_NODES = 1500  # of a connected component that fits into one matrix

Integers = npt.NDArray[np.int64]


def assign_threads(
    thread_records: TableView, story_links: TableView, previous_thread_stories: TableView, context: Context
) -> pa.Table:
    """Assign each story to a thread, and give each thread an id: that of the thread it continues, or a new one.

    Threads merge by average linkage while the mean log-odds of the pairs between them are above a threshold; pairs
    that the edition before had in one thread are nearer, others that it had further. Two stories alone need a higher
    one, and stories of one thread that are out of the window stay together. Of several threads that share stories with
    an earlier one, the one with the most independent origins in common, those of the largest shared story twice,
    continues it.

    Args:
        thread_records: the stories, by story_id.
        story_links: the compared pairs.
        previous_thread_stories: the stories of the edition before.
        context: new ids begin with its edition.

    Returns:
        Table `story_threads`, by story_id.
    """
    records = thread_records.read(["story_id", "in_window", "origins"])
    if not records.num_rows:
        return schemas.empty_table("story_threads")
    story_ids = records["story_id"].to_pylist()
    previous = previous_thread_stories.read(["story_id", "thread_id"])
    thread_of = dict(zip(previous["story_id"].to_pylist(), previous["thread_id"].to_pylist(), strict=True))
    before = [thread_of.get(story) for story in story_ids]
    in_window = records["in_window"].to_pylist()
    settings = context.settings.threads
    links = pa.concat_tables([story_links.read(), _keep_links(before, in_window, settings.pair_threshold)])
    values = _weigh_links(links, _number_threads(before), settings)
    nodes = _group_remembered(before, in_window)
    graph = build_graph(values, nodes, cannot_link=np.empty((0, 2), np.int64))
    clusters = cluster_components(graph, (settings.threshold - settings.missing_log_odds) * UNIT, _MAX_NODES)
    min_value = (settings.pair_threshold - settings.missing_log_odds) * UNIT
    clusters = _part_weak_pairs(graph, clusters, min_value)[nodes]
    sizes = dict(zip(story_ids, map(len, records["origins"].to_pylist()), strict=True))
    threads = _assign_ids(story_ids, clusters.tolist(), before, sizes, context.edition)
    return schemas.build_table(
        "story_threads",
        [{"story_id": story, "thread_id": thread} for story, thread in zip(story_ids, threads, strict=True)],
    )


def _weigh_links(links: pa.Table, before: Integers, settings: Threads) -> sparse.csr_matrix:
    """Return the log-odds of compared pairs above those of others, in whole units: symmetric, of shape (n, n).

    Args:
        links: table `story_links`.
        before: the previous thread of each story as a number, -1 if it had none, int64 of shape (n,).
        settings: `threads`.
    """
    pairs = links.group_by(["left", "right"]).aggregate([("log_odds", "max")])
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    log_odds = pairs["log_odds_max"].to_numpy().astype(np.float64)
    is_known = (before[left] >= 0) & (before[right] >= 0)
    log_odds += np.where(before[left] == before[right], settings.stickiness, -settings.stickiness) * is_known
    values = np.rint((np.maximum(log_odds, settings.missing_log_odds) - settings.missing_log_odds) * UNIT)
    both = np.concatenate([left, right]), np.concatenate([right, left])
    return sparse.csr_matrix((np.tile(values, 2), both), shape=(len(before), len(before)))


def _keep_links(before: list[str | None], in_window: list[bool], log_odds: float) -> pa.Table:
    """Return table `story_links` of the pairs that shared a thread, one of them out of the window.

    The edges between their articles are gone, which says nothing against them.
    """
    rows_of: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for row, (thread, inside) in enumerate(zip(before, in_window, strict=True)):
        if thread is not None:
            rows_of[thread][inside].append(row)
    pairs = [
        sorted(pair) for remembered, current in rows_of.values() for pair in itertools.product(remembered, current)
    ]
    left, right = zip(*pairs, strict=True) if pairs else ((), ())
    return pa.table([left, right, [log_odds] * len(pairs)], schema=STORY_LINKS)


def _part_weak_pairs(graph: ConstrainedGraph, clusters: Integers, min_value: float) -> Integers:
    """Part the threads of two stories whose value is not above `min_value`: no third story speaks for them.

    Returns:
        Cluster of each node, int64 of shape (m,).
    """
    links = sparse.coo_matrix(graph.sums)
    n_stories = np.bincount(clusters, weights=graph.sizes)
    is_pair = (links.row < links.col) & (clusters[links.row] == clusters[links.col])
    is_weak = is_pair & (n_stories[clusters[links.row]] == 2) & (links.data <= min_value)
    parted = clusters.copy()
    parted[links.col[is_weak]] = clusters.max(initial=-1) + 1 + np.arange(is_weak.sum())
    return parted


def _number_threads(before: list[str | None]) -> Integers:
    number_of = {thread: i for i, thread in enumerate(sorted({thread for thread in before if thread is not None}))}
    return np.array([-1 if thread is None else number_of[thread] for thread in before], dtype=np.int64)


def _group_remembered(before: list[str | None], in_window: list[bool]) -> Integers:
    """Number the nodes of linkage: the stories of one thread that are out of the window are one."""
    stories = enumerate(zip(before, in_window, strict=True))
    keys = [(row, "") if inside else (-1, str(thread)) for row, (thread, inside) in stories]
    number_of = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([number_of[key] for key in keys], dtype=np.int64)


def _assign_ids(
    story_ids: list[str], clusters: list[int], before: list[str | None], sizes: dict[str, int], edition: date
) -> list[str]:
    """Return the id of each story's thread."""
    stories: defaultdict[int, list[str]] = defaultdict(list)
    shared: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for story, cluster, thread in zip(story_ids, clusters, before, strict=True):
        stories[cluster].append(story)
        if thread is not None:
            shared[cluster, thread].append(story)
    n_before = Counter(thread for thread in before if thread is not None)
    gains = {key: float(_weigh_stories(ids, sizes)) for key, ids in shared.items()}
    overlap = {
        (cluster, thread): len(ids) / (len(stories[cluster]) + n_before[thread] - len(ids))
        for (cluster, thread), ids in shared.items()
    }
    first_story = {cluster: min(ids) for cluster, ids in stories.items()}
    continued = match_groups(gains, overlap, first_story, 1.0)
    id_of = {cluster: continued.get(cluster) or _create_thread_id(edition, ids) for cluster, ids in stories.items()}
    return [id_of[cluster] for cluster in clusters]


def _weigh_stories(story_ids: list[str], sizes: dict[str, int]) -> int:
    weights: list[int] = [sizes[story] for story in story_ids]
    return sum(weights) + max(weights)


def _create_thread_id(edition: date, story_ids: list[str]) -> str:
    """Create an id from the thread's first edition and a digest of the stories it starts with."""
    prefix = "undated" if edition == UNDATED else f"{edition:%Y%m%d}"
    return f"t{prefix}-{text.compute_digest(*sorted(story_ids))[:12]}"
