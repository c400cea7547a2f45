"""The boundary of a store: the date before which its editions were removed, on purpose and for good.

```
STORE/.boundary.json     {"pruned_before": "2013-06-05"}
```

Readers see no edition before it, from the moment that the file is written, whichever of their files still exist.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from newsfold.errors import StoreError
from newsfold.store.layout import Store, open_store, parse_date, translate_errors

_FILE = ".boundary.json"
_KEY = "pruned_before"


def read_boundary(store: Store) -> date | None:
    """Return the date before which all editions were removed; None if none were, or if nobody can tell any more.

    Raises:
        OSError: the store cannot be read.
    """
    try:
        return parse_date(str(store.read_json(store.path(_FILE)).get(_KEY)))
    except (FileNotFoundError, ValueError):
        # A boundary that cannot be read hides nothing: what it hid is gone already, or `verify` finds its remains.
        return None


def write_boundary(store: Store, before: date) -> None:
    """Hide all editions before a date, durably and in one step."""
    store.write_json(store.path(_FILE), {_KEY: str(before)})


def require_past(store: str | Path | Store, edition: date, days: int) -> None:
    """Refuse an edition that was removed, or whose window begins before the boundary: it would have other stories.

    Args:
        store: a store or its address.
        edition: the edition that is about to be made.
        days: the length of its window in days, including the edition's own.

    Raises:
        StoreError: editions that it would be built on were removed, or the store cannot be read.
    """
    store = open_store(store)
    with translate_errors(store, "Reading which editions were removed"):
        boundary = read_boundary(store)
    if boundary and edition - timedelta(days=days - 1) < boundary:
        first = boundary + timedelta(days=days - 1)
        raise StoreError(
            f"The edition {edition} cannot be made in {store.name}: those before {boundary}, on which it would be "
            f"built, were removed (`newsfold prune`). The first one that can be made is {first}; make those before it "
            "in another store (`--store`)."
        )
