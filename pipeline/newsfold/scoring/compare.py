"""The step that compares the two articles of each candidate pair."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newsfold.dataflow import TableView
from newsfold.schemas import pair_features
from newsfold.schemas.vectors import vectors_to_matrix
from newsfold.scoring import features
from newsfold.scoring.tables import PAIR_COMPARISONS
from newsfold.scoring.window_stats import WindowStats


def compare_pairs(
    candidate_pairs: TableView,
    article_terms: TableView,
    vectors: TableView,
    nearest: TableView,
    vocabulary: TableView,
    window_moments: TableView,
    usual_time_gap: TableView,
) -> pa.Table:
    """Compute the features of pairs from their articles and the window statistics: table `pair_comparisons`."""
    pairs = candidate_pairs.read()
    if not pairs.num_rows:
        return PAIR_COMPARISONS.empty_table()
    left, right = (pairs[end].to_numpy().astype(np.int64) for end in ("left", "right"))
    numbers, first = np.unique(np.concatenate([left, right]), return_index=True)
    ids = pa.concat_arrays([pairs[end].combine_chunks() for end in ("left_id", "right_id")]).take(pa.array(first))
    terms, embeddings, neighbours = (_read_in_order(view, ids, pairs) for view in (article_terms, vectors, nearest))
    nearest_rows = np.full((len(ids), pair_features.N_NEIGHBOURS), -1, np.int64)
    for place, rows in enumerate(neighbours["rows"].to_pylist()):
        nearest_rows[place, : len(rows)] = rows
    columns = features.compute_features(
        terms,
        vectors_to_matrix(embeddings["vector"]),
        nearest_rows,
        numbers,
        WindowStats.from_tables(vocabulary.read(), window_moments.read(), usual_time_gap.read()),
        np.searchsorted(numbers, left),
        np.searchsorted(numbers, right),
    )
    arrays = {name: pa.array(values, pa.float32(), from_pandas=True) for name, values in columns.items()}
    ends = {name: pairs[name] for name in ("left_id", "right_id", "left", "right")}
    return pa.table(ends | arrays, schema=PAIR_COMPARISONS)


def _read_in_order(view: TableView, ids: pa.Array, pairs: pa.Table) -> pa.Table:
    table = view.where("article_id", pairs["left_id"], pairs["right_id"])
    return table.take(pc.index_in(ids, table["article_id"].combine_chunks()))
