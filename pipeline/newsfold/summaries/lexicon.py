"""Words as rows of arrays, so that the n-grams of many stories are counted and measured without loops over words."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

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
        load: called with words, case-folded, before `measure` is for each of them: faster than one by one.
        measure: returns the idf and the Zipf frequency of a case-folded word in a language.

    Attributes:
        stems: int64 of shape (rows,): the number of each word's stem, from 1 on.
        idf, zipf: float64 of shape (rows,), of the case-folded word.
        length: likewise, its characters.
        is_number, is_capitalised: bool of shape (rows,).
    """

    def __init__(
        self, load: Callable[[Collection[str], str], None], measure: Callable[[str, str], tuple[float, float]]
    ) -> None:
        self._load = load
        self._measure = measure
        self._rows_of: dict[str, _Rows] = {}
        self._stem_numbers: dict[str, int] = {}
        self._n_rows = 0
        self._lock = threading.Lock()
        self.stems: Ints = np.zeros(_ROWS, np.int64)
        self.idf, self.zipf, self.length = (np.zeros(_ROWS) for _ in range(3))
        self.is_number, self.is_capitalised = (np.zeros(_ROWS, bool) for _ in range(2))

    def prepare(self, texts: Iterable[Iterable[str]], languages: Iterable[str]) -> None:
        """Load what is to be known of the words of texts, each in a language."""
        new: defaultdict[str, set[str]] = defaultdict(set)
        for words, language in zip(texts, languages, strict=True):
            new[language].update(words)
        for language, words in new.items():
            rows = self._list_rows(language)
            self._load({word.casefold() for word in words if word not in rows}, language)

    def find_rows(self, words: Iterable[str], language: str) -> Ints:
        """Return the rows of words in a language, in order."""
        return np.fromiter(map(self._list_rows(language).__getitem__, words), np.int64)

    def _list_rows(self, language: str) -> _Rows:
        rows = self._rows_of.get(language)
        return self._rows_of.setdefault(language, _Rows(self, language)) if rows is None else rows

    def add(self, word: str, language: str) -> int:
        """Return the row of a word, a new one if it has none."""
        folded = word.casefold()
        idf, zipf = self._measure(folded, language)
        rows = self._list_rows(language)
        with self._lock:
            if word not in rows:
                row = self._n_rows
                if row == len(self.stems):
                    self._grow()
                number = self._stem_numbers.setdefault(stem(folded), len(self._stem_numbers) + 1)
                self.stems[row], self.length[row] = number, len(folded)
                self.idf[row], self.zipf[row] = idf, zipf
                self.is_number[row], self.is_capitalised[row] = folded.isdigit(), word[0].isupper()
                self._n_rows += 1
                rows[word] = row
        return rows[word]

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
        return self._lexicon.add(word, self._language)
