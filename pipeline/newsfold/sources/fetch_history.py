"""What earlier editions asked for on the web, and what the next one should know of this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from newsfold import schemas
from newsfold.sources.fetch import Kept, Validators

_REMEMBERED = timedelta(days=7)  # after a listing named an address last


@dataclass(frozen=True, slots=True)
class Fetch:
    """One address that was asked for: a row of table `fetches`; `unchanged` where the answer is known already."""

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
        """The conditions under which the host need not send it again."""
        return Validators(self.etag, self.last_modified)


@dataclass(frozen=True)
class FetchHistory:
    """What a run knows of the web before it asks.

    Attributes:
        edition: the edition being made.
        fetches: table `fetches` of the last edition before it.
        cache: where this edition's answers are kept; None asks anew each time.
    """

    edition: date
    fetches: pa.Table = field(default_factory=lambda: schemas.empty_table("fetches"))
    cache: Kept | None = None
    _rows: Mapping[str, dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rows", {row["url"]: row for row in self.fetches.to_pylist()})

    def before(self, url: str) -> Fetch | None:
        """What the last edition knew of an address, or None."""
        row = self._rows.get(url)
        if row is None:
            return None
        named = Fetch.__dataclass_fields__
        return Fetch(**{name: value for name, value in row.items() if name in named})

    def after(self, asked: Iterable[Fetch], unchanged_sources: Iterable[str]) -> pa.Table:
        """Table `fetches` for the next edition: what was asked for, and what is still listed or was lately.

        Args:
            asked: what this edition asked for or saw listed.
            unchanged_sources: sources whose listing still names what it named.
        """
        rows: dict[str, dict[str, Any]] = {}
        still = set(unchanged_sources)
        for row in self._rows.values():
            listed = self.edition if row["source"] in still else row["listed_on"]
            if self.edition - listed <= _REMEMBERED:
                rows[row["url"]] = row | {"listed_on": listed}
        for one in asked:
            rows[one.url] = {
                "url": one.url,
                "source": one.source,
                "kind": one.kind,
                "status": one.status,
                "etag": one.etag,
                "last_modified": one.last_modified,
                "n_entries": one.n_entries,
                "fingerprint": one.fingerprint,
                "fetched_on": one.fetched_on or self.edition,
                "listed_on": self.edition,
            }
        rows = {url: row | {"edition_date": self.edition} for url, row in rows.items()}
        return schemas.build_table("fetches", [rows[url] for url in sorted(rows)])
