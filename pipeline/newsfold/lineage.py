"""Lineage: how today's stories descend from those of the previous edition, and the ids that they keep or get."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from newsfold import schemas, text
from newsfold.dataflow import UNDATED, Context, Stage, Step, TableView
from newsfold.schemas.kinds import find_kind, rank_kind

Overlaps = Counter[tuple[int, str]]  # the number of shared texts by (today's cluster, previous story id)
_SIDE_WEIGHT = 0.25  # of a text of another kind than the story's news, in the choice of what continues the story
_LEAD_SHARE = 0.5  # of the weight of a story's other texts that its representative text weighs besides its own


def trace_lineage(
    clusters: TableView,
    copies: TableView,
    window_articles: TableView,
    previous_story_articles: TableView,
    context: Context,
) -> tuple[pa.Table, pa.Table]:
    """Give each cluster a story id: that of the previous story it continues, or a new one.

    Clusters and previous stories are matched one to one by the texts (copy groups) they share, so that the weight of
    the shared texts is greatest (Kuhn 1955, by SciPy), and among equals the sum of overlaps. What a story was about
    weighs most: its representative text, besides its own weight, half that of all others together; comments on its news
    a quarter of the news. A previous story that shares texts with a cluster but is not continued by it is `split` if
    its id continues elsewhere, else `merged`. A previous story without a text in the window has `ended`; its id is not
    used again.

    Args:
        clusters: every original of the window.
        copies: every article of the window.
        window_articles: the same, with their kinds.
        previous_story_articles: `story_articles` of the previous edition; empty for the first edition.
        context: new ids begin with its edition.

    Returns:
        `memberships` (every article of the window, by article_id) and `lineage` (by story ids).
    """
    group_of: dict[str, str] = _read_mapping(copies, "article_id", "copy_group_id")
    cluster_of: dict[str, int] = _read_mapping(clusters, "article_id", "cluster")
    previous = previous_story_articles.read(["article_id", "story_id", "role"]).to_pylist()
    cluster_texts: defaultdict[int, list[str]] = defaultdict(list)
    for original, cluster in cluster_of.items():
        cluster_texts[cluster].append(original)
    story_texts: defaultdict[str, set[str]] = defaultdict(set)
    lead_text_of: dict[str, str] = {}
    for row in previous:
        if row["article_id"] in group_of:
            text_id = group_of[row["article_id"]]
            story_texts[row["story_id"]].add(text_id)
            if row["role"] == "representative":
                lead_text_of[row["story_id"]] = text_id
    shared: Overlaps = Counter((cluster_of[group], story) for story, groups in story_texts.items() for group in groups)

    overlap = _jaccard_overlaps(shared, cluster_texts, story_texts)
    gains = _weigh_shared_texts(story_texts, lead_text_of, _rank_texts(group_of, window_articles), cluster_of)
    first_text = {cluster: min(texts) for cluster, texts in cluster_texts.items()}
    continued = _match_stories(gains, overlap, first_text)
    story_of = {
        cluster: continued.get(cluster) or _create_story_id(context.edition, texts)
        for cluster, texts in cluster_texts.items()
    }
    memberships = sorted((article, story_of[cluster_of[group]]) for article, group in group_of.items())
    ended = {row["story_id"] for row in previous} - story_texts.keys()
    return (
        schemas.build_table("memberships", [{"article_id": a, "story_id": s} for a, s in memberships]),
        schemas.build_table("lineage", _lineage_rows(context.edition, shared, overlap, continued, story_of, ended)),
    )


def count_reassigned(previous: pa.Table, members: pa.Table) -> tuple[int, int]:
    """Count the articles whose story id has changed since an earlier edition.

    Args:
        previous: columns `article_id` and `story_id`, of the earlier edition.
        members: the same, of this edition.

    Returns:
        The number of articles with another story id, and the number of articles in both editions. Their quotient is
        the churn.
    """
    previous_story = dict(zip(previous["article_id"].to_pylist(), previous["story_id"].to_pylist(), strict=True))
    pairs = zip(members["article_id"].to_pylist(), members["story_id"].to_pylist(), strict=True)
    is_kept = [previous_story[article] == story for article, story in pairs if article in previous_story]
    return is_kept.count(False), len(is_kept)


def _jaccard_overlaps(
    shared: Overlaps, cluster_texts: dict[int, list[str]], story_texts: dict[str, set[str]]
) -> dict[tuple[int, str], float]:
    """Return the shared texts as a share of the texts of either that are in both windows (Jaccard)."""
    in_both = set().union(*story_texts.values())
    cluster_sizes = {cluster: len(in_both.intersection(cluster_texts[cluster])) for cluster, _ in shared}
    return {
        (cluster, story): count / (cluster_sizes[cluster] + len(story_texts[story]) - count)
        for (cluster, story), count in shared.items()
    }


def _rank_texts(group_of: dict[str, str], window_articles: TableView) -> dict[str, int]:
    """Return the news rank of each text: the lowest of the articles that print it."""
    ranks: dict[str, int] = {}
    for row in window_articles.read(["article_id", "kind", "roundup"]).to_pylist():
        text_id, rank = group_of[row["article_id"]], rank_kind(find_kind(row["kind"], roundup=row["roundup"]))
        ranks[text_id] = min(rank, ranks.get(text_id, rank))
    return ranks


def _weigh_shared_texts(
    story_texts: dict[str, set[str]], lead_text_of: dict[str, str], rank_of: dict[str, int], cluster_of: dict[str, int]
) -> dict[tuple[int, str], float]:
    """Return the weight of the texts that a cluster shares with a previous story, by (cluster, story)."""
    gains: defaultdict[tuple[int, str], float] = defaultdict(float)
    for story, texts in story_texts.items():
        least = min(rank_of[text_id] for text_id in texts)
        weights = {text_id: 1.0 if rank_of[text_id] == least else _SIDE_WEIGHT for text_id in sorted(texts)}
        lead = lead_text_of.get(story)
        if lead is not None:
            weights[lead] += _LEAD_SHARE * (sum(weights.values()) - weights[lead])
        for text_id, weight in weights.items():
            gains[cluster_of[text_id], story] += weight
    return gains


def _match_stories(
    gains: dict[tuple[int, str], float], overlap: dict[tuple[int, str], float], first_text: dict[int, str]
) -> dict[int, str]:
    """Match clusters to the previous stories that they continue; remaining ties are broken by the first texts."""
    # Here, so that commands that only read a store do not wait for scipy
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    clusters = sorted({cluster for cluster, _ in gains}, key=first_text.__getitem__)
    stories = sorted({story for _, story in gains})
    row_of = {cluster: i for i, cluster in enumerate(clusters)}
    column_of = {story: i for i, story in enumerate(stories)}
    links = sorted(
        (row_of[cluster], column_of[story], weight, overlap[cluster, story])
        for (cluster, story), weight in gains.items()
    )
    # Each connected component of clusters and stories is a small matching problem of its own.
    graph = coo_matrix(
        (np.ones(len(links)), ([link[0] for link in links], [len(clusters) + link[1] for link in links])),
        shape=(len(clusters) + len(stories),) * 2,
    )
    labels = connected_components(graph, directed=False)[1] if links else []
    components: defaultdict[int, list[tuple[int, int, float, float]]] = defaultdict(list)
    for link in links:
        components[labels[link[0]]].append(link)
    matches = {}
    for component in components.values():
        rows, columns = sorted({link[0] for link in component}), sorted({link[1] for link in component})
        gain = np.zeros((len(rows), len(columns)))
        for row, column, weight, share in component:
            # All overlaps of a matching together weigh less than the lightest text.
            gain[rows.index(row), columns.index(column)] = weight + _SIDE_WEIGHT / 2 * share / (len(rows) + 1)
        for i, j in zip(*linear_sum_assignment(gain, maximize=True), strict=True):
            if gain[i, j]:
                matches[clusters[rows[i]]] = stories[columns[j]]
    return matches


def _create_story_id(edition: date, texts: list[str]) -> str:
    """Create an id from the story's first edition and a digest of the texts it starts with."""
    prefix = "undated" if edition == UNDATED else f"{edition:%Y%m%d}"
    return f"{prefix}-{text.compute_digest(*sorted(texts))[:12]}"


