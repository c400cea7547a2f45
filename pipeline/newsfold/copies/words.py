"""Words of texts as hashes, many texts at a time; plain texts are read byte by byte in compiled code."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from newsfold import text
from newsfold.loops import FNV_PRIME, FNV_START, compile_loop
from newsfold.schemas.lists import list_starts

Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
_Bytes = npt.NDArray[np.uint8]

# Of each byte: the small letter or digit that it is in ASCII; 0 if it divides words; 1 if it is not ASCII.
_FOLDED = np.array(
    [ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else int(code >= 128) for code in range(256)],
    np.uint8,
)


class WordHasher:
    """Splits texts into words as `text.split_words` does, and hashes them; it keeps the hashes for later calls."""

    def __init__(self) -> None:
        """Start without any word."""
        self._hashes = _WordHashes()
        self._hash_of_key: dict[int, int] = {}

    def hash_words(self, words: list[str]) -> Hashes:
        """Return the hash of each word, the same in every process; odd if the word is a number."""
        return np.fromiter(map(self._hashes.__getitem__, words), np.uint64, len(words))

    def hash_texts(self, texts: pa.StringArray) -> tuple[Hashes, Ints]:
        """Return the hashes of the words of texts, one after another, and where each text begins among them."""
        offsets, content = _read_buffers(texts)
        keys, places, starts, is_plain = _scan_words(content, offsets, _FOLDED)
        numbers, first = _number_keys(keys)
        hashes = self._hash_keys(keys[first], places[first], content)[numbers]
        others = np.flatnonzero(~is_plain)
        if not len(others):
            return hashes, starts
        parts = [hashes[start:end] for start, end in itertools.pairwise(starts.tolist())]
        for other in others.tolist():
            parts[other] = self.hash_words(text.split_words(texts[other].as_py()))
        return np.concatenate(parts), list_starts([len(part) for part in parts])

    def _hash_keys(self, keys: Hashes, places: Ints, content: _Bytes) -> Hashes:
        """Return the hashes of distinct words, given by their keys and by where one use of each stands."""
        listed = keys.tolist()
        for key, (begin, end) in zip(listed, places.tolist(), strict=True):
            if key not in self._hash_of_key:
                self._hash_of_key[key] = self._hashes[content[begin:end].tobytes().decode().lower()]
        return np.fromiter(map(self._hash_of_key.__getitem__, listed), np.uint64, len(listed))


class _WordHashes(dict[str, int]):
    """64-bit hashes of words, the same in every process (unlike `hash`); odd if the word is a number."""

    def __missing__(self, word: str) -> int:
        is_number = word.isdigit()
        value = self[word] = int(text.compute_digest(word)[:16], 16) & ~1 | is_number
        return value


def _read_buffers(texts: pa.StringArray) -> tuple[Ints, _Bytes]:
    """Return where each text begins, and the bytes of all in UTF-8, without copying them."""
    _, offsets, content = texts.buffers()
    starts = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    return starts, np.zeros(0, np.uint8) if content is None else np.frombuffer(content, np.uint8)


@compile_loop
def _scan_words(content: _Bytes, offsets: Ints, folded: _Bytes) -> tuple[Hashes, Ints, Ints, npt.NDArray[np.bool_]]:
    """Find the words of texts that are ASCII but for typographic marks: a key and the place of each.

    Returns:
        Keys of words (FNV-1a of their small letters), their first byte and the one after their last, where each text
        begins among them, and whether it is such a text; others have no words here.
    """
    n_texts = len(offsets) - 1
    size = (offsets[n_texts] - offsets[0] + n_texts) // 2 + 1
    keys, places = np.empty(size, np.uint64), np.empty((size, 2), np.int64)
    starts, is_plain = np.zeros(n_texts + 1, np.int64), np.ones(n_texts, np.bool_)
    n_words = 0
    for number in range(n_texts):
        begin = -1  # of the word at hand
        key = FNV_START
        at, end = offsets[number], offsets[number + 1]
        while at < end:
            byte = folded[content[at]]
            if byte > 1:
                if begin < 0:
                    begin, key = at, FNV_START
                key = (key ^ np.uint64(byte)) * FNV_PRIME
                at += 1
                continue
            if begin >= 0:
                keys[n_words], places[n_words, 0], places[n_words, 1] = key, begin, at
                n_words += 1
                begin = -1
            if byte == 0:
                at += 1
                continue
            # U+2013, 2014, 2018, 2019, 201C, 201D, 2026: dashes, quotation marks, the ellipsis.
            third = content[at + 2] if at + 2 < end else 0
            is_mark = content[at] == 0xE2 and content[at + 1] == 0x80
            if not (is_mark and (third in (0x93, 0x94, 0x98, 0x99, 0x9C, 0x9D, 0xA6))):
                is_plain[number] = False
                n_words = starts[number]
                break
            at += 3
        if begin >= 0:
            keys[n_words], places[n_words, 0], places[n_words, 1] = key, begin, end
            n_words += 1
        starts[number + 1] = n_words
    return keys[:n_words].copy(), places[:n_words].copy(), starts, is_plain


@compile_loop
def _number_keys(keys: Hashes) -> tuple[Ints, Ints]:
    """Number the distinct keys in the order in which they occur: the number of each key, and where each first is."""
    numbers, first = np.empty(len(keys), np.int64), np.empty(len(keys), np.int64)
    size, count = 1 << 12, 0
    slots = np.full(size, -1, np.int64)  # open addressing: the number of the key in each slot
    for at in range(len(keys)):
        slot = np.int64(keys[at] >> np.uint64(20)) & (size - 1)
        while slots[slot] >= 0 and keys[first[slots[slot]]] != keys[at]:
            slot = (slot + 1) & (size - 1)
        if slots[slot] < 0:
            slots[slot], first[count] = count, at
            count += 1
        numbers[at] = slots[slot]
        if 2 * count > size:
            size *= 2
            slots = np.full(size, -1, np.int64)
            for number in range(count):
                slot = np.int64(keys[first[number]] >> np.uint64(20)) & (size - 1)
                while slots[slot] >= 0:
                    slot = (slot + 1) & (size - 1)
                slots[slot] = number
    return numbers, first[:count].copy()
