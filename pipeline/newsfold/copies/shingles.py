"""Bodies as hashed words and shingles, without the sentences that outlets are known to print everywhere."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import text
from newsfold.copies.words import Hashes, Ints, WordHasher
from newsfold.loops import compile_loop
from newsfold.schemas.lists import list_starts

Flags = npt.NDArray[np.bool_]
_CHARACTERS_PER_WORD = 2  # at least, in any script with spaces
_SIEVE = 1 << 16  # values of a shingle's last bits: most shingles share theirs with no boilerplate


def sort_unique(values: Ints) -> Ints:
    """Return the distinct values, ascending: `numpy.unique` without its hashing, which is slow on many small arrays."""
    ordered = np.sort(values)
    return np.asarray(ordered[np.concatenate([ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]])])


@dataclass(frozen=True)
class ShingledBodies:
    """Bodies, word by word, one after another.

    Attributes:
        digests: of each body, equal for bodies of equal words.
        starts: where each body begins, int64 of shape (bodies + 1,).
        shingles: int64 of shape (words,): the 3-word shingle that begins at each word, 62 bits; 0 at a body's last two.
        is_number: bool of shape (words,): whether each word is a number.
        has_spaces: of each body, whether its script divides words; else each character counts as one.
    """

    digests: list[str]
    starts: Ints
    shingles: Ints
    is_number: Flags
    has_spaces: Flags

    @property
    def n_words(self) -> Ints:
        """The number of words of each body."""
        return np.diff(self.starts)

    def drop_shorter(self, min_words: int) -> ShingledBodies:
        """Return the same bodies, those of fewer words empty."""
        is_kept = self.n_words >= min_words
        of_kept = np.repeat(is_kept, self.n_words)
        return ShingledBodies(
            self.digests,
            list_starts(np.where(is_kept, self.n_words, 0)),
            self.shingles[of_kept],
            self.is_number[of_kept],
            self.has_spaces,
        )


class Shingler:
    """Splits bodies into shingles; the hashes of words are kept from one call to the next."""

    def __init__(self, boilerplate: Iterable[str]) -> None:
        """Take the sentences that outlets print everywhere: copies carry them into other outlets."""
        self._hasher = WordHasher()
        hashes, starts = self._hasher.hash_texts(pa.array(boilerplate, pa.string()))
        shingles = _hash_shingles(hashes, starts)
        self._boilerplate = np.unique(shingles[shingles > 0])
        self._sieve = np.zeros(_SIEVE, np.bool_)
        self._sieve[self._boilerplate % _SIEVE] = True

    def shingle(self, bodies: pa.StringArray) -> ShingledBodies:
        """Split bodies into shingles, leaving out boilerplate sentences unless nothing else is in a body."""
        hashes, starts = self._hasher.hash_texts(bodies)
        n_characters = pc.utf8_length(bodies).to_numpy(zero_copy_only=False)
        has_spaces = n_characters >= _CHARACTERS_PER_WORD * np.diff(starts)
        shingles = _hash_shingles(hashes, starts)
        if len(self._boilerplate):
            is_kept = _find_kept_words(shingles, starts, self._boilerplate, self._sieve)
            if not is_kept.all():
                hashes, starts = hashes[is_kept], np.concatenate([[0], np.cumsum(is_kept)])[starts]
                shingles = _hash_shingles(hashes, starts)
        digests = [
            text.compute_digest(hashes[start:end].tobytes()) for start, end in itertools.pairwise(starts.tolist())
        ]
        return ShingledBodies(digests, starts, shingles, (hashes & np.uint64(1)).astype(np.bool_), has_spaces)


@compile_loop
def _hash_shingles(hashes: Hashes, starts: Ints) -> Ints:
    """Return the hash of the three words from each word on; 0 at the last two of a text."""
    shingles = np.zeros(len(hashes), np.int64)
    for number in range(len(starts) - 1):
        for at in range(starts[number], starts[number + 1] - 2):
            mixed = hashes[at] * np.uint64(0x9E3779B97F4A7C15)
            mixed += hashes[at + 1] * np.uint64(0xC2B2AE3D27D4EB4F)
            mixed += hashes[at + 2] * np.uint64(0x165667B19E3779F9)
            mixed ^= mixed >> np.uint64(31)
            mixed *= np.uint64(0xD6E8FEB86659FD93)
            mixed ^= mixed >> np.uint64(32)
            shingles[at] = np.int64(mixed >> np.uint64(2))
    return shingles


@compile_loop
def _find_kept_words(shingles: Ints, starts: Ints, boilerplate: Ints, sieve: Flags) -> Flags:
    """Return which words are in no shingle of boilerplate; all words of a text that has no others."""
    is_kept = np.ones(len(shingles), np.bool_)
    for number in range(len(starts) - 1):
        begin, end = starts[number], starts[number + 1]
        n_kept = end - begin
        for at in range(begin, end - 2):
            if sieve[shingles[at] % _SIEVE]:
                nearest = np.searchsorted(boilerplate, shingles[at])
                if nearest < len(boilerplate) and boilerplate[nearest] == shingles[at]:
                    for covered in range(at, at + 3):
                        n_kept -= is_kept[covered]
                        is_kept[covered] = False
        if n_kept == 0:
            is_kept[begin:end] = True
    return is_kept
