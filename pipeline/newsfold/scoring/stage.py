"""The stage that scores candidate pairs."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from newsfold.dataflow import Context, Stage, Step, pairs_per_chunk
from newsfold.scoring.compare import compare_pairs, score_pairs
from newsfold.scoring.predict import base_rate, predict, select_likely_pairs, union_edges
from newsfold.scoring.profiles import profile_articles
from newsfold.scoring.time_gaps import count_time_gaps
from newsfold.scoring.window_stats import vector_moments, window_stats
from newsfold.settings import Scale, Settings

_THIN = 4  # times as many pairs in a chunk, if only numbers are kept of each


def _many_pairs_per_chunk(scale: Scale) -> int:
    """Return the rows of a chunk of pairs of which only a few numbers are kept: their articles are read less often."""
    return _THIN * pairs_per_chunk(scale)


_PREPARE = (
    Step(count_time_gaps, writes=("time_gap_counts",), chunk_by="candidate_pairs", chunk_rows=_many_pairs_per_chunk),
    Step(vector_moments, writes=("vector_moments",), chunk_by="vectors"),
    Step(window_stats, writes=("window_moments", "usual_time_gap")),
    Step(profile_articles, writes=("article_profiles",), chunk_by="article_terms"),
)
_COMPARE = Step(compare_pairs, writes=("pair_comparisons",), chunk_by="likely_pairs", chunk_rows=pairs_per_chunk)

SCORE = Stage(
    "score",
    "score pairs",
    steps=(
        *_PREPARE,
        Step(
            score_pairs,
            writes=("pair_scores", "log_odds_counts"),
            chunk_by="candidate_pairs",
            chunk_rows=_many_pairs_per_chunk,
        ),
        Step(base_rate, writes=("base_rate",)),
        Step(select_likely_pairs, writes=("likely_pairs",), chunk_by="pair_scores", chunk_rows=_many_pairs_per_chunk),
        _COMPARE,
        Step(predict, writes=("new_edges",), chunk_by="pair_comparisons", chunk_rows=pairs_per_chunk),
        Step(union_edges, writes=("edges",)),
    ),
    writes=("edges",),
    settings=("scoring",),
)


def compare_candidate_pairs(blocked: Mapping[str, pa.Table], vectors: pa.Table) -> pa.Table:
    """Compare all candidate pairs, outside any edition: table `pair_comparisons`, in the order of the pairs.

    Args:
        blocked: the tables of `blocking.stage.find_candidate_pairs`.
        vectors: the vectors that it was called with.
    """
    compare = Stage("compare", "compare all pairs", steps=(*_PREPARE, _COMPARE), writes=("pair_comparisons",))
    tables = {**blocked, "vectors": vectors, "likely_pairs": blocked["candidate_pairs"]}
    return compare.run(tables, Context.undated(Settings()))["pair_comparisons"]
