"""The parts of a story's importance in column order, and the columns of `stories` that hold them."""

from __future__ import annotations

import pyarrow as pa

# How each part is computed; the weights are in the section `importance` of the configuration.
IMPORTANCE_PARTS: dict[str, str] = {
    "independent": "weight × ln(1 + n_independent)",
    "families": "weight × ln(1 + n_families)",
    "volume": "weight × ln(1 + n_articles)",
    "growth": "weight × ln(1 + n_new_independent)",
    "recency": "weight × exp(-hours from the last article to the end of the edition's day / recency_hours)",
}
IMPORTANCE_COLUMNS: dict[str, tuple[pa.DataType, str]] = {
    f"importance_{name}": (pa.float32(), f"Part of the importance: {formula}.")
    for name, formula in IMPORTANCE_PARTS.items()
} | {
    "n_families": (
        pa.int32(),
        "Number of publisher families among the members; an outlet without a family counts as one.",
    ),
    "n_new_independent": (pa.int32(), "Number of independent origins with a text that is new in this edition."),
}
