"""Words of one language as rows of arrays, so that the n-grams of a story are counted and measured without loops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_STEM_CHARACTERS = 6
_ROWS = 1024  # to begin with; the arrays double when they are full


def stem(word: str) -> str:
    """Return the beginning of a case-folded word, which its inflected forms share; a number as it is."""
    return word if word.isdigit() else word[:_STEM_CHARACTERS]


class Lexicon(dict[str, int]):
    """The row of each word, as printed; a word gets its row when it is first looked up. Threads may share it.

    The order of the rows depends on who asks first, so nothing may depend on it.

    Args:
        measure: returns the idf and the Zipf frequency of a case-folded word.

    Attributes:
        stems: int64 of shape (rows,): the number of each word's stem, from 1 on.
        idf, zipf: float64 of shape (rows,), of the case-folded word.
        length: likewise, its characters.
        is_number, is_capitalised: bool of shape (rows,).
    """

    def __init__(self, measure: Callable[[str], tuple[float, float]]) -> None:
        super().__init__()
        self._measure = measure
        self._stem_numbers: dict[str, int] = {}
        self._stem_of: list[int] = []  # as `stems`: faster one by one
        self._lock = threading.Lock()
        self.stems: Ints = np.zeros(_ROWS, np.int64)
        self.idf, self.zipf, self.length = (np.zeros(_ROWS) for _ in range(3))
        self.is_number, self.is_capitalised = (np.zeros(_ROWS, bool) for _ in range(2))

    def __missing__(self, word: str) -> int:
        """Add a word."""
        folded = word.casefold()
        idf, zipf = self._measure(folded)
        with self._lock:
            row = self.get(word)
            if row is None:
                row = len(self)
                if row == len(self.stems):
                    self._grow()
                number = self._stem_numbers.setdefault(stem(folded), len(self._stem_numbers) + 1)
                self.stems[row] = number
                self._stem_of.append(number)
                self.idf[row], self.zipf[row], self.length[row] = idf, zipf, len(folded)
                self.is_number[row], self.is_capitalised[row] = folded.isdigit(), word[0].isupper()
                self[word] = row
        return row

    def find_rows(self, words: Iterable[str]) -> Ints:
        """Return the rows of words, in order."""
        return np.fromiter(map(self.__getitem__, words), np.int64)

    def list_stems(self, words: Iterable[str]) -> list[int]:
        """Return the numbers of the words' stems, in order."""
        rows = [self[word] for word in words]
        return [self._stem_of[row] for row in rows]

    def _grow(self) -> None:
        for name in ("stems", "idf", "zipf", "length", "is_number", "is_capitalised"):
            values = getattr(self, name)
            setattr(self, name, np.concatenate([values, np.zeros_like(values)]))
