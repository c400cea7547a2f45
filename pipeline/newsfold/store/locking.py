"""The store's lock: one writer at a time."""

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
    store: str | Path | Store, wait_seconds: float = 0, on_wait: Callable[[], None] | None = None
) -> Iterator[None]:
    """Hold a store for writing while the block runs.

    In a folder the operating system releases the lock even if the process is killed; elsewhere it is a lease
    (`newsfold.store.leases`).

    Args:
        store: a store or its address.
        wait_seconds: how long to wait for another run to end.
        on_wait: called once if there is a run to wait for.

    Raises:
        StoreLocked: another run holds the store, and still does after that time.
        StoreError: the store's folder cannot be created or locked.
    """
    store = open_store(store)
    if store.folder is None:
        with hold_lease(store, wait_seconds, on_wait):
            yield
        return
    with translate_errors(store, "Taking the lock"):
        store.folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(store.folder / ".lock", timeout=0)
        try:
            try:
                lock.acquire()
            except filelock.Timeout:
                if on_wait and wait_seconds:
                    on_wait()
                lock.acquire(wait_seconds, poll_interval=min(1.0, wait_seconds or 1.0))
        except filelock.Timeout as error:
            raise StoreLocked(
                f"Another run is writing to {store.name}. Wait until it ends, or stop it: its lock is released then, "
                f"and its tables are kept."
            ) from error
    try:
        yield
    finally:
        lock.release()
