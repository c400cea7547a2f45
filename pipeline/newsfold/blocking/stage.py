"""The stage that finds candidate pairs."""

from __future__ import annotations

import pyarrow as pa

from newsfold import schemas
from newsfold.blocking.candidates import find_neighbours, unique_pairs
from newsfold.blocking.inverted_lists import assign_lists, order_by_list, train_centroids
from newsfold.blocking.search_index import build_search_index
from newsfold.blocking.terms import describe_terms, weigh_terms
from newsfold.blocking.time_index import index_by_time
from newsfold.dataflow import Context, Stage, Step
from newsfold.settings import Candidates, Scale, Settings


def _lefts_per_chunk(scale: Scale) -> int:
    return 8 * scale.chunk_articles  # each chunk reads through the pairs of all


BLOCK = Stage(
    "block",
    "find candidate pairs",
    steps=(
        Step(describe_terms, writes=("article_terms", "term_counts"), chunk_by="vectors"),
        Step(weigh_terms, writes=("vocabulary",)),
        Step(index_by_time, writes=("time_index", "kept_edges")),
        Step(train_centroids, writes=("centroids",)),
        Step(assign_lists, writes=("vector_lists",), chunk_by="vectors"),
        Step(order_by_list, writes=("search_order",)),
        Step(build_search_index, writes=("search_index",), chunk_by="search_order"),
        Step(find_neighbours, writes=("neighbour_pairs", "nearest"), chunk_by="search_order"),
        Step(unique_pairs, writes=("candidate_pairs",), chunk_by="vectors", chunk_rows=_lefts_per_chunk),
    ),
    writes=("candidate_pairs", "kept_edges", "time_index", "vocabulary", "article_terms", "nearest"),
    settings=("candidates",),
)


def find_candidate_pairs(articles: pa.Table, vectors: pa.Table, settings: Candidates) -> dict[str, pa.Table]:
    """Run the stage by itself, outside any edition: no pair is known from before.

    Args:
        articles: schema `articles`.
        vectors: schema `article_embeddings`, a row per original, sorted by article_id.
        settings: which neighbours count.

    Returns:
        The tables that the stage writes; `candidate_pairs` is sorted by (left, right).
    """
    tables = {name: schemas.empty_table(name) for name in ("revisions", "previous_originals", "known_edges")}
    tables |= {"window_articles": articles, "vectors": vectors}
    return BLOCK.run(tables, Context.undated(Settings(candidates=settings)))
