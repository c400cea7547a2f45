"""The stage that scores candidate pairs."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import scoring
from newsfold.dataflow import Context, Stage, Step, TableView, pairs_per_chunk
from newsfold.schemas import pair_features


def pair_time_gaps(candidate_pairs: TableView, time_index: TableView) -> pa.Table:
    """Tell the hours between the ends of pairs."""
    return scoring.spans(candidate_pairs.read(["left", "right"]), time_index.read())


def vector_moments(vectors: TableView) -> pa.Table:
    """Sum vectors and their outer products."""
    return scoring.summed(vectors.read())


def window_stats(
    vector_moments: TableView, pair_time_gaps: TableView, time_index: TableView
) -> tuple[pa.Table, pa.Table]:
    """Sum up what is known of the whole window."""
    return scoring.facts(vector_moments.read(), pair_time_gaps.read(), time_index.read(["first_seen_at"]))


def compare_pairs(
    candidate_pairs: TableView,
    article_terms: TableView,
    vectors: TableView,
    nearest: TableView,
    vocabulary: TableView,
    window_moments: TableView,
    usual_time_gap: TableView,
    context: Context,
) -> pa.Table:
    """Compute pairs' features and evidence: table `pair_scores`."""
    pairs = candidate_pairs.read()
    ends = (pairs["left_id"], pairs["right_id"])
    return scoring.compared(
        scoring.scorer(context.settings.scoring),
        pairs,
        tuple(view.where("article_id", *ends) for view in (article_terms, vectors, nearest)),
        (vocabulary.read(), window_moments.read(), usual_time_gap.read()),
    )


def window_context(
    pair_scores: TableView, kept_edges: TableView, time_index: TableView, context: Context
) -> tuple[pa.Table, pa.Table]:
    """Estimate how common one-story pairs are, and list the likely ones."""
    return scoring.outlook(
        scoring.scorer(context.settings.scoring),
        pair_scores.read(["left", "right", "evidence", "headline_only"]),
        kept_edges.read(["left_id", "right_id", "probability"]),
        time_index.read(["article_id", "row"]),
    )


def predict(pair_scores: TableView, window_context: TableView, likely_pairs: TableView, context: Context) -> pa.Table:
    """Give pairs their probability."""
    model = scoring.scorer(context.settings.scoring)
    edges = scoring.judged(model, pair_scores.read(), window_context.read(), likely_pairs.read())
    return edges.filter(pc.greater_equal(edges["probability"], pair_features.MIN_EDGE_PROBABILITY))


def union_edges(new_edges: TableView, kept_edges: TableView) -> pa.Table:
    """Join new edges and those of the edition before."""
    known = kept_edges.read()
    known = known.filter(pc.greater_equal(known["probability"], pair_features.MIN_EDGE_PROBABILITY))
    return scoring.together(new_edges.read(), known)


SCORE = Stage(
    "score",
    "score pairs",
    steps=(
        Step(pair_time_gaps, writes=("pair_time_gaps",), chunk_by="candidate_pairs", chunk_rows=pairs_per_chunk),
        Step(vector_moments, writes=("vector_moments",), chunk_by="vectors"),
        Step(window_stats, writes=("window_moments", "usual_time_gap")),
        Step(compare_pairs, writes=("pair_scores",), chunk_by="candidate_pairs", chunk_rows=pairs_per_chunk),
        Step(window_context, writes=("window_context", "likely_pairs")),
        Step(predict, writes=("new_edges",), chunk_by="pair_scores", chunk_rows=pairs_per_chunk),
        Step(union_edges, writes=("edges",)),
    ),
    writes=("edges",),
    settings=("scoring",),
)
