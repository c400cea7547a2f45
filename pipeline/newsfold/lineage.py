"""How today's stories descend from yesterday's: ids that live on, and a row for each birth, merge, split and end."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import numpy as np
import pyarrow as pa
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from newsfold import schemas, text
from newsfold.dataflow import Context, Stage, Step, TableView

Overlaps = Counter[tuple[int, str]]  # (today's cluster, previous story id) -> shared texts


def trace_lineage(clusters: pa.Table, copies: pa.Table, previous: pa.Table, edition: date) -> tuple[pa.Table, pa.Table]:
    """Give each cluster a story id: a continued one where it descends from a story, else a new one.

    Clusters and previous stories are matched one to one by the texts (copy groups) they share, so that
    the total is greatest (Kuhn 1955, by SciPy); of equal totals, that with the greatest overlaps counts. A previous
    story that shares texts with today's story but is not its heir is `split` where its own id lives on elsewhere and
    `merged` where it does not; a previous story with no text left in the window has `ended`: it is closed, and its
    id does not come back.

    Args:
        clusters: schema `clusters`, every original of the window.
        copies: schema `copies`, every article of the window.
        previous: story_articles of the edition before this one; empty for the first.
        edition: the date new ids are minted for.

    Returns:
        `memberships` (every article of the window, by article_id) and `lineage` (by story ids).
    """
    group_of = dict(zip(copies["article_id"].to_pylist(), copies["copy_group_id"].to_pylist(), strict=True))
    cluster_of = dict(zip(clusters["article_id"].to_pylist(), clusters["cluster"].to_pylist(), strict=True))
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for original, number in cluster_of.items():
        texts[number].append(original)
    before: defaultdict[str, set[str]] = defaultdict(set)
    for article, story in zip(previous["article_id"].to_pylist(), previous["story_id"].to_pylist(), strict=True):
        if article in group_of:
            before[story].add(group_of[article])
    shared: Overlaps = Counter((cluster_of[group], story) for story, groups in before.items() for group in groups)

    overlap = _overlaps(shared, texts, before)
    heirs = _match(shared, overlap, {number: min(members) for number, members in texts.items()})
    story_of = {number: heirs.get(number) or _mint(edition, members) for number, members in texts.items()}
    memberships = sorted((article, story_of[cluster_of[group]]) for article, group in group_of.items())
    gone = set(previous["story_id"].to_pylist()) - before.keys()
    return (
        schemas.build_table("memberships", [{"article_id": a, "story_id": s} for a, s in memberships]),
        schemas.build_table("lineage", _rows(edition, shared, overlap, heirs, story_of, gone)),
    )


def count_reassigned(previous: pa.Table, members: pa.Table) -> tuple[int, int]:
    """How many articles are in another story than in an edition before, and how many are in both editions.

    Args:
        previous: columns `article_id` and `story_id`, of the edition before.
        members: the same, of this edition.

    Returns:
        Articles whose story id is another one, and all articles of both editions. Their quotient is the churn.
    """
    before = dict(zip(previous["article_id"].to_pylist(), previous["story_id"].to_pylist(), strict=True))
    pairs = zip(members["article_id"].to_pylist(), members["story_id"].to_pylist(), strict=True)
    kept = [before[article] == story for article, story in pairs if article in before]
    return kept.count(False), len(kept)


def _overlaps(
    shared: Overlaps, texts: dict[int, list[str]], before: dict[str, set[str]]
) -> dict[tuple[int, str], float]:
    """Shared texts over the texts of either that are in both windows."""
    of_cluster = Counter[int]()
    seen = set().union(*before.values())
    for number in {number for number, _ in shared}:
        of_cluster[number] = len(seen.intersection(texts[number]))
    return {
        (number, story): count / (of_cluster[number] + len(before[story]) - count)
        for (number, story), count in shared.items()
    }


def _match(shared: Overlaps, overlap: dict[tuple[int, str], float], first_text: dict[int, str]) -> dict[int, str]:
    """Today's cluster -> the one previous story whose id it takes; what is left of ties falls by the first texts."""
    numbers = sorted({number for number, _ in shared}, key=first_text.__getitem__)
    stories = sorted({story for _, story in shared})
    row = {number: i for i, number in enumerate(numbers)}
    column = {story: i for i, story in enumerate(stories)}
    links = sorted(
        (row[number], column[story], count, overlap[number, story]) for (number, story), count in shared.items()
    )
    # Each connected group of clusters and stories is a small matching problem of its own.
    graph = coo_matrix(
        (np.ones(len(links)), ([link[0] for link in links], [len(numbers) + link[1] for link in links])),
        shape=(len(numbers) + len(stories),) * 2,
    )
    labels = connected_components(graph, directed=False)[1] if links else []
    groups: defaultdict[int, list[tuple[int, int, int, float]]] = defaultdict(list)
    for link in links:
        groups[labels[link[0]]].append(link)
    heirs = {}
    for group in groups.values():
        rows, columns = sorted({link[0] for link in group}), sorted({link[1] for link in group})
        gain = np.zeros((len(rows), len(columns)))
        for r, c, count, share in group:
            # All overlaps of a matching together weigh less than one text.
            gain[rows.index(r), columns.index(c)] = count + share / (len(rows) + 1)
        for i, j in zip(*linear_sum_assignment(gain, maximize=True), strict=True):
            if gain[i, j]:
                heirs[numbers[rows[i]]] = stories[columns[j]]
    return heirs


def _mint(edition: date, members: list[str]) -> str:
    """A new story's id: its first night, and a digest of the texts it began with."""
    return f"{edition:%Y%m%d}-{text.compute_digest(*sorted(members))[:12]}"


def _rows(
    edition: date,
    shared: Overlaps,
    overlap: dict[tuple[int, str], float],
    heirs: dict[int, str],
    story_of: dict[int, str],
    gone: set[str],
) -> list[dict[str, object]]:
    descended = {number for number, _ in shared}
    carried = set(heirs.values())
    rows: list[tuple[str | None, str | None, str, int, float]] = []
    for (number, story), count in shared.items():
        lives_on = story in carried
        relation = "continued" if heirs.get(number) == story else "split" if lives_on else "merged"
        rows.append((story_of[number], story, relation, count, overlap[number, story]))
    rows += [(id_, None, "new", 0, 0.0) for number, id_ in story_of.items() if number not in descended]
    rows += [(None, story, "ended", 0, 0.0) for story in gone]
    keys = ("story_id", "previous_story_id", "relation", "shared_articles", "overlap")
    rows.sort(key=lambda row: (row[0] or "~", row[1] or ""))
    return [{"edition_date": edition} | dict(zip(keys, row, strict=True)) for row in rows]


def continue_stories(
    clusters: TableView, copies: TableView, previous_story_articles: TableView, context: Context
) -> tuple[pa.Table, pa.Table]:
    """Give each cluster the id of the story it continues, or a new one."""
    return trace_lineage(
        clusters.read(),
        copies.read(["article_id", "copy_group_id"]),
        previous_story_articles.read(["article_id", "story_id"]),
        context.edition,
    )


TRACE = Stage(
    "lineage",
    "follow stories from the edition before",
    steps=(Step(continue_stories, writes=("memberships", "lineage")),),
    writes=("memberships", "lineage"),
)
