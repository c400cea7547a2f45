"""Pairs of an edition that are worth a person's look: what they are labelled, a scorer can learn from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from newsfold import store, text
from newsfold.schemas import pair_features

_BANDS = np.linspace(-4, 4, 11)  # of log-odds: nobody need be asked about what is beyond


def doubtful_pairs(address: str | Path, edition: date | str = "latest", count: int = 30) -> list[dict[str, str]]:
    """Pairs whose labels would tell a scorer most: as many from each band of doubt, on either side of even odds.

    The most doubtful alone (uncertainty sampling) would say little of how far off a scorer is. No article is asked
    about twice, so that no story speaks for all.

    Args:
        address: the store.
        edition: a date (or `YYYY-MM-DD`), or `latest`.
        count: how many pairs; there may be fewer.

    Returns:
        Rows of a table of labels, `label` still empty: `left`, `right` (article ids), `label`, and `outlet`, `title`
        and `url` of either, such as `left_title`.

    Raises:
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read.
    """
    chosen = most_telling(store.load(address, "edges", edition), count)
    members = {row["article_id"]: row for row in store.load(address, "story_articles", edition).to_pylist()}
    rows = []
    for left, right in sorted(chosen, key=lambda pair: text.compute_digest(*pair)):
        row = {"left": left, "right": right, "label": ""}
        for side, article in (("left", left), ("right", right)):
            row |= {f"{side}_{name}": members[article][name] or "" for name in ("outlet", "title", "url")}
        rows.append(row)
    return rows


def most_telling(edges: pa.Table, count: int) -> list[tuple[str, str]]:
    """The pairs to ask about: in turn from each band of log-odds, no article twice.

    Args:
        edges: columns `left_id`, `right_id` and `probability`.
        count: how many pairs; there may be fewer.
    """
    band = np.digitize(pair_features.edge_log_odds(edges), _BANDS)
    ends = list(zip(edges["left_id"].to_pylist(), edges["right_id"].to_pylist(), strict=True))
    # In an order that follows from the articles alone, and from nothing that matters.
    queues = [
        iter(sorted((ends[row] for row in np.flatnonzero(band == number)), key=lambda pair: text.compute_digest(*pair)))
        for number in range(1, len(_BANDS))
    ]
    chosen: list[tuple[str, str]] = []
    seen: set[str] = set()
    while queues and len(chosen) < count:
        for queue in list(queues):
            pair = _next(queue, seen)
            if pair is None:
                queues.remove(queue)
            elif len(chosen) < count:
                chosen.append(pair)
                seen.update(pair)
    return chosen


def _next(queue: Iterator[tuple[str, str]], seen: set[str]) -> tuple[str, str] | None:
    return next((pair for pair in queue if seen.isdisjoint(pair)), None)
