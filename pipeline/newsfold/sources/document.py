"""What every reader hands on: documents, and failures where something could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import pyarrow as pa

from newsfold import schemas
from newsfold.settings import Outlet

_ROWS_PER_BATCH = 1000  # rows held as Python objects at a time


@dataclass(frozen=True, slots=True)
class Document:
    """One document as found; the `documents` table says what each field means."""

    location: str
    form: Literal["html", "text", "fields"]
    content: bytes | None = None
    id: str | None = None
    url: str | None = None
    outlet: str | None = None
    title: str | None = None
    text: str | None = None
    authors: Sequence[str] = ()
    published_at: str | None = None
    language: str | None = None
    version: str | None = None  # what a listing says of when it changed; not in the table


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, row or item that could not be read, and why; `transient` where it may be read later in the night."""

    location: str
    reason: str
    file_failed: bool = False
    transient: bool = False


Item = Document | Failure


def row(
    document: Document,
    source: str,
    *,
    timezone: str = "UTC",
    outlet: Outlet | None = None,
    publisher_family: str | None = None,
    language: str | None = None,
) -> dict[str, Any]:
    """A row of the `documents` table.

    Args:
        document: what a reader found.
        source: the configured source's name.
        timezone: IANA zone for times that name none.
        outlet: what the configuration knows of the document's outlet, if anything.
        publisher_family: where `outlet` does not say it.
        language: where neither the document nor `outlet` says it.
    """
    known = outlet or Outlet()
    return {
        "source": source,
        "location": _storable(document.location) or source,
        "form": document.form,
        "content": document.content,
        "id": _storable(document.id),
        "url": _storable(document.url),
        "outlet": _storable(known.name or document.outlet),
        "publisher_family": known.publisher_family or publisher_family,
        "country": known.country,
        "title": _storable(document.title),
        "text": _storable(document.text),
        "authors": [name for author in document.authors if (name := _storable(author))],
        "published_at": _storable(document.published_at),
        "timezone": timezone,
        "language": _storable(document.language) or known.language or language,
    }


def tabulate(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """The `documents` table of these rows, in their order; few are Python objects at a time."""
    rest = iter(rows)
    batches = []
    while batch := list(islice(rest, _ROWS_PER_BATCH)):
        batches.append(schemas.build_table("documents", batch))
    return schemas.concat_tables("documents", batches)


def _storable(value: str | None) -> str | None:
    """The value without half characters (lone surrogates), which neither Arrow nor UTF-8 can hold."""
    if not value or value.isascii():
        return value or None
    return value.encode("utf-8", "replace").decode()
