"""Folding a text: its case-folded words, and a hash of each sentence, in one pass over its bytes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from newsfold import text
from newsfold.loops import FNV_PRIME, FNV_START, compile_loop

Hashes = npt.NDArray[np.uint64]
_Bytes = npt.NDArray[np.uint8]

NEVER_REMOVED = 0  # in place of the hash of a sentence
_MIN_WORDS = 4  # shorter sentences are removed as whole lines only: "Mr." ends no sentence
_LINE_END, _BLANK, _BREAK = 0x0A, 0x20, 0x1F
# Marks within texts in Latin-1: the second and third byte in UTF-8, of which the first is E2.
_MARKS = tuple(int.from_bytes(mark.encode()[1:]) for mark in text.TYPOGRAPHIC)
_ELLIPSIS = int.from_bytes("…".encode()[1:])


def _fold_latin(char: str) -> list[int]:
    """Return the two bytes in UTF-8 of what a character of Latin-1 folds to; [0, 0] if that is not in Latin-1."""
    folded = char.casefold() if char.isalnum() else " "
    return [*folded.encode(), 0][:2] if max(folded) < "\u0100" else [0, 0]


_LATIN = np.array([_fold_latin(char) for char in map(chr, range(256))], np.uint8)  # a blank divides words


class FoldedText(NamedTuple):
    """A folded text.

    Attributes:
        words: what `text.split_words` returns, with a space between words, in UTF-8.
        sentences: a 64-bit hash of the words of each part that `text.cut_sentences` returns, in order;
            `NEVER_REMOVED` for one that is never removed. uint64 of shape (sentences,).
    """

    words: bytes
    sentences: Hashes


def fold_text(body: str) -> FoldedText:
    """Fold a text; equal sentences have equal hashes in any text."""
    words, sentences, is_read = _fold(np.frombuffer(body.encode(), np.uint8), _LATIN, False)
    if not is_read:  # it has letters of other scripts
        lines = [[" ".join(text.split_words(part)) for part in parts] for parts in text.cut_sentences(body)]
        folded = "\n".join([chr(_BREAK).join(line) for line in lines])
        words, sentences, _ = _fold(np.frombuffer(folded.encode(), np.uint8), _LATIN, True)
    return FoldedText(words.tobytes(), sentences)


@compile_loop
def _fold(content: _Bytes, latin: _Bytes, is_folded: bool) -> tuple[_Bytes, Hashes, bool]:
    """Return the words of a text and the hashes of its sentences.

    Args:
        content: the text in UTF-8.
        latin: as `_LATIN`.
        is_folded: whether all but blanks and the ends of sentences and lines is part of a word.

    Returns:
        As in `FoldedText`; and whether the text was read: one with letters beyond Latin-1 only if `is_folded`.
    """
    size = len(content)
    words, sentences = np.empty(size + 1, np.uint8), np.empty(size + 1, np.uint64)
    n_bytes, n_sentences, n_words, n_parts = 0, 0, 0, 0
    key = FNV_START
    in_word = after_mark = False
    at = 0
    while at <= size:
        byte = content[at] if at < size else _LINE_END
        if byte in (_LINE_END, _BREAK) or (byte == _BLANK and after_mark):
            n_parts += 1
            is_line = byte == _LINE_END and n_parts == 1
            sentences[n_sentences] = key if n_words >= _MIN_WORDS or (is_line and n_words > 0) else NEVER_REMOVED
            n_sentences += 1
            n_parts = 0 if byte == _LINE_END else n_parts
            key, n_words = FNV_START, 0
            in_word = after_mark = False
            at += 1
            continue
        after_mark = byte in (0x2E, 0x21, 0x3F)  # . ! ?
        first, second = byte, 0
        if byte >= 0xC4 and not is_folded:
            mark = content[at + 1] << 8 | content[at + 2] if byte == 0xE2 else 0
            if mark not in _MARKS:
                return words[:0], sentences[:0], False
            first, after_mark = _BLANK, mark == _ELLIPSIS
            at += 2
        elif not is_folded:
            if byte >= 0x80:
                at += 1
                byte = (byte & 0x03) << 6 | (content[at] & 0x3F)
            first, second = latin[byte, 0], latin[byte, 1]
            if first == 0:
                return words[:0], sentences[:0], False
        at += 1
        if first == _BLANK:
            in_word = False
            continue
        if not in_word:
            if n_bytes > 0:
                words[n_bytes] = _BLANK
                n_bytes += 1
            if n_words > 0:
                key = (key ^ np.uint64(_BLANK)) * FNV_PRIME
            n_words += 1
            in_word = True
        for letter in (first, second):
            if letter:
                words[n_bytes] = letter
                n_bytes += 1
                key = (key ^ np.uint64(letter)) * FNV_PRIME
    return words[:n_bytes].copy(), sentences[:n_sentences].copy(), True
