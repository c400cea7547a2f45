"""The time between the two articles of a pair."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold.dataflow import TableView
from newsfold.scoring.tables import PAIR_TIME_GAPS

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_MAX_WINDOW_DAYS = 14  # in longer windows, a missing time may be any
_MICROSECONDS_AN_HOUR = 3.6e9


def pair_time_gaps(candidate_pairs: TableView, time_index: TableView) -> pa.Table:
    """Compute the hours between the articles of pairs: table `pair_time_gaps`."""
    times = time_index.read().sort_by("row")
    pairs = candidate_pairs.read(["left", "right"])
    left, right = (pairs[end].to_numpy().astype(np.int64) for end in ("left", "right"))
    hours = hours_seen_apart(times, left, right, first_seen_together=are_first_seen_together(times))
    return pa.table({"hours": pa.array(hours, from_pandas=True)}, schema=PAIR_TIME_GAPS)


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


def find_usual_gap(hours: Floats) -> float | None:
    """Return the hours that stand in for an unknown time gap: the median of the known ones.

    If no time is known, all articles count as of one day; in a window longer than `_MAX_WINDOW_DAYS` it is None.
    """
    known = hours[~np.isnan(hours)]
    if not len(known):
        return 0.0
    if np.quantile(known, 0.9) > _MAX_WINDOW_DAYS * 24:
        return None
    return float(np.median(known))


def _hours_between(column: pa.ChunkedArray, left: Rows, right: Rows) -> Floats:
    times = column.combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return np.asarray(np.abs(times[left] - times[right]) / _MICROSECONDS_AN_HOUR, dtype=np.float32)
