"""One writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from pipeline.errors import StoreLocked
from pipeline.store.layout import Store, open_store, reporting


@contextmanager
def lock(store: str | Path | Store) -> Iterator[None]:
    """Hold a local store for writing; the operating system lets go even of a killed process's lock.

    An object store has no lock: there the scheduler's concurrency limit keeps runs apart.

    Raises:
        StoreLocked: another run holds the store.
        StoreError: the store's folder cannot be made or locked.
    """
    store = open_store(store)
    if store.folder is None:
        yield
        return
    with reporting(store, "Taking the lock"):
        store.folder.mkdir(parents=True, exist_ok=True)
        held = filelock.FileLock(store.folder / ".lock", timeout=0)
        try:
            held.acquire()
        except filelock.Timeout as error:
            raise StoreLocked(
                f"Another run is writing to {store.name}. Wait until it ends, or stop it; "
                f"its lock goes with it, and what it has made so far is kept."
            ) from error
    try:
        yield
    finally:
        held.release()
