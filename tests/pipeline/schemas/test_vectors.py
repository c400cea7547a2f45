"""Vector columns become matrices and come back unchanged."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from newsfold.schemas.vectors import matrix_to_vectors, vector_type, vectors_to_matrix

MATRIX = np.arange(12, dtype=np.float32).reshape(4, 3)


def test_a_matrix_survives_the_round_trip() -> None:
    column = matrix_to_vectors(MATRIX)
    assert column.type == vector_type(3)
    assert np.array_equal(vectors_to_matrix(column), MATRIX)


def test_rows_keep_their_order_across_chunks_and_slices() -> None:
    column = matrix_to_vectors(MATRIX)
    chunked = pa.chunked_array([column.slice(2), column.slice(0, 2)])
    assert np.array_equal(vectors_to_matrix(chunked), MATRIX[[2, 3, 0, 1]])


@pytest.mark.parametrize("kind", [pa.list_(pa.float32()), pa.list_(pa.float16())], ids=str)
def test_lists_without_a_fixed_length_become_float32(kind: pa.DataType) -> None:
    found = vectors_to_matrix(pa.array([[1.0, 2.0], [3.0, 4.0]]).cast(kind))
    assert found.dtype == np.float32
    assert np.array_equal(found, [[1, 2], [3, 4]])


def test_an_empty_column_keeps_a_dimension_that_its_type_fixes() -> None:
    assert vectors_to_matrix(pa.chunked_array([], vector_type(3))).shape == (0, 3)
    assert vectors_to_matrix(pa.array([], pa.list_(pa.float32()))).shape == (0, 0)