def _lineage_rows(
    edition: date,
    shared: Overlaps,
    overlap: dict[tuple[int, str], float],
    continued: dict[int, str],
    story_of: dict[int, str],
    ended: set[str],
) -> list[dict[str, object]]:
    with_ancestor = {cluster for cluster, _ in shared}
    continued_stories = set(continued.values())
    rows: list[tuple[str | None, str | None, str, int, float]] = []
    for (cluster, story), count in shared.items():
        if continued.get(cluster) == story:
            relation = "continued"
        else:
            relation = "split" if story in continued_stories else "merged"
        rows.append((story_of[cluster], story, relation, count, overlap[cluster, story]))
    rows += [(story, None, "new", 0, 0.0) for cluster, story in story_of.items() if cluster not in with_ancestor]
    rows += [(None, story, "ended", 0, 0.0) for story in ended]
    columns = ("story_id", "previous_story_id", "relation", "shared_articles", "overlap")
    rows.sort(key=lambda row: (row[0] or "~", row[1] or ""))
    return [{"edition_date": edition} | dict(zip(columns, row, strict=True)) for row in rows]


def _read_mapping(view: TableView, key: str, value: str) -> dict[str, Any]:
    table = view.read([key, value])
    return dict(zip(table[key].to_pylist(), table[value].to_pylist(), strict=True))


TRACE = Stage(
    "lineage",
    "follow stories from the edition before",
    steps=(Step(trace_lineage, writes=("memberships", "lineage")),),
    writes=("memberships", "lineage"),
)
