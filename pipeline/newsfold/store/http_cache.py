"""The responses from the web, cached for a few editions, so that a rerun of one sends no request twice.

```
STORE/.web/edition=YYYY-MM-DD/<digest of the address>     one response, as the fetcher serialises it
```
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from newsfold import schemas
from newsfold.store.layout import Store, open_store, parse_date, translate_errors
from newsfold.store.reading import list_editions, load_by_edition

_FOLDER = ".web"


@dataclass(frozen=True)
class HttpCache:
    """The cached responses of one edition, by address."""

    store: Store
    edition: date

    def get(self, address: str) -> bytes | None:
        """Return the cached response of an address, or None.

        Raises:
            StoreError: it is cached, but cannot be read.
        """
        path = self._path(address)
        with translate_errors(self.store, f"Reading the cached response of {address}"):
            if not self.store.exists(path):
                return None
            with self.store.filesystem.open_input_stream(path) as stream:
                return bytes(stream.read())

    def put(self, address: str, response: bytes) -> None:
        """Cache a response atomically.

        Raises:
            StoreError: it cannot be written.
        """
        with (
            translate_errors(self.store, f"Caching the response of {address}"),
            self.store.replace_file(self._path(address), flush=False) as file,
        ):
            file.write(response)

    def _path(self, address: str) -> str:
        name = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self.store.path(_FOLDER, f"edition={self.edition}", name)


def open_http_cache(store: str | Path | Store, edition: date, keep_editions: int) -> HttpCache:
    """Open the cache of an edition, and remove old ones.

    Args:
        store: the store.
        edition: the edition.
        keep_editions: how many of the latest other editions keep theirs.

    Raises:
        StoreError: the store cannot be read or written.
    """
    store = open_store(store)
    with translate_errors(store, "Removing old responses from the HTTP cache"):
        cached = (
            parse_date(info.base_name.removeprefix("edition=")) for info in store.list_children(store.path(_FOLDER))
        )
        for old in sorted(day for day in cached if day and day != edition)[: -keep_editions or None]:
            store.remove_folder(store.path(_FOLDER, f"edition={old}"))
    return HttpCache(store, edition)


def load_latest_fetches(store: str | Path | Store, before: date) -> pa.Table:
    """Load table `fetches` of the last edition before a date that has one; an empty table if none has.

    Only published editions count: one that was never published must be able to fetch everything again.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    for edition in reversed(list_editions(store)):
        tables = load_by_edition(store, "fetches", [edition], verify=True) if edition < before else {}
        if tables:
            return tables[edition]
    return schemas.empty_table("fetches")
