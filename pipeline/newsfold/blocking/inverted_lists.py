"""An inverted file over vectors: lists of originals that are near one another (Jégou, Douze and Schmid 2011).

In a large window an original is compared with those of the lists nearest to it, until these hold `COMPARED` originals;
so their number does not depend on the window's size. In a window with no more than that, all are compared, which is
exact, and there is only one list. What is compared is compared exactly: lists decide who is found, and nothing else.

The lists are those of k-means on the sphere, of a sample that depends on the window alone. Vectors and centroids
are in whole steps, whose products and sums are exact; so any machine makes the same lists of the same vectors. Linking
stories into threads puts stories on such lists, too.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold.blocking import tables
from newsfold.blocking.nearest_neighbours import STEPS, quantise
from newsfold.blocking.time_reach import TimeReach
from newsfold.dataflow import Context, TableView
from newsfold.schemas.vectors import matrix_to_vectors, vectors_to_matrix

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

COMPARED = 12_000  # originals within reach that an original is compared with, if there are so many
_LIST_SIZE = 300  # originals of a list, about
_MAX_LISTS = 4096
_SAMPLE_PER_LIST = 64
_ROUNDS = 8  # of k-means
_AT_A_TIME = 4096  # vectors that are compared with all centroids together


def train_centroids(time_index: TableView, vectors: TableView, context: Context) -> pa.Table:
    """Find the centres of lists: table `centroids`; one, or none if there is no vector, unless the window is large."""
    times, settings = time_index.read(["row", "article_id", "published_at"]), context.settings.candidates
    n_within = TimeReach.from_times(times, settings.max_days_apart, 0, STEPS**2).count_within()
    n_lists = count_lists(n_within)
    rows = draw_sample(times.num_rows, n_lists)  # ids are digests: any rows are a fair sample
    ids = times["article_id"].filter(pc.is_in(times["row"], pa.array(rows, pa.int32())))
    sample = vectors.where("article_id", ids, columns=["vector"])["vector"]
    centroids = cluster_vectors(quantise(vectors_to_matrix(sample)), n_lists)
    return pa.table({"centroid": matrix_to_vectors(centroids)})


def assign_lists(vectors: TableView, centroids: TableView) -> pa.Table:
    """Put originals on the list of the nearest centroid: table `vector_lists`, in the order of `vectors`."""
    own = vectors.read(["article_id", "vector"])
    lists = find_nearest(quantise(vectors_to_matrix(own["vector"])), read_centroids(centroids))
    return pa.table({"article_id": own["article_id"], "list": lists}, schema=tables.VECTOR_LISTS)


def order_by_list(time_index: TableView, vector_lists: TableView) -> pa.Table:
    """Order originals by list, and by time within each: table `search_order`."""
    times, lists = time_index.read(tables.SEARCH_ORDER.names[:-1]), vector_lists.read()
    of_each = lists["list"].take(pc.index_in(times["article_id"], lists["article_id"].combine_chunks()))
    order = np.argsort(of_each.to_numpy(), kind="stable")
    return times.append_column("list", of_each).take(pa.array(order)).cast(tables.SEARCH_ORDER)


def read_centroids(centroids: TableView) -> Vectors:
    """Return the centres of lists in whole steps: float32 of shape (lists, d)."""
    return vectors_to_matrix(centroids.read()["centroid"])


class ListProbes:
    """Which lists are compared with a query: the nearest, until they hold `COMPARED` originals within its reach."""

    def __init__(self, centroids: Vectors, lists: Rows, rows: Rows, reach: TimeReach) -> None:
        """Count originals by list and day.

        Args:
            centroids: in whole steps, shape (lists, d).
            lists: the list of each original, shape (n,).
            rows: its row number, shape (n,).
            reach: the times of all originals.
        """
        self._centroids, self._reach = centroids, reach
        self._first = int(reach.days.min(initial=0)) if len(reach.days) else 0
        n_days = int(reach.days.max(initial=self._first)) - self._first + 1 if np.isfinite(reach.max_days) else 1
        days = reach.days[rows] - self._first if n_days > 1 else np.zeros(len(rows), np.int64)
        counts = np.bincount(lists * n_days + days, minlength=len(centroids) * n_days).reshape(-1, n_days)
        self._until = np.concatenate([np.zeros((len(counts), 1), np.int64), np.cumsum(counts, axis=1)], axis=1)

    def find(self, queries: Vectors, rows: Rows) -> Flags:
        """Return which lists are compared with which queries: shape (q, lists).

        Args:
            queries: in whole steps, shape (q, d).
            rows: their row numbers, shape (q,).
        """
        return choose_lists(queries, self._centroids, self._count_within(rows))

    def _count_within(self, rows: Rows) -> Rows:
        """How many originals of each list are within reach of each row, by whole days: shape (rows, lists)."""
        last = self._until.shape[1] - 1
        if last == 1:
            return np.broadcast_to(self._until[:, -1], (len(rows), len(self._until)))
        days, reach = self._reach.days[rows] - self._first, int(np.ceil(self._reach.max_days))
        ends = (np.clip(days + 1 + reach, 0, last), np.clip(days - reach, 0, last))
        return np.asarray((self._until[:, ends[0]] - self._until[:, ends[1]]).T)


def count_lists(n_vectors: int) -> int:
    """Return how many lists a number of vectors is divided into; one: all are compared."""
    return min(-(-n_vectors // _LIST_SIZE), _MAX_LISTS) if n_vectors > COMPARED else 1


def draw_sample(n_vectors: int, n_lists: int) -> Rows:
    """Return evenly spaced rows, of whose vectors the centres of lists are made, ascending."""
    n_sampled = min(n_vectors, n_lists * _SAMPLE_PER_LIST)
    return np.arange(n_sampled) * n_vectors // max(1, n_sampled)


def cluster_vectors(sample: Vectors, n_lists: int) -> Vectors:
    """Return centres of k-means on the sphere, in whole steps; as many as the sample has vectors if these are fewer.

    Args:
        sample: in whole steps, shape (n, d).
        n_lists: how many centres to find.
    """
    n_lists = min(n_lists, len(sample))
    centroids = sample[np.arange(n_lists) * len(sample) // max(1, n_lists)]
    for _ in range(_ROUNDS if n_lists > 1 else 0):
        members = sparse.csr_matrix(
            (np.ones(len(sample)), (find_nearest(sample, centroids), np.arange(len(sample)))),
            shape=(n_lists, len(sample)),
        )
        sums = members @ sample.astype(np.float64)
        norms = np.sqrt((sums * sums).sum(axis=1, keepdims=True))
        centroids = np.where(norms > 0, np.rint(sums / np.maximum(norms, 1) * STEPS), centroids).astype(np.float32)
    return centroids


def find_nearest(vectors: Vectors, centroids: Vectors) -> npt.NDArray[np.int32]:
    """Return the nearest centroid of each vector, of equally near ones the first, shape (n,); both in whole steps."""
    if len(centroids) <= 1:
        return np.zeros(len(vectors), np.int32)
    starts = range(0, len(vectors), _AT_A_TIME)
    parts = [np.argmax(vectors[start : start + _AT_A_TIME] @ centroids.T, axis=1) for start in starts]
    return np.concatenate([np.zeros(0, np.int64), *parts]).astype(np.int32)


def choose_lists(queries: Vectors, centroids: Vectors, n_members: Rows) -> Flags:
    """Return which lists are compared with which queries: the nearest, until they hold `COMPARED` members.

    Args:
        queries: in whole steps, shape (q, d).
        centroids: the centres of lists, in whole steps, shape (lists, d).
        n_members: how many members of each list count for each query, of a shape that broadcasts to (q, lists).

    Returns:
        Shape (q, lists); (q, 1), all true, if there is one list or none.
    """
    if len(centroids) <= 1:
        return np.ones((len(queries), 1), bool)
    order = np.argsort(-(queries @ centroids.T), axis=1, kind="stable")
    within = np.take_along_axis(np.broadcast_to(n_members, order.shape), order, axis=1)
    is_compared = np.cumsum(within, axis=1) - within < COMPARED
    chosen = np.zeros(order.shape, bool)
    np.put_along_axis(chosen, order, is_compared, axis=1)
    return chosen
