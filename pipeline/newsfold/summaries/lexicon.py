"""Words as rows of arrays, so that the n-grams of many stories are counted and measured without loops over words."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import filterfalse

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_STEM_CHARACTERS = 6
_ROWS = 1024  # to begin with; the arrays double when they are full
_ARRAYS = ("stems", "idf", "zipf", "length", "is_number", "is_capitalised")


def stem(word: str) -> str:
    """Return the beginning of a case-folded word, which its inflected forms share; a number as it is."""
    return word if word.isdigit() else word[:_STEM_CHARACTERS]


class Lexicon:
    """The words of texts, as printed, with a row each; a word gets its row when it is first looked up.

    The order of the rows depends on who asks first, so nothing may depend on it. Threads may share a lexicon.

    Args:
        measure: returns the idf and the Zipf frequency of each of some case-folded words in a language.

    Attributes:
        stems: int64 of shape (rows,): the number of each word's stem, from 1 on.
        idf, zipf: float64 of shape (rows,), of the case-folded word.
        length: likewise, its characters.
        is_number, is_capitalised: bool of shape (rows,).
    """

    def __init__(self, measure: Callable[[Sequence[str], str], tuple[list[float], list[float]]]) -> None:
        self._measure = measure
        self._rows_of: dict[str, _Rows] = {}
        self._stem_numbers: dict[str, int] = {}
        self._n_rows = 0
        self._lock = threading.Lock()
        self.stems: Ints = np.zeros(_ROWS, np.int64)
        self.idf, self.zipf, self.length = (np.zeros(_ROWS) for _ in range(3))
        self.is_number, self.is_capitalised = (np.zeros(_ROWS, bool) for _ in range(2))

    def prepare(self, texts: Iterable[Iterable[str]], languages: Iterable[str]) -> None:
        """Give rows to the words of texts, each in a language: faster than word by word."""
        new: defaultdict[str, set[str]] = defaultdict(set)
        for words, language in zip(texts, languages, strict=True):
            new[language].update(filterfalse(self._list_rows(language).__contains__, words))
        for language, words_of in new.items():
            self.add(list(words_of), language)

    def find_rows(self, words: Iterable[str], language: str) -> Ints:
        """Return the rows of words in a language, in order."""
        return np.fromiter(map(self._list_rows(language).__getitem__, words), np.int64)

    def _list_rows(self, language: str) -> _Rows:
        rows = self._rows_of.get(language)
        return self._rows_of.setdefault(language, _Rows(self, language)) if rows is None else rows

    def add(self, words: Sequence[str], language: str) -> None:
        """Give rows to different words."""
        folded = [word.casefold() for word in words]
        idf, zipf = self._measure(folded, language)
        rows = self._list_rows(language)
        with self._lock:
            start, stop = self._n_rows, self._n_rows + len(words)
            while stop > len(self.stems):
                self._grow()
            numbers = self._stem_numbers
            self.stems[start:stop] = [numbers.setdefault(stem(word), len(numbers) + 1) for word in folded]
            self.idf[start:stop], self.zipf[start:stop] = idf, zipf
            self.length[start:stop] = [len(word) for word in folded]
            self.is_number[start:stop] = [word.isdigit() for word in folded]
            self.is_capitalised[start:stop] = [word[0].isupper() for word in words]
            self._n_rows = stop
            # A word that another thread has added meanwhile gets a second row, which holds the same.
            rows.update(zip(words, range(start, stop), strict=True))

    def _grow(self) -> None:
        for name in _ARRAYS:
            values = getattr(self, name)
            setattr(self, name, np.concatenate([values, np.zeros_like(values)]))


class _Rows(dict[str, int]):
    """The rows of the words in one language."""

    def __init__(self, lexicon: Lexicon, language: str) -> None:
        super().__init__()
        self._lexicon = lexicon
        self._language = language

    def __missing__(self, word: str) -> int:
        self._lexicon.add([word], self._language)
        return self[word]
