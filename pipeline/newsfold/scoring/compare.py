"""The steps that compare the two articles of pairs.

All candidate pairs are compared twice at most. The first time only their log-odds are kept, from which the window's
base rate follows. Then few pairs are still likely enough to become edges, and only they get a row with all features.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from newsfold.dataflow import Context, TableView
from newsfold.scoring.base_rate import count_log_odds, is_close
from newsfold.scoring.features import compute_features
from newsfold.scoring.model import Features, load_scorer
from newsfold.scoring.pair_loops import Rows
from newsfold.scoring.profiles import read_profiles
from newsfold.scoring.tables import PAIR_COMPARISONS, PAIR_SCORES
from newsfold.scoring.window_stats import WindowStats

_BLOCK = 65_536  # pairs whose features are held at a time


def score_pairs(
    candidate_pairs: TableView,
    article_profiles: TableView,
    vectors: TableView,
    time_index: TableView,
    vocabulary: TableView,
    window_moments: TableView,
    usual_time_gap: TableView,
    context: Context,
) -> tuple[pa.Table, pa.Table]:
    """Compute the log-odds of pairs at the base rate of the training, and count the pairs by them.

    People's labels are about single pairs, so the corrections fitted to them are left out here: the base rate does not
    depend on them.

    Returns:
        Tables `pair_scores`, in the order of the pairs, and `log_odds_counts`.

    Raises:
        ModelError: the scorer cannot be read, or needs other features.
    """
    scorer = load_scorer(context.settings.scoring).without_labels()
    pairs = candidate_pairs.read(["left", "right"])
    stats = WindowStats.from_tables(vocabulary.read(["rarity"]), window_moments.read(), usual_time_gap.read())
    log_odds, close = np.zeros(pairs.num_rows), np.zeros(pairs.num_rows, np.bool_)
    for part, features in _compare(pairs, time_index, article_profiles, vectors, stats):
        log_odds[part] = scorer.predict_log_odds(features)
        close[part] = is_close(features["dense_cosine"])
    columns = {"left": pairs["left"], "right": pairs["right"], "log_odds": log_odds}
    return pa.table(columns, schema=PAIR_SCORES), count_log_odds(log_odds, close)


def compare_pairs(
    likely_pairs: TableView,
    article_profiles: TableView,
    vectors: TableView,
    time_index: TableView,
    vocabulary: TableView,
    window_moments: TableView,
    usual_time_gap: TableView,
) -> pa.Table:
    """Compute the features of pairs: table `pair_comparisons`, in their order."""
    pairs = likely_pairs.read(["left", "right"])
    if not pairs.num_rows:
        return PAIR_COMPARISONS.empty_table()
    stats = WindowStats.from_tables(vocabulary.read(["rarity"]), window_moments.read(), usual_time_gap.read())
    blocks = [features for _, features in _compare(pairs, time_index, article_profiles, vectors, stats)]
    columns = {
        name: pa.array(np.concatenate([block[name] for block in blocks]), pa.float32(), from_pandas=True)
        for name in blocks[0]
    }
    ids = _read_ids(time_index)
    ends = {f"{end}_id": ids.take(pairs[end].combine_chunks()) for end in ("left", "right")}
    return pa.table(ends | {end: pairs[end] for end in ("left", "right")} | columns, schema=PAIR_COMPARISONS)


def _compare(
    pairs: pa.Table, time_index: TableView, article_profiles: TableView, vectors: TableView, stats: WindowStats
) -> Iterator[tuple[slice, Features]]:
    """Yield the features of pairs, a block of them at a time; the articles of all are read once."""
    left, right = (pairs[end].to_numpy().astype(np.int64) for end in ("left", "right"))
    if not len(left):
        return
    ids = _read_ids(time_index)
    rows, place = _number_used(left, right, len(ids))
    profiles = read_profiles(article_profiles, vectors, ids.take(pa.array(rows)))
    left, right = place[left], place[right]
    for start in range(0, len(left), _BLOCK):
        part = slice(start, start + _BLOCK)
        yield part, compute_features(profiles, stats, left[part], right[part])


def _number_used(left: Rows, right: Rows, count: int) -> tuple[Rows, Rows]:
    """Return the rows that pairs use, ascending, and the place of each row among them, shape (count,)."""
    is_used = np.zeros(count, np.bool_)
    is_used[left] = True
    is_used[right] = True
    return np.flatnonzero(is_used), np.cumsum(is_used) - 1


def _read_ids(time_index: TableView) -> pa.Array:
    """Return the ids of the originals, by row."""
    return time_index.read(["row", "article_id"]).sort_by("row")["article_id"].combine_chunks()
