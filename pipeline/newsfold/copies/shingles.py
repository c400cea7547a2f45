"""Bodies as hashed words and shingles, without the sentences that an outlet is known to print under everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from newsfold import text

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_Hashes = npt.NDArray[np.uint64]
_SPACED = 2  # characters per word, in any script with spaces


def distinct(values: Ints) -> Ints:
    """The different ones, ascending: `numpy.unique` without its hashing, which is slow on many small arrays."""
    ordered = np.sort(values)
    return np.asarray(ordered[np.concatenate([ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]])])


@dataclass(frozen=True)
class Body:
    """One body, word by word.

    Attributes:
        key: equal for bodies of equal words.
        n_words: its words.
        sequence: shape (n_words,): the 3-word shingle that begins at each word, 62 bits; 0 at the last two.
        numbers: shape (n_words,): whether the word is a number.
        spaced: whether its script divides words; else each character counts as one.
    """

    key: str
    n_words: int
    sequence: Ints
    numbers: Flags
    spaced: bool


class _WordHashes(dict[str, int]):
    """64-bit hashes of words, the same in every process (unlike `hash`); odd where the word is a number."""

    def __missing__(self, word: str) -> int:
        digit = word.isdigit()
        value = self[word] = int(text.compute_digest(word)[:16], 16) & ~1 | digit
        return value


class Shingler:
    """Reads bodies; what it knows of words is kept from one to the next.

    Attributes:
        nothing: a body without words.
    """

    nothing = Body("", 0, np.zeros(0, np.int64), np.zeros(0, np.bool_), spaced=True)

    def __init__(self, standing: Iterable[str]) -> None:
        """Takes the sentences that outlets print under everything: copies carry them into other outlets."""
        self._hashes = _WordHashes()
        known = [self._shingles(self._hashed(text.split_words(sentence)))[:-2] for sentence in standing]
        self._standing = np.unique(np.concatenate([np.zeros(0, np.int64), *known]))

    def read(self, body: str) -> Body:
        """A body's words without standing sentences, unless nothing else is in it."""
        hashed = self._hashed(text.split_words(body))
        spaced = len(body) >= _SPACED * len(hashed)
        sequence = self._shingles(hashed)
        if len(self._standing):
            kept = ~self._is_standing(sequence)
            if 0 < kept.sum() < len(hashed):
                hashed = hashed[kept]
                sequence = self._shingles(hashed)
        numbers = (hashed & np.uint64(1)).astype(np.bool_)
        return Body(text.compute_digest(hashed.tobytes()), len(hashed), sequence, numbers, spaced)

    def _hashed(self, words: list[str]) -> _Hashes:
        return np.fromiter(map(self._hashes.__getitem__, words), np.uint64, len(words))

    def _is_standing(self, sequence: Ints) -> Flags:
        nearest = np.minimum(np.searchsorted(self._standing, sequence), len(self._standing) - 1)
        begins: Flags = self._standing[nearest] == sequence
        covered = begins.copy()
        covered[1:] |= begins[:-1]
        covered[2:] |= begins[:-2]
        return covered

    @staticmethod
    def _shingles(hashed: _Hashes) -> Ints:
        if len(hashed) < 3:
            return np.zeros(len(hashed), np.int64)
        mixed = hashed[:-2] * np.uint64(0x9E3779B97F4A7C15)
        mixed += hashed[1:-1] * np.uint64(0xC2B2AE3D27D4EB4F)
        mixed += hashed[2:] * np.uint64(0x165667B19E3779F9)
        mixed ^= mixed >> np.uint64(31)
        mixed *= np.uint64(0xD6E8FEB86659FD93)
        mixed ^= mixed >> np.uint64(32)
        return np.concatenate([(mixed >> np.uint64(2)).astype(np.int64), np.zeros(2, np.int64)])
