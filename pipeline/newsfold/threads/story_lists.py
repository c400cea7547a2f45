"""Lists of stories that are near one another, so that a story of a large night is compared with some of them only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold.blocking.inverted_lists import cluster_vectors, count_lists, draw_sample, find_nearest
from newsfold.blocking.nearest_neighbours import quantise
from newsfold.dataflow import TableView
from newsfold.schemas.vectors import vectors_to_matrix
from newsfold.threads.tables import LIST_CENTROIDS, STORY_LISTS

UNLISTED = -1
# About one matter; a roundup or a gallery is about many.
_THREAD_KINDS = ("news", "analysis", "opinion")

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


def list_stories(centroids: TableView) -> tuple[pa.Table, pa.Table]:
    """Put the stories that can be compared on lists of near ones: one, unless the night is large.

    Those of a kind that is about many matters cannot be, nor those without a vector, or with one of another model than
    tonight's.

    Returns:
        Tables `story_lists`, in the order of `centroids`, and `list_centroids`, the centres of lists.
    """
    table = centroids.read()
    usable = _find_usable(table)
    vectors = quantise_directions(vectors_to_matrix(table["centroid"].filter(pa.array(usable))))
    n_lists = count_lists(len(vectors))
    centres = cluster_vectors(vectors[draw_sample(len(vectors), n_lists)], n_lists)
    lists = np.full(table.num_rows, UNLISTED, np.int32)
    lists[usable] = find_nearest(vectors, centres)
    return pa.table([lists], schema=STORY_LISTS), pa.table([list(centres)], schema=LIST_CENTROIDS)


def quantise_directions(centroids: Floats) -> Floats:
    """Return the directions of centroids, none of which is zero, in whole steps.

    Args:
        centroids: float32 of shape (n, d).

    Returns:
        float32 of shape (n, d).
    """
    return quantise((centroids / compute_norms(centroids)[:, None]).astype(np.float32))


def compute_norms(matrix: Floats) -> Doubles:
    """Return the Euclidean norm of each row, float64 of shape (n,)."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float64)))


def _find_usable(centroids: pa.Table) -> npt.NDArray[np.bool_]:
    """Return which stories can be compared, bool of shape (n,)."""
    in_window = centroids.filter(centroids["in_window"])
    is_comparable = pc.equal(centroids["model"], in_window["model"][0] if in_window.num_rows else None)
    is_usable = pc.and_(pc.is_in(centroids["kind"], pa.array(_THREAD_KINDS)), pc.fill_null(is_comparable, False))
    usable = np.array(is_usable.to_numpy(), dtype=np.bool_)
    usable[usable] = vectors_to_matrix(centroids["centroid"].filter(is_usable)).any(axis=1)
    return usable
