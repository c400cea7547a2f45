"""One writer at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from newsfold.errors import StoreLocked
from newsfold.store.layout import Store, open_store, translate_errors
from newsfold.store.leases import hold_lease


@contextmanager
def lock_store(
    store: str | Path | Store, wait_seconds: float = 0, waiting: Callable[[], None] | None = None
) -> Iterator[None]:
    """Hold a store for writing.

    In a folder the operating system lets go even of a killed process's lock; elsewhere it is a lease (`leases`).

    Args:
        store: a store or its address.
        wait_seconds: how long to wait for another run to end.
        waiting: called when there is one to wait for.

    Raises:
        StoreLocked: another run holds the store, and still does after that time.
        StoreError: the store's folder cannot be made or locked.
    """
    store = open_store(store)
    if store.folder is None:
        with hold_lease(store, wait_seconds, waiting):
            yield
        return
    with translate_errors(store, "Taking the lock"):
        store.folder.mkdir(parents=True, exist_ok=True)
        held = filelock.FileLock(store.folder / ".lock", timeout=0)
        try:
            try:
                held.acquire()
            except filelock.Timeout:
                if waiting and wait_seconds:
                    waiting()
                held.acquire(wait_seconds, poll_interval=min(1.0, wait_seconds or 1.0))
        except filelock.Timeout as error:
            raise StoreLocked(
                f"Another run is writing to {store.name}. Wait until it ends, or stop it; "
                f"its lock goes with it, and what it has made so far is kept."
            ) from error
    try:
        yield
    finally:
        held.release()
