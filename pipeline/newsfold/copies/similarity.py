"""Similarity of two texts, the share of the shorter one that the longer one has: it confirms every candidate pair."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold.copies.shingles import Flags, sort_unique
from newsfold.copies.texts import LONG_TEXT_WORDS, is_compatible_title
from newsfold.copies.words import Ints
from newsfold.loops import compile_loop
from newsfold.publishers import UNKNOWN_OUTLET
from newsfold.schemas.lists import list_starts
from newsfold.settings import Copies

# Words between two common passages that count as an edit: another spelling, name or phrase. A change of a number is
# not an edit: two market reports have the same words, and the numbers are the report.
MAX_EDIT_WORDS = 4
SKETCH_COLUMNS = ("article_id", "words", "spaced", "title_words", "outlet")  # of table `body_sketches`
_MIN_WEAK_SIMILARITY = 0.8  # required at least if shingles say little


@dataclass(frozen=True)
class Texts:
    """Several texts in flat arrays.

    Attributes:
        place: the number of each text, by the first article with it.
        words: number of words of each body, int64 of shape (texts,).
        is_informative: whether a text is long enough, in words and not characters, for its shingles to say something,
            bool of shape (texts,).
        titles: title words of the first article with each text.
        outlets: its outlet.
        shingles: the shingle that begins at each word, text after text; 0 at a text's last two words.
        is_number: whether each of these words is a number.
        starts: where each text begins in `shingles`, int64 of shape (texts + 1,).
        sets: each text's distinct shingles, ascending, text after text.
        set_starts: where each text begins in `sets`, int64 of shape (texts + 1,).
    """

    place: dict[str, int]
    words: Ints
    is_informative: Flags
    titles: list[list[str]]
    outlets: list[str]
    shingles: Ints
    is_number: Flags
    starts: Ints
    sets: Ints
    set_starts: Ints

    @classmethod
    def from_tables(cls, sketches: pa.Table, shingled: pa.Table) -> Texts:
        """Build from the texts of table `body_shingles`.

        Args:
            sketches: table `body_sketches`, at least these articles; bands and anchors are not needed.
            shingled: table `body_shingles`.
        """
        sketches = sketches.take(pc.index_in(shingled["article_id"], sketches["article_id"].combine_chunks()))
        words, has_spaces = sketches["words"].to_numpy().astype(np.int64), sketches["spaced"].to_numpy()
        lists = shingled["shingles"].combine_chunks()
        starts = list_starts(pc.list_value_length(lists).to_numpy(zero_copy_only=False))
        shingles = lists.flatten().to_numpy()
        sets = [sort_unique(shingles[start : max(start, end - 2)]) for start, end in itertools.pairwise(starts)]
        return cls(
            place={article: number for number, article in enumerate(shingled["article_id"].to_pylist())},
            words=words,
            is_informative=np.asarray(has_spaces & (words >= LONG_TEXT_WORDS), dtype=np.bool_),
            titles=sketches["title_words"].to_pylist(),
            outlets=sketches["outlet"].to_pylist(),
            shingles=shingles,
            is_number=shingled["numbers"].combine_chunks().flatten().to_numpy(zero_copy_only=False),
            starts=starts,
            sets=np.concatenate([np.zeros(0, np.int64), *sets]),
            set_starts=list_starts([len(members) for members in sets]),
        )


def compare_texts(texts: Texts, pairs: Ints, settings: Copies) -> tuple[npt.NDArray[np.float64], Flags]:
    """Compute how similar texts are, and whether that, and their titles, make them copies.

    Args:
        texts: the texts.
        pairs: numbers of texts, int64 of shape (pairs, 2).
        settings: when two texts count as copies.

    Returns:
        Similarities, float64, and whether they are copies, bool; each of shape (pairs,).
    """
    similarities = compute_similarity(texts, pairs)
    # .8 at least if shingles say little: in texts under 80 words, which are often made by one pattern, and in
    # scripts without spaces, where a shingle is three characters.
    weak_threshold = max(settings.near_similarity, _MIN_WEAK_SIMILARITY)
    threshold = np.where(texts.is_informative[pairs].all(axis=1), settings.near_similarity, weak_threshold)
    is_copy = similarities >= threshold
    is_copy[is_copy] = _have_compatible_titles(texts, pairs[is_copy])
    return similarities, is_copy


def compute_similarity(texts: Texts, pairs: Ints) -> npt.NDArray[np.float64]:
    """Compute the share of the shorter text's 3-word shingles that the longer one has too, small edits bridged.

    Containment after Broder 1997, counted where the shingles stand: in texts of 80 words or more, those
    around an edit of up to four words between common passages count as common, unless it changes a number.
    Asymmetric on purpose: a text cut to a third has all of its shingles in the whole one.

    Args:
        texts: the texts; those without shingles have nothing in common.
        pairs: numbers of texts, int64 of shape (pairs, 2).

    Returns:
        Shares from 0 to 1, float64 of shape (pairs,).
    """
    if not len(pairs):
        return np.zeros(0)
    is_swapped = texts.words[pairs[:, 0]] > texts.words[pairs[:, 1]]
    shorter = np.where(is_swapped, pairs[:, 1], pairs[:, 0])
    longer = np.where(is_swapped, pairs[:, 0], pairs[:, 1])
    max_edits = np.where(texts.is_informative[shorter], MAX_EDIT_WORDS, 0)
    return np.asarray(
        _contained_shares(
            texts.shingles, texts.starts, texts.is_number, texts.sets, texts.set_starts, shorter, longer, max_edits
        )
    )


def _have_compatible_titles(texts: Texts, pairs: Ints) -> Flags:
    """Return whether titles allow it: a short body needs a like title if the other is of its outlet, or is long."""
    allowed = np.ones(len(pairs), np.bool_)
    lengths = np.sort(texts.words[pairs], axis=1)
    for i in np.flatnonzero(lengths[:, 0] < LONG_TEXT_WORDS):
        a, b = pairs[i].tolist()
        is_one_outlet = texts.outlets[a] == texts.outlets[b] != UNKNOWN_OUTLET
        if is_one_outlet or lengths[i, 1] >= 3 * lengths[i, 0]:
            allowed[i] = is_compatible_title(texts.titles[a], texts.titles[b])
    return allowed


@compile_loop
def _contained_shares(
    shingles: Ints,
    starts: Ints,
    is_number: Flags,
    sets: Ints,
    set_starts: Ints,
    shorter: Ints,
    longer: Ints,
    max_edits: Ints,
) -> npt.NDArray[np.float64]:
    shares = np.zeros(len(shorter))
    for pair in range(len(shorter)):
        first, end = starts[shorter[pair]], starts[shorter[pair] + 1]
        known = sets[set_starts[longer[pair]] : set_starts[longer[pair] + 1]]
        common = 0
        last = -1  # the last common shingle
        for at in range(end - first - 2):
            shingle = shingles[first + at]
            nearest = np.searchsorted(known, shingle)
            if nearest < len(known) and known[nearest] == shingle:
                edited = max(0, at - last - 3)
                is_bridged = 0 <= last < at - 1 and 0 < max_edits[pair] >= edited
                if is_bridged and not is_number[first + at - edited : first + at].any():
                    common += at - last - 1
                common += 1
                last = at
        shares[pair] = common / max(1, end - first - 2)
    return shares
