"""What the web answered: kept for a few editions, so that a rerun of one asks nobody twice.

```
STORE/.web/edition=YYYY-MM-DD/<digest of the address>     one answer, as the fetcher writes it
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
    """The answers kept for one edition."""

    store: Store
    edition: date

    def get(self, address: str) -> bytes | None:
        """What was kept for an address, or None.

        Raises:
            StoreError: it is there and cannot be read.
        """
        path = self._path(address)
        with translate_errors(self.store, f"Reading the kept answer of {address}"):
            if not self.store.exists(path):
                return None
            with self.store.filesystem.open_input_stream(path) as stream:
                return bytes(stream.read())

    def put(self, address: str, answer: bytes) -> None:
        """Keep an answer, all at once.

        Raises:
            StoreError: it cannot be written.
        """
        with (
            translate_errors(self.store, f"Keeping the answer of {address}"),
            self.store.replace_file(self._path(address)) as file,
        ):
            file.write(answer)

    def _path(self, address: str) -> str:
        name = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return self.store.path(_FOLDER, f"edition={self.edition}", name)


def open_http_cache(store: str | Path | Store, edition: date, keep: int) -> HttpCache:
    """The answers kept for an edition; those of all but the `keep` latest editions, and this one, are let go.

    Raises:
        StoreError: the store cannot be read or written.
    """
    store = open_store(store)
    with translate_errors(store, "Letting go of old answers of the web"):
        kept = (
            parse_date(info.base_name.removeprefix("edition=")) for info in store.list_children(store.path(_FOLDER))
        )
        for old in sorted(found for found in kept if found and found != edition)[: -keep or None]:
            store.remove_folder(store.path(_FOLDER, f"edition={old}"))
    return HttpCache(store, edition)


def load_latest_fetches(store: str | Path | Store, before: date) -> pa.Table:
    """Table `fetches` of the last edition before a date that has one; empty where there is none.

    Only what was published counts: an edition that never came about has to be able to fetch everything again.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    for edition in reversed(list_editions(store)):
        found = load_by_edition(store, "fetches", [edition]) if edition < before else {}
        if found:
            return found[edition]
    return schemas.empty_table("fetches")
