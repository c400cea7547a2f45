"""One writer at a time where no operating system keeps watch: leases in an object store.

Whoever wants to write puts a claim of its own into `STORE/.locks/` and then looks who else has one. Object stores show
what was put to everyone who looks afterwards (S3 since December 2020, Google and Azure always), so of two that claim at
once at least one sees the other, and neither writes unless its claim is the only one alive. The holder puts its claim
anew every `RENEWED` seconds. One that has not been for `LEASE` seconds, by the store's own clock, is a dead run's, and
the next that looks removes it. A run whose claim is gone, or too old, publishes nothing any more.

This needs no conditional writes, which pyarrow.fs cannot ask for, and no clock but the store's.
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

LEASE, RENEWED = 90.0, 15.0  # seconds
_FOLDER = ".locks"
_TRIES, _PAUSE = 3, 1.0  # of two that claim at one moment, one should get it

_held: dict[str, Lease] = {}


@dataclass
class Lease:
    """A claim that is held."""

    store: Store
    path: str
    renewed: float
    over: threading.Event = field(default_factory=threading.Event)

    def keep(self) -> None:
        """Put the claim anew, again and again, until it is over or gone."""
        while not self.over.wait(RENEWED):
            try:
                if not self.store.exists(self.path):
                    return  # another took it for dead
                _put(self.store, self.path)
                self.renewed = time.monotonic()
            except OSError:
                continue  # the store may answer next time; `require_lease` knows how long it has not


@contextmanager
def hold_lease(store: Store, wait_seconds: float = 0, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold a store for writing.

    Args:
        store: the store.
        wait_seconds: how long to wait for another run to end.
        waiting: called when there is one to wait for.

    Raises:
        StoreLocked: another run holds it, and still does after that time.
        StoreError: the store cannot be read or written.
    """
    until, tries = time.monotonic() + wait_seconds, 0
    path = store.path(_FOLDER, f"{uuid.uuid4().hex}.json")
    while other := _claim(store, path):
        tries += 1
        if time.monotonic() >= until and tries >= _TRIES:
            raise StoreLocked(
                f"Another run is writing to {store.name}. Wait until it ends, or stop it: what it has made so far is "
                f"kept, and its claim, {other.removeprefix(store.root + '/')}, counts for nothing {LEASE:g} seconds "
                "later. Where the store tells no times, remove the claim by hand."
            )
        if waiting and wait_seconds and tries == 1:
            waiting()
        time.sleep(random.uniform(0, _PAUSE))  # noqa: S311 - so that two do not meet again
    held = _held[store.address] = Lease(store, path, time.monotonic())
    keeper = threading.Thread(target=held.keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        held.over.set()
        keeper.join()
        del _held[store.address]
        with translate_errors(store, "Giving up the lock"):
            store.remove_file(path)


def require_lease(store: Store) -> None:
    """Make sure that this process, where it holds a lease of the store, has not lost it.

    Raises:
        StoreLocked: it was too slow to renew it, and another run may be writing by now.
    """
    held = _held.get(store.address)
    if held and (time.monotonic() - held.renewed > LEASE / 2 or not store.exists(held.path)):
        raise StoreLocked(
            f"This run has lost its lock on {store.name}: the store could not be reached for too long, and another run "
            "may be writing by now. Nothing was published; the same command goes on where this one stopped."
        )


def _claim(store: Store, path: str) -> str | None:
    """Claim the store; the claim of another that is in the way, and then none of one's own is left."""
    with translate_errors(store, "Taking the lock"):
        _put(store, path)
        claims = {info.path: info for info in store.list_children(store.path(_FOLDER)) if info.type == fs.FileType.File}
        now = claims[path].mtime if path in claims else None
        for other, info in sorted(claims.items()):
            if other == path:
                continue
            if now and info.mtime and (now - info.mtime).total_seconds() > LEASE:
                store.remove_file(other)
                continue
            store.remove_file(path)
            return str(other)
    return None


def _put(store: Store, path: str) -> None:
    store.make_folder(path.rpartition("/")[0])
    with store.filesystem.open_output_stream(path) as stream:
        stream.write(b"{}\n")
