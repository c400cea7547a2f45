"""Pairs of an edition that are worth labelling, because the scorer is uncertain of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from newsfold import store, text
from newsfold.schemas import pair_features

_BANDS = np.linspace(-4, 4, 11)  # of log-odds: beyond these the scorer is certain enough


def suggest_pairs(address: str | Path, edition: date | str = "latest", count: int = 30) -> list[dict[str, str]]:
    """Suggest pairs to label: equally many from each band of log-odds, on either side of even odds.

    The most uncertain pairs alone (uncertainty sampling) would show little of how far off the scorer is. No article
    appears twice, so that no story dominates.

    Args:
        address: the store.
        edition: a date (or `YYYY-MM-DD`), or `latest`.
        count: number of pairs; there may be fewer.

    Returns:
        Rows of a table of labels, `label` still empty: `left`, `right` (article ids), `label`, and `outlet`, `title`
        and `url` of both, such as `left_title`.

    Raises:
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read.
    """
    pairs = select_uncertain_pairs(store.load(address, "edges", edition), count)
    members = {row["article_id"]: row for row in store.load(address, "story_articles", edition).to_pylist()}
    rows = []
    for left, right in sorted(pairs, key=lambda pair: text.compute_digest(*pair)):
        row = {"left": left, "right": right, "label": ""}
        for side, article in (("left", left), ("right", right)):
            row |= {f"{side}_{name}": members[article][name] or "" for name in ("outlet", "title", "url")}
        rows.append(row)
    return rows


def select_uncertain_pairs(edges: pa.Table, count: int) -> list[tuple[str, str]]:
    """Select pairs in turn from each band of log-odds, no article twice.

    Args:
        edges: columns `left_id`, `right_id` and `probability`.
        count: number of pairs; there may be fewer.
    """
    band = np.digitize(pair_features.edge_log_odds(edges), _BANDS)
    pairs = list(zip(edges["left_id"].to_pylist(), edges["right_id"].to_pylist(), strict=True))
    # Ordered by a digest of the ids: deterministic, and independent of everything else.
    queues = [
        iter(
            sorted((pairs[row] for row in np.flatnonzero(band == number)), key=lambda pair: text.compute_digest(*pair))
        )
        for number in range(1, len(_BANDS))
    ]
    selected: list[tuple[str, str]] = []
    seen: set[str] = set()
    while queues and len(selected) < count:
        for queue in list(queues):
            pair = _next_unseen(queue, seen)
            if pair is None:
                queues.remove(queue)
            elif len(selected) < count:
                selected.append(pair)
                seen.update(pair)
    return selected


def _next_unseen(queue: Iterator[tuple[str, str]], seen: set[str]) -> tuple[str, str] | None:
    return next((pair for pair in queue if seen.isdisjoint(pair)), None)
