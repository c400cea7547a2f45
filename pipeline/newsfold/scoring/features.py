"""Pair features: what a person would compare in two articles, as one column per feature; unknown values are missing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from newsfold.schemas import pair_features
from newsfold.scoring.pair_loops import Floats, Rows, compare_words, count_common
from newsfold.scoring.profiles import Profiles
from newsfold.scoring.time_gaps import hours_apart, hours_seen_apart
from newsfold.scoring.window_stats import WindowStats

_CHUNK = 2_000  # pairs whose vectors are gathered at a time: they fit the processor's cache
# From these values, two texts in different languages share words or names.
_LEAST_SHARED = {"body_cosine": 0.1, "title_in_text": 0.15, "rarest_shared": 4.0, "title_cosine": 0.1}
_MAX_CONFLICT = 0.8
_COMMON_RARITY, _RARE = 4.0, 8.0  # mean rarity from which shared words account for a distance in time, and wholly
_SMALL_WINDOW = 200  # articles


def compute_features(profiles: Profiles, stats: WindowStats, left: Rows, right: Rows) -> dict[str, Floats]:
    """Compute every feature of some of a window's pairs.

    Args:
        profiles: of n articles.
        stats: of the whole window.
        left: rows of the pairs' left articles in `profiles`, shape (m,).
        right: their right articles, shape (m,).

    Returns:
        For each name of `pair_features.FEATURES` and `EXTRA_COLUMNS` a float32 array of shape (m,); NaN is missing.
    """
    cosine = _dense_cosine(profiles.vectors, left, right)
    hours = hours_seen_apart(profiles.table, left, right, first_seen_together=stats.first_seen_together)
    if stats.usual_hours is not None:
        hours = np.where(np.isnan(hours), np.float32(stats.usual_hours), hours)
    days = np.log1p(np.maximum(hours - 24, 0) / 24)
    shared = compare_words(profiles.words, profiles.titles, profiles.names, stats.rarity, left, right)
    n_words, n_title_words = (np.diff(rows.starts) for rows in (profiles.words, profiles.titles))
    title_rarity, name_rarity = (profiles.floats(name) for name in ("title_rarity", "name_rarity"))
    columns = {
        "dense_cosine": cosine,
        "dense_zscore": _dense_zscore(profiles, cosine, left, right),
        "shared_nearest_neighbours": _shared_neighbours(profiles, stats.n_articles, left, right),
        "body_cosine": _drop_empty(shared.body_product, n_words, left, right),
        "title_in_text": _average_shares(shared.left_title, shared.right_title, title_rarity, left, right),
        "rarest_shared": shared.rarest,
        "name_conflict": 1 - _average_shares(shared.left_names, shared.right_names, name_rarity, left, right),
        "number_overlap": _number_overlap(profiles, left, right),
        "days_apart_log": days,
        "unexplained_days_log": days * (1 - np.clip((shared.rarest - _COMMON_RARITY) / (_RARE - _COMMON_RARITY), 0, 1)),
        "same_outlet": _same_outlet(profiles, left, right),
        "title_cosine": _drop_empty(shared.title_product, n_title_words, left, right),
        "hours_apart": hours_apart(profiles.table, left, right),
        "headline_only": _headline_only(profiles, left, right),
    }
    # Shared words are evidence for a pair in any languages; their absence is evidence against it in one language only.
    foreign = _are_foreign(profiles, left, right)
    if foreign.any():
        for name, least in _LEAST_SHARED.items():
            columns[name][foreign & ~(columns[name] >= least)] = np.nan
        columns["name_conflict"][foreign & (columns["name_conflict"] > _MAX_CONFLICT)] = np.nan
    return columns


def _headline_only(profiles: Profiles, left: Rows, right: Rows) -> Floats:
    is_headline = profiles.floats("headline_only")
    return np.asarray(np.maximum(is_headline[left], is_headline[right]), dtype=np.float32)


def _dense_cosine(vectors: Floats, left: Rows, right: Rows) -> Floats:
    result = np.empty(len(left), dtype=np.float32)
    for start in range(0, len(left), _CHUNK):
        part = slice(start, start + _CHUNK)
        result[part] = np.einsum("ij,ij->i", vectors.take(left[part], axis=0), vectors.take(right[part], axis=0))
    return result


def _dense_zscore(profiles: Profiles, cosine: Floats, left: Rows, right: Rows) -> Floats:
    """Return how far a pair's cosine lies above both articles' cosines with the window, in standard deviations.

    On a night dominated by one theme everything about it is similar, so similarity says less.
    """
    mean, std = profiles.doubles("cosine_mean"), profiles.doubles("cosine_std")
    zscores = (cosine - mean[left]) / std[left] + (cosine - mean[right]) / std[right]
    return np.asarray(zscores / 2, dtype=np.float32)


def _shared_neighbours(profiles: Profiles, window_size: int, left: Rows, right: Rows) -> Floats:
    """Return the share of the two articles' nearest neighbours (themselves included) that they have in common.

    In a small window any two articles share neighbours, so the share is shrunk towards zero.
    """
    shared = count_common(*profiles.neighbours, left, right) / (pair_features.N_NEIGHBOURS + 1)
    return np.asarray(shared * window_size / (window_size + _SMALL_WINDOW), dtype=np.float32)


def _drop_empty(products: Floats, sizes: Rows, left: Rows, right: Rows) -> Floats:
    """Return the products, NaN if either row is empty."""
    empty = sizes == 0
    return np.where(empty[left] | empty[right], np.float32(np.nan), products)


def _average_shares(of_left: Floats, of_right: Floats, totals: Floats, left: Rows, right: Rows) -> Floats:
    """Return the share of an article's weight that the other one mentions, mean of both ways; NaN without weight."""
    in_right, in_left = _divide(of_left, totals[left]), _divide(of_right, totals[right])
    return np.asarray((in_right + in_left) / 2, dtype=np.float32)


def _number_overlap(profiles: Profiles, left: Rows, right: Rows) -> Floats:
    """Return the share of the poorer article's numbers that the other has too, NaN if either has none."""
    totals = np.diff(profiles.numbers[0]).astype(np.float32)
    return _divide(count_common(*profiles.numbers, left, right), np.minimum(totals[left], totals[right]))


def _divide(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, NaN if whole is zero."""
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan, np.float32), where=whole > 0))


def _same_outlet(profiles: Profiles, left: Rows, right: Rows) -> Floats:
    one, other = profiles.outlets[left], profiles.outlets[right]
    same = (one == other).astype(np.float32)
    same[(one < 0) | (other < 0)] = np.nan
    return np.asarray(same, dtype=np.float32)


def _are_foreign(profiles: Profiles, left: Rows, right: Rows) -> npt.NDArray[np.bool_]:
    """Return whether the two articles are known to be in different languages."""
    one, other = profiles.languages[left], profiles.languages[right]
    return np.asarray((one != other) & (one >= 0) & (other >= 0))
