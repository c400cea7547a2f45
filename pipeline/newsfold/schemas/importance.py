"""What stories are ranked by: the parts of `importance`, in column order, and what they are made of."""

from __future__ import annotations

import pyarrow as pa

# The parts, and how each is worked out; the weights are the configuration's.
IMPORTANCE_PARTS: dict[str, str] = {
    "independent": "weight × ln(1 + n_independent)",
    "families": "weight × ln(1 + n_families)",
    "volume": "weight × ln(1 + n_articles)",
    "growth": "weight × ln(1 + n_new_independent)",
    "recency": "weight × exp(-hours from the last article to the edition's end / importance.recency_hours)",
}
IMPORTANCE_COLUMNS: dict[str, tuple[pa.DataType, str]] = {
    f"importance_{name}": (pa.float32(), f"a part of importance: {made}") for name, made in IMPORTANCE_PARTS.items()
} | {
    "n_families": (pa.int32(), "different publisher families that print it; an outlet of none counts as one"),
    "n_new_independent": (pa.int32(), "independent origins with a text that is new in this edition"),
}
