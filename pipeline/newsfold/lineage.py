"""Lineage: how today's stories descend from those of the previous edition, and the ids that they keep or get."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import pyarrow as pa

from newsfold import schemas, text
from newsfold.dataflow import UNDATED, Context, Stage, Step, TableView
from newsfold.matching import match_groups
from newsfold.schemas.kinds import find_kind, rank_kind

Overlaps = Counter[tuple[int, str]]  # the number of shared texts by (today's cluster, previous story id)
_SIDE_WEIGHT = 0.25  # of a text of another kind than the story's news, in the choice of what continues the story
_LEAD_SHARE = 0.5  # of the weight of a story's other texts that its representative text weighs besides its own


def trace_lineage(
    clusters: TableView,
    copies: TableView,
    window_articles: TableView,
    previous_story_articles: TableView,
    previous_thread_stories: TableView,
    refreshed_story_articles: TableView,
    context: Context,
) -> tuple[pa.Table, pa.Table]:
    """Give each cluster a story id: that of the previous story it continues, or a new one.

    Clusters and previous stories are matched one to one by the texts (copy groups) they share, so that the weight of
    the shared texts is greatest, and among equals the sum of overlaps. What a story was about weighs most: its
    representative text, besides its own weight, half that of all others together; comments on its news a quarter of
    the news. A remnant continues no story: most of the story's articles have left the window, and most of the cluster
    is of other articles.

    A previous story that shares texts with a cluster but is not continued by it is `split` if its id continues
    elsewhere or the shared texts are a remnant, else `merged`. A previous story of which the window has nothing more
    than remnants has `ended`; its id is not used again.

    Args:
        clusters: every original of the window.
        copies: every article of the window.
        window_articles: the same, with their kinds.
        previous_story_articles: `story_articles` of the previous edition; empty for the first edition.
        previous_thread_stories: `thread_stories` of it, which count the articles that were ever in a story.
        refreshed_story_articles: `story_articles` of this edition as it was before it is refreshed, whose new stories
            keep their ids; else empty.
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
    remnants = _find_remnants(shared, cluster_texts, previous, group_of, previous_thread_stories)
    gains = _weigh_shared_texts(story_texts, lead_text_of, _rank_texts(group_of, window_articles), cluster_of)
    gains = {key: gain for key, gain in gains.items() if key not in remnants}
    first_text = {cluster: min(texts) for cluster, texts in cluster_texts.items()}
    continued = match_groups(gains, overlap, first_text, _SIDE_WEIGHT)
    new_texts = {cluster: texts for cluster, texts in cluster_texts.items() if cluster not in continued}
    refreshed = _match_refreshed(refreshed_story_articles, group_of, cluster_of, new_texts, set(story_texts))
    story_of = {
        cluster: continued.get(cluster) or refreshed.get(cluster) or _create_story_id(context.edition, texts)
        for cluster, texts in cluster_texts.items()
    }
    memberships = sorted((article, story_of[cluster_of[group]]) for article, group in group_of.items())
    ended = {row["story_id"] for row in previous} - {story for _, story in gains}
    rows = _lineage_rows(context.edition, shared, overlap, remnants, continued, story_of, ended)
    return (
        schemas.build_table("memberships", [{"article_id": a, "story_id": s} for a, s in memberships]),
        schemas.build_table("lineage", rows),
    )


def _match_refreshed(
    refreshed_story_articles: TableView,
    group_of: dict[str, str],
    cluster_of: dict[str, int],
    new_texts: dict[int, list[str]],
    previous_stories: set[str],
) -> dict[int, str]:
    """Return the ids that new clusters had before this edition was refreshed, by cluster."""
    texts: defaultdict[str, set[str]] = defaultdict(set)
    for row in refreshed_story_articles.read(["article_id", "story_id"]).to_pylist():
        if row["story_id"] not in previous_stories and row["article_id"] in group_of:
            texts[row["story_id"]].add(group_of[row["article_id"]])
    shared: Overlaps = Counter(
        (cluster_of[text_id], story)
        for story, text_ids in texts.items()
        for text_id in text_ids
        if cluster_of[text_id] in new_texts
    )
    gains = {pair: float(count) for pair, count in shared.items()}
    overlap = _jaccard_overlaps(shared, new_texts, texts) if shared else {}
    return match_groups(gains, overlap, {cluster: min(ids) for cluster, ids in new_texts.items()}, _SIDE_WEIGHT)


def count_reassigned(previous: pa.Table, members: pa.Table, member: str, group: str) -> tuple[int, int]:
    """Count the members whose group has changed since an earlier edition: articles and stories, or stories and threads.

    Args:
        previous: columns `member` and `group`, of the earlier edition.
        members: the same, of this edition.
        member: the column of the members' ids.
        group: the column of the groups' ids.

    Returns:
        The number of members with another group, and the number of members in both editions. Their quotient is the
        churn.
    """
    previous_group = dict(zip(previous[member].to_pylist(), previous[group].to_pylist(), strict=True))
    pairs = zip(members[member].to_pylist(), members[group].to_pylist(), strict=True)
    is_kept = [previous_group[id_] == group_id for id_, group_id in pairs if id_ in previous_group]
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


def _find_remnants(
    shared: Overlaps,
    cluster_texts: dict[int, list[str]],
    previous: list[dict[str, Any]],
    group_of: dict[str, str],
    previous_thread_stories: TableView,
) -> set[tuple[int, str]]:
    """Return which shared texts, by (cluster, story), are a remnant of the story in a cluster of other articles."""
    n_ever = _read_mapping(previous_thread_stories, "story_id", "n_articles")
    n_before = Counter(row["story_id"] for row in previous)
    n_left = Counter(row["story_id"] for row in previous if row["article_id"] in group_of)
    return {
        (cluster, story)
        for (cluster, story), count in shared.items()
        if 2 * n_left[story] < max(n_ever.get(story, 0), n_before[story]) and 2 * count <= len(cluster_texts[cluster])
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


def _create_story_id(edition: date, texts: list[str]) -> str:
    """Create an id from the story's first edition and a digest of the texts it starts with."""
    prefix = "undated" if edition == UNDATED else f"{edition:%Y%m%d}"
    return f"{prefix}-{text.compute_digest(*sorted(texts))[:12]}"


def _lineage_rows(
    edition: date,
    shared: Overlaps,
    overlap: dict[tuple[int, str], float],
    remnants: set[tuple[int, str]],
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
            is_split = story in continued_stories or (cluster, story) in remnants
            relation = "split" if is_split else "merged"
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
