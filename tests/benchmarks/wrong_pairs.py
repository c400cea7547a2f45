"""Wrong pairs of labelled sets, for a person to sort by cause.

    python -m tests.benchmarks.wrong_pairs GOLD.parquet...

Draws from each set 25 pairs that share a cluster but not a story, and 25 that share a story but not a cluster, each
with its probability and the sizes of its stories and clusters: the same ones for the same models.
"""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Hashable, Sequence
from pathlib import Path

from newsfold import scoring, training
from newsfold.schemas import pair_features
from newsfold.settings import Settings
from newsfold.training.evaluate import cluster_articles
from tests.benchmarks.command_line import create_parser

DRAWN = 25
_BODY_LENGTH = 300  # characters of a body that are shown
_SEED = 7

Pair = tuple[int, int]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print wrong pairs of each set."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("gold", type=Path, nargs="+", help="labelled tables, as `newsfold evaluate` reads them")
    paths = parser.parse_args(arguments).gold
    settings = Settings()
    for labelled in training.load_labelled_sets(paths, settings):
        dataset = training.build_pair_dataset(labelled, settings)
        edges = scoring.score_window(scoring.load_scorer(settings.scoring), dataset.pairs)
        print_wrong_pairs(dataset, edges.to_pylist(), cluster_articles(dataset, edges, settings))


def print_wrong_pairs(dataset: training.PairDataset, edges: list[dict[str, object]], clusters: Sequence[int]) -> None:
    """Draw and print wrong pairs of a set, given its edges and the cluster of each article."""
    articles = dataset.labelled.articles.to_pylist()
    ids = [article["article_id"] for article in articles]
    stories = [dataset.labelled.story_of[id_] for id_ in ids]
    labelled = [row for row, story in enumerate(stories) if story is not None]
    by_cluster, by_story = group_rows(labelled, clusters), group_rows(labelled, stories)
    joined = [pair for pair in pairs_within(by_cluster) if stories[pair[0]] != stories[pair[1]]]
    missed = [pair for pair in pairs_within(by_story) if clusters[pair[0]] != clusters[pair[1]]]
    probability = {frozenset((edge["left_id"], edge["right_id"])): edge["probability"] for edge in edges}
    rng = random.Random(_SEED)
    for kind, pairs in (("joined", joined), ("missed", missed)):
        sys.stdout.write(f"\n{dataset.labelled.name}: {len(pairs)} pairs wrongly {kind}\n")
        for number, pair in enumerate(rng.sample(pairs, min(DRAWN, len(pairs))), start=1):
            story_sizes = " and ".join(str(len(by_story[stories[row]])) for row in pair)
            cluster_sizes = " and ".join(str(len(by_cluster[clusters[row]])) for row in pair)
            found = probability.get(
                frozenset(ids[row] for row in pair), f"unknown or below {pair_features.MIN_EDGE_PROBABILITY:.1%}"
            )
            sys.stdout.write(
                f"\n{number}. {kind}, probability {found}; stories of {story_sizes}, clusters of {cluster_sizes}\n"
            )
            for row in pair:
                article = articles[row]
                time, body = str(article["published_at"] or "undated")[:16], (article["body"] or "")[:_BODY_LENGTH]
                sys.stdout.write(
                    f"   {time}  {article['outlet']} [{article['language']}]: {article['title']} | {body}\n"
                )


def group_rows(rows: Sequence[int], groups: Sequence[Hashable]) -> dict[Hashable, list[int]]:
    """Group rows by the group of each."""
    grouped: dict[Hashable, list[int]] = {}
    for row in rows:
        grouped.setdefault(groups[row], []).append(row)
    return grouped


def pairs_within(groups: dict[Hashable, list[int]]) -> list[Pair]:
    """Return all pairs of rows of one group."""
    return [pair for rows in groups.values() for pair in itertools.combinations(rows, 2)]


if __name__ == "__main__":
    main()
