"""How far apart in time two originals may be, and what their distance takes from the cosine of their vectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_MICROSECONDS_PER_DAY = 86_400_000_000


@dataclass(frozen=True)
class TimeReach:
    """The times of n originals by their row numbers; an unknown time is within reach of all.

    Attributes:
        published: days since 1970, NaN if unknown, shape (n,).
        days: whole days since 1970, the median if unknown, shape (n,).
        max_days: the greatest distance that is within reach, infinity: any is.
        penalties: by the whole number of days between two originals.
    """

    published: npt.NDArray[np.float64]
    days: npt.NDArray[np.int32]
    max_days: float
    penalties: npt.NDArray[np.float32]

    @classmethod
    def from_times(cls, times: pa.Table, max_days: float | None, time_penalty: float, unit: float) -> TimeReach:
        """Return the reach of originals.

        Args:
            times: columns `row` and `published_at`, in any order.
            max_days: the greatest distance; None: any.
            time_penalty: cosine by which a neighbour must be nearer for each unit of ln(1 + days beyond the first).
            unit: what stands for a cosine of 1 in penalties.
        """
        published = np.full(times.num_rows, np.nan)
        microseconds = pc.fill_null(times["published_at"].cast(pa.int64()).cast(pa.float64(), safe=False), np.nan)
        published[times["row"].to_numpy()] = microseconds.to_numpy() / _MICROSECONDS_PER_DAY
        is_known = ~np.isnan(published)
        median = float(np.median(published[is_known])) if is_known.any() else 0.0
        days = np.floor(np.where(is_known, published, median)).astype(np.int32)
        distances = np.arange(int(days.max(initial=0)) - int(days.min(initial=0)) + 1)
        cosines = np.minimum(time_penalty * np.log1p(np.maximum(distances - 1, 0)), 1.0)
        reach = np.inf if max_days is None else float(max_days)
        return cls(published, days, reach, np.rint(cosines * unit).astype(np.float32))

    def reaches(self, rows: Rows, others: Rows) -> Flags:
        """Return which of the others are within reach of the row beside them, shape (rows,)."""
        return np.asarray(~(np.abs(self.published[rows] - self.published[others]) > self.max_days))

    def may_reach(self, rows: Rows, others: Rows) -> bool:
        """Return whether any of the others may be within reach of any of the rows."""
        own, theirs = self.published[rows], self.published[others]
        if np.isinf(self.max_days) or not len(own) or not len(theirs) or np.isnan(own).any() or np.isnan(theirs).any():
            return True
        return bool(own.min() - self.max_days <= theirs.max() and theirs.min() <= own.max() + self.max_days)

    def count_within(self) -> int:
        """Return how many originals are within reach of the one that has most."""
        known = np.sort(self.published[~np.isnan(self.published)])
        first = np.searchsorted(known, known - self.max_days, "left")
        last = np.searchsorted(known, known + self.max_days, "right")
        return int((last - first).max(initial=0)) + len(self.published) - len(known)
