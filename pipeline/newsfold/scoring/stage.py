"""The stage that scores candidate pairs."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from newsfold.dataflow import Context, Stage, Step, pairs_per_chunk
from newsfold.scoring.compare import compare_pairs
from newsfold.scoring.predict import base_rate, predict, union_edges
from newsfold.scoring.time_gaps import pair_time_gaps
from newsfold.scoring.window_stats import vector_moments, window_stats
from newsfold.settings import Settings

SCORE = Stage(
    "score",
    "score pairs",
    steps=(
        Step(pair_time_gaps, writes=("pair_time_gaps",), chunk_by="candidate_pairs", chunk_rows=pairs_per_chunk),
        Step(vector_moments, writes=("vector_moments",), chunk_by="vectors"),
        Step(window_stats, writes=("window_moments", "usual_time_gap")),
        Step(compare_pairs, writes=("pair_comparisons",), chunk_by="candidate_pairs", chunk_rows=pairs_per_chunk),
        Step(base_rate, writes=("base_rate",)),
        Step(predict, writes=("new_edges",), chunk_by="pair_comparisons", chunk_rows=pairs_per_chunk),
        Step(union_edges, writes=("edges",)),
    ),
    writes=("edges",),
    settings=("scoring",),
)


def compare_candidate_pairs(blocked: Mapping[str, pa.Table], vectors: pa.Table) -> pa.Table:
    """Run the steps before the scorer, outside any edition: table `pair_comparisons`, in the order of the pairs.

    Args:
        blocked: the tables of `blocking.stage.find_candidate_pairs`.
        vectors: the vectors that it was called with.
    """
    tables = {**blocked, "vectors": vectors}
    return SCORE.run(tables, Context.undated(Settings()), wanted=("pair_comparisons",))["pair_comparisons"]
