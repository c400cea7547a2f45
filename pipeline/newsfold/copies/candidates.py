"""Candidate pairs of texts, which are worth comparing: those with an equal MinHash band or common anchors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold.copies.components import label_components
from newsfold.copies.parts import Part, list_parts, read_sketches
from newsfold.copies.sketches import ANCHOR_RATE
from newsfold.copies.tables import NEAR_COMPONENTS, SHARED_ANCHORS, TEXT_NUMBER_PAIRS, TEXT_PAIRS
from newsfold.copies.words import Ints
from newsfold.dataflow import Context, TableView
from newsfold.settings import Copies

_BUCKET_REACH = 24  # neighbours paired in a bucket: a larger bucket stays connected through them
_ANCHOR_SHARE = 0.4  # of the similarity required: few anchors estimate it badly, and the texts decide
_MAX_ANCHOR_TEXTS = 24  # an anchor in more texts is boilerplate
_CHUNK = 1024


def find_near_copies(sketch_parts: TableView, texts: TableView, body_sketches: TableView) -> pa.Table:
    """Pair texts that are similar as wholes, as an equal MinHash band shows.

    Returns:
        Table `near_pairs`, sorted in each part.
    """
    listed = texts.read(["article_id", "words", "comparable"])
    numbers, by_length = _number_rows(body_sketches, listed, listed["comparable"]), _order_by_length(listed)
    found = [
        _unique_pairs(list(_pair_in_buckets(_read_bands(body_sketches, numbers, part), by_length)))
        for part in list_parts(sketch_parts)
    ]
    left, right = np.concatenate([np.zeros((0, 2), np.int64), *found]).T
    return pa.table({"left": left, "right": right}, schema=TEXT_NUMBER_PAIRS)


def list_near_pairs(texts: TableView, near_pairs: TableView) -> pa.Table:
    """List the pairs of all parts, each once: table `text_pairs`, sorted by the rows of `texts`."""
    pairs = near_pairs.read()
    numbers = np.column_stack([pairs[end].to_numpy() for end in ("left", "right")])
    return _build_pairs(texts.read(["article_id"]), _unique_pairs([numbers]))


def connect_near_copies(texts: TableView, text_links: TableView) -> pa.Table:
    """Group near copies, and choose the texts of which excerpts are sought: the longest stands for its near copies.

    An excerpt of one is an excerpt of it, and a text in many outlets would pass for boilerplate.

    Returns:
        Table `near_components`, a row per text.
    """
    listed = texts.read(["article_id", "words", "comparable"])
    labels = label_components(listed, text_links.read())
    by_length = _order_by_length(listed)
    is_source = np.zeros(len(labels), np.bool_)
    is_source[by_length[np.unique(labels[by_length], return_index=True)[1]]] = True
    is_source &= listed["comparable"].to_numpy()
    return pa.table({"component": labels, "is_source": is_source}, schema=NEAR_COMPONENTS)


def find_shared_anchors(
    sketch_parts: TableView, texts: TableView, near_components: TableView, body_sketches: TableView
) -> pa.Table:
    """Find the anchors that several texts have: table `shared_anchors`. Most anchors are in one text only."""
    listed = texts.read(["article_id"])
    numbers = _number_rows(body_sketches, listed, near_components.read(["is_source"])["is_source"])
    found = []
    for part in list_parts(sketch_parts):
        numbered = [np.zeros(0, np.int64)]
        anchors = [np.zeros(0, np.int64)]
        for start, sketches in read_sketches(body_sketches, ["anchors", "n_anchors"]):
            values = sketches["anchors"].combine_chunks().flatten().to_numpy()
            own = np.repeat(numbers[start : start + sketches.num_rows], sketches["n_anchors"].to_numpy())
            is_own = (own >= 0) & part.contains(values // ANCHOR_RATE)
            numbered.append(own[is_own])
            anchors.append(values[is_own])
        found.append(_select_shared(np.concatenate(numbered), np.concatenate(anchors)))
    return pa.concat_tables(found) if found else SHARED_ANCHORS.empty_table()


def find_excerpts(
    texts: TableView, near_components: TableView, shared_anchors: TableView, context: Context
) -> pa.Table:
    """Pair texts of which one may be an excerpt of the other, as common anchors show.

    They share about as many anchors as an excerpt shares with its source. Each pair's shorter text comes with every
    near copy of the longer: its title may agree with only one of theirs.

    Returns:
        Table `cut_pairs`.
    """
    listed = texts.read(["article_id", "words", "n_anchors"])
    pairs = _pair_by_anchors(shared_anchors.read(), listed["n_anchors"].to_numpy(), context.settings.copies)
    labels = near_components.read(["component"])["component"].to_numpy()
    return _build_pairs(listed, _expand_to_components(listed["words"].to_numpy(), pairs, labels))


def _order_by_length(texts: pa.Table) -> Ints:
    """Return the rows of texts, the longest first, int64 of shape (texts,)."""
    words = texts["words"].to_numpy()
    return np.asarray(np.lexsort((np.arange(len(words)), -words)))


def _number_rows(body_sketches: TableView, texts: pa.Table, is_wanted: pa.ChunkedArray) -> Ints:
    """Return the row in `texts` of each sketch, -1 if it is not wanted or only repeats a text; int64 of shape (n,)."""
    ids = body_sketches.read(["article_id"])["article_id"]
    numbers = pc.fill_null(pc.index_in(ids, texts["article_id"].combine_chunks()), -1).to_numpy().astype(np.int64)
    numbers[numbers >= 0] = np.where(is_wanted.to_numpy(), np.arange(len(is_wanted)), -1)[numbers[numbers >= 0]]
    return np.asarray(numbers)


def _build_pairs(texts: pa.Table, pairs: Ints) -> pa.Table:
    """Build table `text_pairs` from numbers of texts, int64 of shape (pairs, 2)."""
    ids = texts["article_id"].combine_chunks()
    columns = {"left_id": ids.take(pa.array(pairs[:, 0])), "right_id": ids.take(pa.array(pairs[:, 1]))}
    return pa.table(columns, schema=TEXT_PAIRS)


def _read_bands(body_sketches: TableView, numbers: Ints, part: Part) -> list[tuple[Ints, Ints]]:
    """Return the texts that have a value in a part and these values, band by band.

    Args:
        body_sketches: the sketches, in which a text has either all bands or none.
        numbers: the text of each, -1 if it is left out.
        part: the part.
    """
    found: list[list[tuple[Ints, Ints]]] = []
    for start, sketches in read_sketches(body_sketches, ["bands"]):
        lists = sketches["bands"].combine_chunks()
        lengths = pc.list_value_length(lists).to_numpy(zero_copy_only=False)
        if not lengths.any():
            continue
        own = numbers[start : start + len(lists)][lengths > 0]
        bands = lists.flatten().to_numpy().reshape(len(own), -1)
        found = found or [[] for _ in range(bands.shape[1])]
        for of_band, values in zip(found, bands.T, strict=True):
            is_own = (own >= 0) & part.contains(values)
            of_band.append((own[is_own], values[is_own]))
    return [
        (np.concatenate(texts), np.concatenate(values)) for texts, values in (zip(*each, strict=True) for each in found)
    ]


def _pair_in_buckets(of_bands: Iterable[tuple[Ints, Ints]], by_length: Ints) -> Iterator[Ints]:
    """Pair texts with equal values in a band.

    Args:
        of_bands: texts and values, band by band.
        by_length: all texts, the longest first, so that a bucket larger than the reach still pairs like with like.
    """
    place = np.empty(len(by_length), np.int64)
    place[by_length] = np.arange(len(by_length))
    for texts, values in of_bands:
        first = np.argsort(place[texts])
        order = first[np.argsort(values[first], kind="stable")]
        column, members = values[order], texts[order]
        for step in range(1, _BUCKET_REACH + 1):
            equal = np.flatnonzero(column[step:] == column[:-step])
            if not len(equal):
                break
            yield np.column_stack([members[equal], members[equal + step]])


def _select_shared(texts: Ints, anchors: Ints) -> pa.Table:
    """Return table `shared_anchors` of those among anchors that occur more than once.

    Args:
        texts: the text of each anchor, int64 of shape (n,).
        anchors: int64 of shape (n,), each at most once in a text.
    """
    shared, frequency = _count_repeated(anchors)
    place = np.searchsorted(shared, anchors)
    is_shared = np.append(shared, -1)[place] == anchors
    is_specific = frequency[place[is_shared]] <= _MAX_ANCHOR_TEXTS
    columns = {"text": texts[is_shared], "anchor": anchors[is_shared], "is_specific": is_specific}
    return pa.table(columns, schema=SHARED_ANCHORS)


def _pair_by_anchors(shared_anchors: pa.Table, n_anchors: Ints, settings: Copies) -> Ints:
    """Return pairs of texts, int64 of shape (pairs, 2), each left < right, sorted.

    Args:
        shared_anchors: the table of that name.
        n_anchors: number of anchors of each text, int64 of shape (texts,).
        settings: when two texts count as copies.
    """
    texts, anchors = shared_anchors["text"].to_numpy(), shared_anchors["anchor"].to_numpy()
    is_specific = shared_anchors["is_specific"].to_numpy()
    n_specific = n_anchors - np.bincount(texts[~is_specific], minlength=len(n_anchors))
    nodes, rows = np.unique(texts[is_specific], return_inverse=True)
    specific, columns = np.unique(anchors[is_specific], return_inverse=True)
    shape = (len(nodes), len(specific))
    incidence = sparse.csr_matrix((np.ones(len(rows), np.int32), (rows, columns)), shape=shape)
    min_share = _ANCHOR_SHARE * settings.near_similarity
    parts = []
    for start in range(0, len(nodes), _CHUNK):
        common = sparse.coo_matrix(incidence[start : start + _CHUNK] @ incidence.T)
        left, right = nodes[common.row.astype(np.int64) + start], nodes[common.col]
        is_candidate = common.data >= min_share * np.minimum(n_specific[left], n_specific[right])
        parts.append(np.column_stack([left, right])[is_candidate & (left < right)])
    return _unique_pairs(parts)


def _count_repeated(values: Ints) -> tuple[Ints, Ints]:
    """Return the values that occur more than once, ascending, and how often."""
    ordered = np.sort(values)
    is_first = np.concatenate([ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]])
    starts = np.flatnonzero(is_first)
    counts = np.diff(np.append(starts, len(ordered)))
    return ordered[starts[counts > 1]], counts[counts > 1]


def _expand_to_components(words: Ints, pairs: Ints, labels: Ints) -> Ints:
    """Pair each pair's shorter text with every text of the longer one's component."""
    is_swapped = words[pairs[:, 0]] > words[pairs[:, 1]]
    shorter, longer = np.where(is_swapped, pairs.T[::-1], pairs.T)
    members = np.argsort(labels, kind="stable")
    first = np.searchsorted(labels[members], labels[longer])
    sizes = np.bincount(labels, minlength=1)[labels[longer]]
    places = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(first, sizes)
    return np.column_stack([np.repeat(shorter, sizes), members[places]])


def _unique_pairs(parts: Sequence[Ints]) -> Ints:
    pairs = np.concatenate([np.zeros((0, 2), np.int64), *parts])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    return pairs[pairs[:, 0] < pairs[:, 1]]
