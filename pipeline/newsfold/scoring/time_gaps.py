"""The time between the two articles of a pair."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold.dataflow import TableView
from newsfold.scoring.tables import TIME_GAP_COUNTS

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_MAX_WINDOW_DAYS = 14  # in longer windows, a missing time may be any
_MICROSECONDS_AN_HOUR = 3.6e9


def count_time_gaps(candidate_pairs: TableView, time_index: TableView) -> pa.Table:
    """Count pairs by the time between their articles: table `time_gap_counts`; pairs of unknown times do not count."""
    times = time_index.read().sort_by("row")
    pairs = candidate_pairs.read(["left", "right"])
    left, right = (pairs[end].to_numpy().astype(np.int64) for end in ("left", "right"))
    hours = hours_seen_apart(times, left, right, first_seen_together=are_first_seen_together(times))
    minutes, n_pairs = np.unique(np.rint(hours[~np.isnan(hours)] * 60).astype(np.int64), return_counts=True)
    return pa.table({"minutes": minutes, "n_pairs": n_pairs}, schema=TIME_GAP_COUNTS)


def hours_apart(articles: pa.Table, left: Rows, right: Rows) -> Floats:
    """Return the hours between publication times, NaN if either is unknown."""
    return _hours_between(articles["published_at"], left, right)


def hours_seen_apart(articles: pa.Table, left: Rows, right: Rows, *, first_seen_together: bool) -> Floats:
    """Return the hours between publication times; an unknown one is replaced by the time of first sight.

    If all articles of the window were first seen at one time, that time carries no information, and NaN stays.
    """
    if first_seen_together:
        return hours_apart(articles, left, right)
    return _hours_between(pc.coalesce(articles["published_at"], articles["first_seen_at"]), left, right)


def are_first_seen_together(articles: pa.Table) -> bool:
    """Return whether all articles were first seen at one time."""
    return len(pc.unique(articles["first_seen_at"])) < 2


def find_usual_gap(counts: pa.Table) -> float | None:
    """Return the hours that stand in for an unknown time gap: the median of the known ones.

    If no time is known, all articles count as of one day; in a window longer than `_MAX_WINDOW_DAYS` it is None.

    Args:
        counts: table `time_gap_counts`, of all candidate pairs of the window.
    """
    if not counts.num_rows:
        return 0.0
    counts = counts.group_by("minutes").aggregate([("n_pairs", "sum")]).sort_by("minutes")
    minutes, n_shorter = counts["minutes"].to_numpy(), np.cumsum(counts["n_pairs_sum"].to_numpy())
    last = n_shorter[-1] - 1
    ranks = [last // 2, last - last // 2, round(last * 0.9)]
    low, high, ninth_tenth = minutes[np.searchsorted(n_shorter, ranks, side="right")] / 60
    return None if ninth_tenth > _MAX_WINDOW_DAYS * 24 else float(low + high) / 2


def _hours_between(column: pa.ChunkedArray, left: Rows, right: Rows) -> Floats:
    times = column.combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return np.asarray(np.abs(times[left] - times[right]) / _MICROSECONDS_AN_HOUR, dtype=np.float32)
