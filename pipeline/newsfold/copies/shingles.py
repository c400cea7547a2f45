"""Bodies as hashed words and shingles, without the sentences that outlets are known to print everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from newsfold import text

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_Hashes = npt.NDArray[np.uint64]
_CHARACTERS_PER_WORD = 2  # at least, in any script with spaces


def sort_unique(values: Ints) -> Ints:
    """Return the distinct values, ascending: `numpy.unique` without its hashing, which is slow on many small arrays."""
    ordered = np.sort(values)
    return np.asarray(ordered[np.concatenate([ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]])])


@dataclass(frozen=True)
class ShingledBody:
    """One body, word by word.

    Attributes:
        digest: equal for bodies of equal words.
        n_words: number of words.
        shingles: int64 of shape (n_words,): the 3-word shingle that begins at each word, 62 bits; 0 at the last two.
        is_number: bool of shape (n_words,): whether each word is a number.
        has_spaces: whether its script divides words; else each character counts as one.
    """

    digest: str
    n_words: int
    shingles: Ints
    is_number: Flags
    has_spaces: bool


EMPTY_BODY = ShingledBody("", 0, np.zeros(0, np.int64), np.zeros(0, np.bool_), has_spaces=True)


class _WordHashes(dict[str, int]):
    """64-bit hashes of words, the same in every process (unlike `hash`); odd if the word is a number."""

    def __missing__(self, word: str) -> int:
        is_number = word.isdigit()
        value = self[word] = int(text.compute_digest(word)[:16], 16) & ~1 | is_number
        return value


class Shingler:
    """Splits bodies into shingles; the hashes of words are kept from one body to the next."""

    def __init__(self, boilerplate: Iterable[str]) -> None:
        """Take the sentences that outlets print everywhere: copies carry them into other outlets."""
        self._hashes = _WordHashes()
        known = [self._shingle_hashes(self._hash_words(text.split_words(sentence)))[:-2] for sentence in boilerplate]
        self._boilerplate = np.unique(np.concatenate([np.zeros(0, np.int64), *known]))

    def shingle(self, body: str) -> ShingledBody:
        """Split a body into shingles, leaving out boilerplate sentences unless nothing else is in it."""
        hashes = self._hash_words(text.split_words(body))
        has_spaces = len(body) >= _CHARACTERS_PER_WORD * len(hashes)
        shingles = self._shingle_hashes(hashes)
        if len(self._boilerplate):
            is_kept = ~self._is_boilerplate(shingles)
            if 0 < is_kept.sum() < len(hashes):
                hashes = hashes[is_kept]
                shingles = self._shingle_hashes(hashes)
        is_number = (hashes & np.uint64(1)).astype(np.bool_)
        return ShingledBody(text.compute_digest(hashes.tobytes()), len(hashes), shingles, is_number, has_spaces)

    def _hash_words(self, words: list[str]) -> _Hashes:
        return np.fromiter(map(self._hashes.__getitem__, words), np.uint64, len(words))

    def _is_boilerplate(self, shingles: Ints) -> Flags:
        nearest = np.minimum(np.searchsorted(self._boilerplate, shingles), len(self._boilerplate) - 1)
        begins: Flags = self._boilerplate[nearest] == shingles
        covered = begins.copy()
        covered[1:] |= begins[:-1]
        covered[2:] |= begins[:-2]
        return covered

    @staticmethod
    def _shingle_hashes(hashes: _Hashes) -> Ints:
        if len(hashes) < 3:
            return np.zeros(len(hashes), np.int64)
        mixed = hashes[:-2] * np.uint64(0x9E3779B97F4A7C15)
        mixed += hashes[1:-1] * np.uint64(0xC2B2AE3D27D4EB4F)
        mixed += hashes[2:] * np.uint64(0x165667B19E3779F9)
        mixed ^= mixed >> np.uint64(31)
        mixed *= np.uint64(0xD6E8FEB86659FD93)
        mixed ^= mixed >> np.uint64(32)
        return np.concatenate([(mixed >> np.uint64(2)).astype(np.int64), np.zeros(2, np.int64)])
