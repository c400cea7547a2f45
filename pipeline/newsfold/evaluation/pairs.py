"""Precision and recall of same-story pairs, by the languages of their articles and by the days between them.

A pair is *true* if its labels agree, *joined* if its clusters do, *correct* if both do. All pairs of labelled articles
count, copies included, so the figures of a table add up to pairwise precision and recall. Pairs are counted within
groups, never listed: a cluster of 10,000 articles has 50 million.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
from scipy import sparse

from newsfold.evaluation.metrics import Labels, Mask, encode_labelled

DAY_BANDS: dict[str, float] = {"0-1": 1, "1-2": 2, "2-4": 4, "4-7": 7, "7-14": 14, "14+": np.inf}
"""Bands of days between two articles: each begins where the one before ends, and ends below its number."""
UNKNOWN = "unknown"
WITHIN, ACROSS = "within a language", "across languages"

_SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class PairAgreement:
    """Agreement of labels and clusters on some pairs."""

    true_pairs: int
    joined_pairs: int
    correct_pairs: int
    recall: float | None
    """Share of the true pairs that are joined; None without any."""
    precision: float | None
    """Share of the joined pairs that are true; None without any."""


def agreement_by_languages(
    gold: Sequence[str | None], clusterings: Iterable[tuple[Sequence[object], Mask]], languages: Sequence[str]
) -> dict[str, PairAgreement]:
    """Compute the agreement per pair of languages.

    Args:
        gold: labels of shape (n,); None is unlabelled.
        clusterings: clusters of shape (n,), each with a mask of the articles that are scored on them. A pair counts
            half for each of its scored articles, so that clusterings that score different articles add up.
        languages: of shape (n,).

    Returns:
        Pairs within a language and across languages, as `WITHIN` and `ACROSS`, then by languages such as `de` and
        `de-en`, in order of falling true pairs. Empty if there are fewer than two languages.
    """
    names, codes = np.unique(np.array(languages, dtype=object).astype(str), return_inverse=True)
    if len(names) < 2:
        return {}

    def count(groups: Labels, rows: Labels, scored: Mask) -> npt.NDArray[np.int64]:
        return _count_ends_by_code(groups, codes[rows], scored, len(names))

    true, joined, correct = _add_up(gold, clusterings, count)
    diagonal = np.eye(len(names), dtype=bool)
    table = {
        WITHIN: _agreement(*(ends[diagonal].sum() for ends in (true, joined, correct))),
        ACROSS: _agreement(*(ends[~diagonal].sum() for ends in (true, joined, correct))),
    }
    cells = {}
    for i, first in enumerate(names):
        for j, second in enumerate(names[: i + 1]):
            ends = (counts[i, j] + (counts[j, i] if i != j else 0) for counts in (true, joined, correct))
            cells[str(first) if i == j else f"{second}-{first}"] = _agreement(*ends)
    shown = {name: cell for name, cell in cells.items() if cell.true_pairs or cell.joined_pairs}
    return table | dict(sorted(shown.items(), key=lambda item: (-item[1].true_pairs, item[0])))


def agreement_by_days(
    gold: Sequence[str | None],
    clusterings: Iterable[tuple[Sequence[object], Mask]],
    published_at: Sequence[datetime | None],
) -> dict[str, PairAgreement]:
    """Compute the agreement by days between two articles.

    Args:
        gold: labels of shape (n,); None is unlabelled.
        clusterings: as in `agreement_by_languages`.
        published_at: of shape (n,); None is unknown.

    Returns:
        By band of `DAY_BANDS`, then `UNKNOWN`: pairs of which a time is unknown. Bands without pairs are left out.
    """
    seconds = np.array([time.timestamp() if time else np.nan for time in published_at], dtype=np.float64)

    def count(groups: Labels, rows: Labels, scored: Mask) -> npt.NDArray[np.int64]:
        return _count_ends_by_days(groups, seconds[rows], scored)

    true, joined, correct = _add_up(gold, clusterings, count)
    bands = (*DAY_BANDS, UNKNOWN)
    cells = {band: _agreement(true[i], joined[i], correct[i]) for i, band in enumerate(bands)}
    return {band: cell for band, cell in cells.items() if cell.true_pairs or cell.joined_pairs}


def _add_up(
    gold: Sequence[str | None],
    clusterings: Iterable[tuple[Sequence[object], Mask]],
    count: Callable[[Labels, Labels, Mask], npt.NDArray[np.int64]],
) -> tuple[npt.NDArray[np.int64], ...]:
    """Add up the ends of true, joined and correct pairs over the clusterings."""
    totals: list[npt.NDArray[np.int64]] = []
    for clusters, scored in clusterings:
        truth, predicted, rows = encode_labelled(gold, clusters)
        both = truth * (int(predicted.max(initial=0)) + 1) + predicted
        counts = [count(groups, rows, scored[rows]) for groups in (truth, predicted, both)]
        totals = [total + new for total, new in zip(totals, counts, strict=True)] if totals else counts
    return tuple(totals)


def _agreement(true_ends: int, joined_ends: int, correct_ends: int) -> PairAgreement:
    """Build the agreement of pairs that were counted from either end."""
    return PairAgreement(
        int(true_ends) // 2,
        int(joined_ends) // 2,
        int(correct_ends) // 2,
        round(float(correct_ends / true_ends), 4) if true_ends else None,
        round(float(correct_ends / joined_ends), 4) if joined_ends else None,
    )


def _count_ends_by_code(groups: Labels, codes: Labels, scored: Mask, n_codes: int) -> npt.NDArray[np.int64]:
    """Count pairs within groups from their scored ends, by the codes of this end and the other: (codes, codes)."""
    shape = (int(groups.max(initial=-1)) + 1, n_codes)
    members = sparse.csr_matrix((np.ones(len(groups), np.int64), (groups, codes)), shape=shape)
    ends = sparse.csr_matrix((scored.astype(np.int64), (groups, codes)), shape=shape)
    with_self = np.asarray((ends.T @ members).toarray(), dtype=np.int64)
    return with_self - np.diag(np.bincount(codes[scored], minlength=n_codes))


def _count_ends_by_days(groups: Labels, seconds: npt.NDArray[np.float64], scored: Mask) -> npt.NDArray[np.int64]:
    """Count pairs within groups from their scored ends, by band of days, and of unknown days: (bands + 1,)."""
    known = ~np.isnan(seconds)
    ends = int((np.bincount(groups)[groups] - 1)[scored].sum())
    limits = [limit * _SECONDS_PER_DAY for limit in DAY_BANDS.values() if limit < np.inf]
    times, kept = np.floor(seconds[known]).astype(np.int64), groups[known]
    known_ends = int((np.bincount(kept)[kept] - 1)[scored[known]].sum())
    if not len(times):
        return np.array([0] * len(DAY_BANDS) + [ends])
    # Groups follow each other on one time axis, so far apart that no limit reaches from one into the next.
    axis = (times - times.min()) + kept * (int(np.ptp(times)) + int(max(limits)) + 1)
    own, axis = axis[scored[known]], np.sort(axis)
    within = [
        int((np.searchsorted(axis, own + limit) - np.searchsorted(axis, own - limit, side="right") - 1).sum())
        for limit in map(int, limits)
    ]
    return np.diff([0, *within, known_ends, ends])
