"""Columns of lists, from values that stand one after another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from newsfold.schemas.columns import list_of


def list_starts(lengths: Sequence[int] | npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Return where each of n lists begins if they stand one after another, and where the last one ends, shape (n + 1,).

    Args:
        lengths: the length of each list, shape (n,).
    """
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)


def build_lists(
    starts: npt.NDArray[np.integer], values: npt.NDArray[np.generic] | pa.Array, kind: pa.DataType | None = None
) -> pa.ListArray:
    """Build n lists.

    Args:
        starts: where each list begins among the values, and where the last one ends, shape (n + 1,).
        values: the values of all lists, one after another, none of them null.
        kind: their type; None: as they are.
    """
    array = pa.array(values, kind)
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), array, type=list_of(array.type))
