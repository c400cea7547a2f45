"""Conversion between vector columns of Arrow tables and NumPy matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def vector_type(dimension: int) -> pa.DataType:
    """Return the Arrow type of a vector of `dimension` float32 values."""
    # Parquet names a list's child `element`; another name would not survive a round trip.
    return pa.list_(pa.field("element", pa.float32(), nullable=False), dimension)


def vectors_to_matrix(column: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.float32]:
    """Return the vectors of a column, such as `article_embeddings["vector"]`, as a matrix.

    Args:
        column: lists of numbers, all of one length, without nulls.

    Returns:
        float32 of shape (n, d), in row order; d is 0 for an empty column whose type does not fix the dimension.
    """
    vectors: Any = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    inferred = -1 if len(vectors) else 0
    dimension = vectors.type.list_size if pa.types.is_fixed_size_list(vectors.type) else inferred
    return np.asarray(vectors.flatten(), dtype=np.float32).reshape(len(vectors), dimension)


def matrix_to_vectors(matrix: npt.ArrayLike) -> pa.FixedSizeListArray:
    """Return a matrix of shape (n, d) as an Arrow column of n float32 vectors of d values."""
    rows = np.ascontiguousarray(matrix, dtype=np.float32)
    return pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel(), pa.float32()), type=vector_type(rows.shape[1]))
