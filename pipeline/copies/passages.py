"""How much of the shorter of two texts the other has too: the confirmation that every candidate pair must pass."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from pipeline.copies.shingles import Flags, Ints
from pipeline.copies.texts import STANDING_WORDS, Texts

# Words between two common passages that pass for an edit: another spelling, name or phrase. An edit that
# changes a number is none: of two market reports the words are alike, and the numbers are the report.
LONGEST_EDIT = 4


def similarity(texts: Texts, pairs: Ints) -> npt.NDArray[np.float64]:
    """The share of the shorter text's words that stand in passages which the longer one has too.

    A passage is a run of common 3-word shingles (containment after Broder 1997, counted in words). In texts of
    80 words or more, edits of up to four words between passages count as common. Asymmetric on purpose: a text
    cut to a third has all of its words in the whole one.

    Args:
        texts: the texts; those without shingles have nothing in common.
        pairs: numbers of texts, shape (pairs, 2).

    Returns:
        Shares from 0 to 1, shape (pairs,).
    """
    if not len(pairs):
        return np.zeros(0)
    swapped = texts.n_words[pairs[:, 0]] > texts.n_words[pairs[:, 1]]
    shorter = np.where(swapped, pairs[:, 1], pairs[:, 0])
    longer = np.where(swapped, pairs[:, 0], pairs[:, 1])
    edits = np.where(texts.n_words[shorter] >= STANDING_WORDS, LONGEST_EDIT, 0)
    starts = texts.shingles.indptr.astype(np.int64)
    return np.asarray(
        _covered(texts.sequence, texts.starts, texts.numbers, texts.shingles.indices, starts, shorter, longer, edits)
    )


@numba.njit(cache=True, nogil=True)
def _covered(
    sequence: Ints,
    sequence_starts: Ints,
    numbers: Flags,
    sets: Ints,
    set_starts: Ints,
    shorter: Ints,
    longer: Ints,
    edits: Ints,
) -> npt.NDArray[np.float64]:
    shares = np.zeros(len(shorter))
    for pair in range(len(shorter)):
        first, end = sequence_starts[shorter[pair]], sequence_starts[shorter[pair] + 1]
        known = sets[set_starts[longer[pair]] : set_starts[longer[pair] + 1]]
        covered = 0
        seen = -1  # the last covered word, counted from the text's first
        for at in range(end - first - 2):
            shingle = sequence[first + at]
            found = np.searchsorted(known, shingle)
            if found < len(known) and known[found] == shingle:
                gap = at - seen - 1
                if 0 < gap <= edits[pair] and seen >= 0 and not numbers[first + seen + 1 : first + at].any():
                    covered += gap
                covered += at + 2 - max(seen, at - 1)
                seen = at + 2
        shares[pair] = covered / (end - first)
    return shares
