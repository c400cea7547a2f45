"""The requests of earlier editions, by which this one asks conditionally, and those of this edition for the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from newsfold import schemas
from newsfold.sources.fetcher import ResponseCache, Validators

_KEEP_UNLISTED = timedelta(days=7)  # how long an address that no listing names any more is remembered


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """One requested address: a row of table `fetches`; `unchanged` if its content was known before."""

    url: str
    source: str
    kind: str
    status: int
    etag: str | None = None
    last_modified: str | None = None
    n_entries: int | None = None
    fingerprint: str = ""
    fetched_on: date | None = None
    unchanged: bool = False

    @property
    def validators(self) -> Validators:
        """The validators for a conditional request."""
        return Validators(self.etag, self.last_modified)


@dataclass(frozen=True)
class FetchHistory:
    """The requests of the last edition.

    Attributes:
        edition: the edition in the making.
        fetches: table `fetches` of the last edition before it.
        cache: the responses of this edition; None: request everything.
        refresh: ask for listings again that this edition has asked for before.
    """

    edition: date
    fetches: pa.Table = field(default_factory=lambda: schemas.empty_table("fetches"))
    cache: ResponseCache | None = None
    refresh: bool = False
    _rows: Mapping[str, dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rows", {row["url"]: row for row in self.fetches.to_pylist()})

    def find_record(self, url: str) -> FetchRecord | None:
        """Return the last edition's record of an address, or None."""
        row = self._rows.get(url)
        if row is None:
            return None
        names = FetchRecord.__dataclass_fields__
        return FetchRecord(**{name: value for name, value in row.items() if name in names})

    def build_fetches(self, records: Iterable[FetchRecord], unchanged_sources: Iterable[str]) -> pa.Table:
        """Build table `fetches` for the next edition: this edition's requests, and what is or was lately listed.

        Args:
            records: what this edition requested or saw listed.
            unchanged_sources: sources whose listing names the same as before.
        """
        rows: dict[str, dict[str, Any]] = {}
        unchanged = set(unchanged_sources)
        for row in self._rows.values():
            listed_on = self.edition if row["source"] in unchanged else row["listed_on"]
            if self.edition - listed_on <= _KEEP_UNLISTED:
                rows[row["url"]] = row | {"listed_on": listed_on}
        for record in records:
            rows[record.url] = {
                "url": record.url,
                "source": record.source,
                "kind": record.kind,
                "status": record.status,
                "etag": record.etag,
                "last_modified": record.last_modified,
                "n_entries": record.n_entries,
                "fingerprint": record.fingerprint,
                "fetched_on": record.fetched_on or self.edition,
                "listed_on": self.edition,
            }
        rows = {url: row | {"edition_date": self.edition} for url, row in rows.items()}
        return schemas.build_table("fetches", [rows[url] for url in sorted(rows)])
