"""Nearest vectors, found by faiss: what blocking and scoring share."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_EXACT_UP_TO = 20_000  # above, an inverted file finds the same neighbours in a fraction of the time
_ROWS = 2_000  # asked at a time: bounds memory


def nearest(vectors: Vectors, count: int, asked: Rows | None = None) -> Rows:
    """The nearest other rows of each row asked about, by cosine, best first: int64 of shape (a, min(count, n - 1)).

    Args:
        vectors: unit-norm, float32 of shape (n, d).
        count: how many; where an approximate index finds fewer, -1 fills up.
        asked: row numbers, int64 of shape (a,); all rows where None.
    """
    asked = np.arange(len(vectors)) if asked is None else asked
    count = min(count, len(vectors) - 1)
    if count < 1 or not len(asked):
        return np.zeros((len(asked), max(count, 0)), np.int64)
    _, found = _index(vectors).search(vectors[asked], count + 1)
    own = found == asked[:, None]
    own[~own.any(axis=1), -1] = True  # among many equal vectors a row may miss itself: the last one goes
    return np.asarray(found[~own].reshape(len(asked), count), dtype=np.int64)


def within(vectors: Vectors, cosine: float, asked: Rows | None = None) -> Rows:
    """Every pair of rows with at least this cosine, each once: int64 of shape (m, 2), the smaller row first.

    Args:
        vectors: unit-norm, float32 of shape (n, d).
        cosine: the least.
        asked: row numbers, ascending, int64 of shape (a,): one of a pair's rows at least is among them; all rows
            where None.
    """
    asked = np.arange(len(vectors)) if asked is None else asked
    among = np.zeros(len(vectors), dtype=bool)
    among[asked] = True
    index = _index(vectors)
    pairs = []
    for start in range(0, len(asked), _ROWS):
        part = asked[start : start + _ROWS]
        limits, _, found = index.range_search(vectors[part], cosine)
        owner = np.repeat(part, np.diff(limits).astype(np.int64))
        keep = (owner < found) | ((owner > found) & ~among[found])
        pairs.append(np.sort(np.stack([owner[keep], found[keep]], axis=1), axis=1))
    return np.concatenate(pairs).astype(np.int64) if pairs else np.zeros((0, 2), np.int64)


def _index(vectors: Vectors) -> Any:
    count, dimension = vectors.shape
    index: Any = faiss.IndexFlatIP(dimension)
    if count > _EXACT_UP_TO:
        cells = int(4 * np.sqrt(count))
        index = faiss.IndexIVFFlat(index, dimension, cells, faiss.METRIC_INNER_PRODUCT)
        index.nprobe = max(16, cells // 16)
        index.train(vectors)  # faiss seeds its k-means with a constant
    index.add(vectors)
    return index
