"""The parts of a story's importance in column order, and the columns of `stories` that hold them."""

from __future__ import annotations

import pyarrow as pa

# How each part is computed; the weights are in the section `importance` of the configuration. Counts and the last
# article are those of a story's news; of its analysis if it has no news; and of all its members if it has neither.
IMPORTANCE_PARTS: dict[str, str] = {
    "independent": "weight × ln(1 + independent origins)",
    "families": "weight × ln(1 + publisher families)",
    "volume": "weight × ln(1 + articles)",
    "growth": "weight × ln(1 + independent origins with a text that is new in this edition)",
    "recency": "weight × exp(-hours from the last article to the end of the edition's day / recency_hours)",
    "kind": "weight × 1 for a story with news, × ½ for one with analysis, × 0 for others",
}
IMPORTANCE_COLUMNS: dict[str, tuple[pa.DataType, str]] = {
    f"importance_{name}": (
        pa.float32(),
        f"Part of the importance: {formula}."
        if name == "kind"
        else f"Part of the importance: {formula}; of its news, or its analysis, if it has any.",
    )
    for name, formula in IMPORTANCE_PARTS.items()
} | {
    "n_families": (
        pa.int32(),
        "Number of publisher families among the members; an outlet without a family counts as one.",
    ),
    "n_new_independent": (pa.int32(), "Number of independent origins with a text that is new in this edition."),
}
