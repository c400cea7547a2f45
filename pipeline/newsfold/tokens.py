"""Texts as tokens, what stands between spaces: each different token is parsed once.

Most tokens of a text are those of other texts as well. So words, capitals, ends of sentences and numbers are looked for
in the different tokens only, and counting is arithmetic on the numbers of tokens and words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import text
from newsfold.schemas.lists import build_lists

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_MARKS = '.!?:“"'  # end a sentence, or open a quotation
_PRINTED_WORD = re.compile(rf"[^\W_]+(?:['’][^\W_]+)?|[{_MARKS}\n]")  # or a mark, or the end of a token
_APOSTROPHE = re.compile("['’]")
_LINE_END = " . "
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class WordUses:
    """The uses of words in texts, in order.

    Attributes:
        texts: the number of each use's text, ascending, shape (uses,).
        words: the number of its word in the vocabulary, shape (uses,).
        vocabulary: the different words, ascending.
    """

    texts: Numbers
    words: Numbers
    vocabulary: pa.Array

    def where(self, is_kept: Flags) -> WordUses:
        """Return some of the uses."""
        return WordUses(self.texts[is_kept], self.words[is_kept], self.vocabulary)

    def rank_in_text(self) -> Numbers:
        """Return how many uses of its text stand before each."""
        return np.arange(len(self.texts)) - np.searchsorted(self.texts, self.texts)

    def count_in_texts(self) -> tuple[WordUses, Numbers]:
        """Return each word of each text once, by text and word, and how often it is used there."""
        keys, counts = np.unique(self.texts * max(1, len(self.vocabulary)) + self.words, return_counts=True)
        texts, words = np.divmod(keys, max(1, len(self.vocabulary)))
        return WordUses(texts, words, self.vocabulary), counts

    def count(self) -> Numbers:
        """Return the number of uses of each word of the vocabulary."""
        return np.bincount(self.words, minlength=len(self.vocabulary))

    def to_lists(self, n_texts: int, values: pa.Array | None = None) -> pa.ListArray:
        """Return a list for each of the texts: of its words, or of values as long as the uses."""
        offsets = np.searchsorted(self.texts, np.arange(n_texts + 1))
        values = self.vocabulary.take(pa.array(self.words)) if values is None else values
        return build_lists(offsets, values)


@dataclass(frozen=True)
class Tokens:
    """The tokens of some texts, in order.

    Attributes:
        texts: the number of each token's text, ascending, shape (tokens,).
        numbers: its number among the different tokens, shape (tokens,).
        distinct: the different tokens.
    """

    texts: Numbers
    numbers: Numbers
    distinct: list[str]

    @classmethod
    def of_texts(cls, texts: Iterable[str]) -> Tokens:
        """Split texts at white space; the end of a line becomes a token that ends a sentence."""
        lists = pc.utf8_split_whitespace(pa.array([each.replace("\n", _LINE_END) for each in texts], pa.string()))
        lengths = pc.list_value_length(lists).to_numpy(zero_copy_only=False)
        encoded = lists.flatten().dictionary_encode()
        numbers = encoded.indices.to_numpy().astype(np.int64)
        return cls(np.repeat(np.arange(len(lists)), lengths), numbers, encoded.dictionary.to_pylist())

    def find_words(self, parse: Callable[[str], Iterable[str]]) -> WordUses:
        """Find the words of the texts.

        Args:
            parse: returns the words of a token; it is called once for each different token.
        """
        parsed = [tuple(parse(token)) for token in self.distinct]
        lengths = np.fromiter(map(len, parsed), np.int64, len(parsed))
        uses, _, _ = self._expand([word for words in parsed for word in words], lengths)
        return uses

    def find_cased_words(self) -> tuple[WordUses, Flags, Flags]:
        """Find words up to an apostrophe: the words, which are capitalised, and which open a sentence or a text."""
        found: list[str] = _PRINTED_WORD.findall("\n".join([*self.distinct, ""]))
        is_end = np.fromiter((each == "\n" for each in found), bool, len(found))  # of a token
        is_mark = np.fromiter((each in _MARKS for each in found), bool, len(found))
        words = [each for each, is_other in zip(found, (is_end | is_mark).tolist(), strict=True) if not is_other]
        words = [word if word.isalnum() else _APOSTROPHE.split(word, 1)[0] for word in words]
        ends = np.flatnonzero(is_end)
        marks, n_words = (np.concatenate([[0], np.cumsum(flags)]) for flags in (is_mark, ~is_end & ~is_mark))
        lengths, n_marks = (np.diff(column[ends], prepend=0) for column in (n_words, marks))
        marks_before = marks[np.flatnonzero(~is_end & ~is_mark)] - np.repeat(marks[ends] - n_marks, lengths)
        uses, tokens, places = self._expand([word.casefold() for word in words], lengths)
        position = (np.cumsum(n_marks[self.numbers]) - n_marks[self.numbers])[tokens] + marks_before[places]
        is_initial = np.ones(len(position), bool)
        is_initial[1:] = (position[1:] != position[:-1]) | (uses.texts[1:] != uses.texts[:-1])
        is_capital = np.fromiter((word[0].isupper() for word in words), bool, len(words))
        return uses, is_capital[places], is_initial

    def _expand(self, words: list[str], lengths: Numbers) -> tuple[WordUses, Numbers, Numbers]:
        """The uses of the words of different tokens, so many of each; the token of each use, and its place in words."""
        encoded = pa.array(words, pa.string()).dictionary_encode()
        order = pc.sort_indices(encoded.dictionary)
        rank = np.empty(len(order), np.int64)
        rank[order.to_numpy()] = np.arange(len(order))
        starts, repeats = np.cumsum(lengths) - lengths, lengths[self.numbers]
        tokens = np.repeat(np.arange(len(self.numbers)), repeats)
        places = np.arange(len(tokens)) - np.repeat(np.cumsum(repeats) - repeats - starts[self.numbers], repeats)
        numbers = rank[encoded.indices.to_numpy()][places]
        return WordUses(self.texts[tokens], numbers, encoded.dictionary.take(order)), tokens, places


def split_token(token: str) -> list[str]:
    """Return the words of a token, as `newsfold.text.split_words` does."""
    return [token.lower()] if token.isascii() and token.isalnum() else text.split_words(token)


def find_token_numbers(token: str) -> Iterable[str]:
    """Return the values of the numbers in a token, as `newsfold.text.find_numbers` does."""
    return text.find_numbers(token) if _DIGIT.search(token) else ()
