"""How much of the shorter of two texts the other has too: the confirmation that every candidate pair must pass."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from pipeline.copies.shingles import Flags, Ints
from pipeline.copies.texts import Texts
from pipeline.settings import Copies

# Words between two common passages that pass for an edit: another spelling, name or phrase. An edit that
# changes a number is none: of two market reports the words are alike, and the numbers are the report.
LONGEST_EDIT = 4
_LITTLE_TOLD = 0.8  # the similarity needed at least where a shingle says little


def similarity(texts: Texts, pairs: Ints) -> npt.NDArray[np.float64]:
    """The share of the shorter text's 3-word shingles that the longer one has too, small edits bridged.

    Containment after Broder 1997, counted where the shingles stand: in texts of 80 words or more, those
    around an edit of up to four words between common passages count as common, unless it changes a number.
    Asymmetric on purpose: a text cut to a third has all of its shingles in the whole one.

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
    edits = np.where(texts.telling[shorter], LONGEST_EDIT, 0)
    starts = texts.shingles.indptr.astype(np.int64)
    return np.asarray(
        _common(texts.sequence, texts.starts, texts.numbers, texts.shingles.indices, starts, shorter, longer, edits)
    )


def suffices(texts: Texts, pairs: Ints, shares: npt.NDArray[np.float64], settings: Copies) -> Flags:
    """Whether a similarity makes copies: `near_similarity`, or .8 at least where shingles tell little.

    Those are texts under 80 words, which are often made by one pattern, and scripts without spaces, where a shingle
    is three characters.
    """
    least = max(settings.near_similarity, _LITTLE_TOLD)
    return shares >= np.where(texts.telling[pairs].all(axis=1), settings.near_similarity, least)


@numba.njit(cache=True, nogil=True)
def _common(
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
        common = 0
        last = -1  # the last common shingle
        for at in range(end - first - 2):
            shingle = sequence[first + at]
            found = np.searchsorted(known, shingle)
            if found < len(known) and known[found] == shingle:
                edited = max(0, at - last - 3)
                bridged = 0 <= last < at - 1 and 0 < edits[pair] >= edited
                if bridged and not numbers[first + at - edited : first + at].any():
                    common += at - last - 1
                common += 1
                last = at
        shares[pair] = common / max(1, end - first - 2)
    return shares
