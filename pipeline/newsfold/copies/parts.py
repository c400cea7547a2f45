"""Parts of the sketches: what is equal in two texts is in one part, so that a worker holds one part at a time.

The parts are of digests, bands and anchors by their value. How many there are depends on the number of articles alone,
so the size of chunks changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold.copies.shingles import Flags
from newsfold.copies.tables import SKETCH_PARTS
from newsfold.copies.words import Ints
from newsfold.dataflow import TableView
from newsfold.settings import Scale

_ARTICLES = 200_000  # for each part, so that a part of their sketches takes as much memory in any window
_ROWS_AT_A_TIME = 50_000  # of the sketches, of which a part is taken
_DIGEST_DIGITS = 4  # of a digest, by which it belongs to a part


@dataclass(frozen=True)
class Part:
    """One of `n_parts` parts."""

    number: int
    n_parts: int

    def contains(self, values: npt.NDArray[np.integer]) -> Flags:
        """Return which values are in the part."""
        return np.asarray(values % self.n_parts == self.number)


def divide_sketches(body_sketches: TableView) -> pa.Table:
    """Divide the sketches of a window: table `sketch_parts`."""
    n_parts = max(1, -(-body_sketches.num_rows // _ARTICLES))
    return pa.table({"part": np.arange(n_parts), "n_parts": np.full(n_parts, n_parts)}, schema=SKETCH_PARTS)


def one_part_per_chunk(_scale: Scale) -> int:
    """Return the rows of a chunk of `sketch_parts`."""
    return 1


def list_parts(sketch_parts: TableView) -> list[Part]:
    """Return the parts of a table `sketch_parts`."""
    return [Part(row["part"], row["n_parts"]) for row in sketch_parts.read().to_pylist()]


def read_sketches(body_sketches: TableView, columns: list[str]) -> Iterator[tuple[int, pa.Table]]:
    """Read columns of the sketches some rows at a time, each with the number of the first row."""
    n_rows = body_sketches.num_rows
    for start in range(0, n_rows, _ROWS_AT_A_TIME):
        yield start, body_sketches.slice(start, min(start + _ROWS_AT_A_TIME, n_rows)).read(columns)


def number_digests(digests: pa.ChunkedArray) -> Ints:
    """Return a number of each digest, by which it belongs to a part, int64 of shape (n,)."""
    prefixes = pc.utf8_slice_codeunits(digests, 0, _DIGEST_DIGITS).combine_chunks().dictionary_encode()
    numbers = np.array([int(prefix, 16) for prefix in prefixes.dictionary.to_pylist()], np.int64)
    return np.asarray(numbers[prefixes.indices.to_numpy()])
