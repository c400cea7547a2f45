"""How much of the shorter of two texts the other has too: the confirmation that every candidate pair must pass."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold.copies.shingles import Flags, Ints, distinct
from newsfold.copies.texts import STANDING_WORDS, UNKNOWN_OUTLET, titles_agree
from newsfold.settings import Copies

# Words between two common passages that pass for an edit: another spelling, name or phrase. An edit that
# changes a number is none: of two market reports the words are alike, and the numbers are the report.
LONGEST_EDIT = 4
_LITTLE_TOLD = 0.8  # the similarity needed at least where a shingle says little


@dataclass(frozen=True)
class Texts:
    """Some texts side by side.

    Attributes:
        place: the number of each, by the first article with it.
        words: of each one's body, shape (texts,).
        telling: long enough, in words and not characters, for a shingle to say something, shape (texts,).
        titles: title words of each one's first article.
        outlets: its outlet.
        sequence: the shingle that begins at each word, text after text; 0 at a text's last two words.
        numbers: whether each of these words is a number.
        starts: where each text begins in `sequence`, shape (texts + 1,).
        sets: each text's distinct shingles, ascending, text after text.
        set_starts: where each text begins in `sets`, shape (texts + 1,).
    """

    place: dict[str, int]
    words: Ints
    telling: Flags
    titles: list[list[str]]
    outlets: list[str]
    sequence: Ints
    numbers: Flags
    starts: Ints
    sets: Ints
    set_starts: Ints

    @classmethod
    def of(cls, bodies: pa.Table, prints: pa.Table) -> Texts:
        """The texts of `body_shingles`.

        Args:
            bodies: table `body_sketches`, these articles' at least; sketches are not needed.
            prints: table `body_shingles`.
        """
        bodies = bodies.take(pc.index_in(prints["article_id"], bodies["article_id"].combine_chunks()))
        words, spaced = bodies["words"].to_numpy().astype(np.int64), bodies["spaced"].to_numpy()
        shingles = prints["shingles"].combine_chunks()
        starts = _starts(pc.list_value_length(shingles).to_numpy(zero_copy_only=False))
        sequence = shingles.flatten().to_numpy()
        sets = [distinct(sequence[start : max(start, end - 2)]) for start, end in itertools.pairwise(starts)]
        return cls(
            place={article: number for number, article in enumerate(prints["article_id"].to_pylist())},
            words=words,
            telling=np.asarray(spaced & (words >= STANDING_WORDS), dtype=np.bool_),
            titles=bodies["title_words"].to_pylist(),
            outlets=bodies["outlet"].to_pylist(),
            sequence=sequence,
            numbers=prints["numbers"].combine_chunks().flatten().to_numpy(zero_copy_only=False),
            starts=starts,
            sets=np.concatenate([np.zeros(0, np.int64), *sets]),
            set_starts=_starts([len(each) for each in sets]),
        )


def _starts(lengths: Sequence[int] | Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)


def are_copies(texts: Texts, pairs: Ints, settings: Copies) -> tuple[npt.NDArray[np.float64], Flags]:
    """How similar texts are, and whether that, and their titles, make them copies.

    Args:
        texts: the texts.
        pairs: numbers of texts, shape (pairs, 2).
        settings: when two texts count as copies.

    Returns:
        Similarities and answers, each of shape (pairs,).
    """
    shares = similarity(texts, pairs)
    # .8 at least where shingles tell little: in texts under 80 words, which are often made by one pattern, and in
    # scripts without spaces, where a shingle is three characters.
    little = max(settings.near_similarity, _LITTLE_TOLD)
    needed = np.where(texts.telling[pairs].all(axis=1), settings.near_similarity, little)
    found = shares >= needed
    found[found] = _titles_allow(texts, pairs[found])
    return shares, found


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
    swapped = texts.words[pairs[:, 0]] > texts.words[pairs[:, 1]]
    shorter = np.where(swapped, pairs[:, 1], pairs[:, 0])
    longer = np.where(swapped, pairs[:, 0], pairs[:, 1])
    edits = np.where(texts.telling[shorter], LONGEST_EDIT, 0)
    return np.asarray(
        _common(texts.sequence, texts.starts, texts.numbers, texts.sets, texts.set_starts, shorter, longer, edits)
    )


def _titles_allow(texts: Texts, pairs: Ints) -> Flags:
    """Whether titles allow it: short bodies of one outlet, or in a long one, need like titles."""
    allowed = np.ones(len(pairs), np.bool_)
    lengths = np.sort(texts.words[pairs], axis=1)
    for i in np.flatnonzero(lengths[:, 0] < STANDING_WORDS):
        a, b = pairs[i].tolist()
        one_outlet = texts.outlets[a] == texts.outlets[b] != UNKNOWN_OUTLET
        if one_outlet or lengths[i, 1] >= 3 * lengths[i, 0]:
            allowed[i] = titles_agree(texts.titles[a], texts.titles[b])
    return allowed


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
