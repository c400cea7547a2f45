"""Leases: one writer at a time in an object store, where no operating system keeps locks.

1. A process that wants to write puts a claim of its own into `STORE/.locks/`, then lists all claims. Object stores list
   whatever was put before (S3 since December 2020, Google and Azure always), so of two processes that claim at once at
   least one sees the other.
2. It writes only if its claim is the only live one; otherwise it removes its claim and tries again.
3. The holder rewrites its claim every `RENEWAL_SECONDS`. A claim that was not renewed for `LEASE_SECONDS`, by the
   store's own clock, belongs to a dead run; the next process that looks removes it.
4. A run whose claim is missing or too old does not publish (`require_lease`).

This needs no conditional writes, which pyarrow.fs does not offer, and no clock but the store's.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pyarrow import fs

from newsfold.errors import StoreLocked
from newsfold.store.layout import Store, translate_errors

LEASE_SECONDS, RENEWAL_SECONDS = 90.0, 15.0
_FOLDER = ".locks"
_TRIES, _MAX_PAUSE_SECONDS = 3, 1.0  # of two processes that claim at the same moment, one should succeed

_held_leases: dict[str, Lease] = {}


@dataclass
class Lease:
    """A claim that this process holds.

    Attributes:
        store: the store.
        path: the claim's file.
        renewed_at: when it was last written, by this machine's monotonic clock, in seconds.
        released: set when the process gives the claim up.
    """

    store: Store
    path: str
    renewed_at: float
    released: threading.Event = field(default_factory=threading.Event)

    def renew_until_released(self) -> None:
        """Rewrite the claim at intervals until it is released or gone."""
        while not self.released.wait(RENEWAL_SECONDS):
            try:
                if not self.store.exists(self.path):
                    return  # another process took this one for dead
                _write_claim(self.store, self.path)
                self.renewed_at = time.monotonic()
            except OSError:
                continue  # the store may answer next time; `require_lease` knows how long it has not


@contextmanager
def hold_lease(store: Store, wait_seconds: float = 0, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold a store for writing while the block runs.

    Args:
        store: the store.
        wait_seconds: how long to wait for another run to end.
        on_wait: called once if there is a run to wait for.

    Raises:
        StoreLocked: another run holds the store, and still does after that time.
        StoreError: the store cannot be read or written.
    """
    deadline, tries = time.monotonic() + wait_seconds, 0
    path = store.path(_FOLDER, f"{uuid.uuid4().hex}.json")
    while other := _claim_store(store, path):
        tries += 1
        if time.monotonic() >= deadline and tries >= _TRIES:
            raise StoreLocked(
                f"Another run is writing to {store.name}. Wait until it ends, or stop it: its tables are kept, and "
                f"its claim, {other.removeprefix(store.root + '/')}, expires {LEASE_SECONDS:g} seconds later. "
                "If the store does not report modification times, delete the claim by hand."
            )
        if on_wait and wait_seconds and tries == 1:
            on_wait()
        time.sleep(random.uniform(0, _MAX_PAUSE_SECONDS))  # noqa: S311 - so that two do not meet again
    lease = _held_leases[store.address] = Lease(store, path, time.monotonic())
    renewer = threading.Thread(target=lease.renew_until_released, daemon=True)
    renewer.start()
    try:
        yield
    finally:
        lease.released.set()
        renewer.join()
        del _held_leases[store.address]
        with translate_errors(store, "Releasing the lock"):
            store.remove_file(path)


def require_lease(store: Store) -> None:
    """Check that this process, if it holds a lease of the store, has not lost it.

    Raises:
        StoreLocked: the lease was not renewed in time, and another run may be writing by now.
    """
    lease = _held_leases.get(store.address)
    if lease and (time.monotonic() - lease.renewed_at > LEASE_SECONDS / 2 or not store.exists(lease.path)):
        raise StoreLocked(
            f"This run has lost its lock on {store.name}: the store could not be reached for too long, and another run "
            "may be writing by now. Nothing was published. Run the same command again: it resumes where this one "
            "stopped."
        )


def _claim_store(store: Store, path: str) -> str | None:
    """Claim the store; if another live claim exists, withdraw and return the path of that one."""
    with translate_errors(store, "Taking the lock"):
        _write_claim(store, path)
        claims = {info.path: info for info in store.list_children(store.path(_FOLDER)) if info.type == fs.FileType.File}
        now = claims[path].mtime if path in claims else None
        for other, info in sorted(claims.items()):
            if other == path:
                continue
            if now and info.mtime and (now - info.mtime).total_seconds() > LEASE_SECONDS:
                store.remove_file(other)
                continue
            store.remove_file(path)
            return str(other)
    return None


def _write_claim(store: Store, path: str) -> None:
    store.make_folder(path.rpartition("/")[0])
    with store.filesystem.open_output_stream(path) as stream:
        stream.write(b"{}\n")
