"""The result of reading a source: documents, failures, and the rows of table `documents` made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

import pyarrow as pa

from newsfold import schemas
from newsfold.settings import Outlet

_ROWS_PER_BATCH = 1000  # rows held as Python objects at a time

# How a title or text is written, as its format declares it: plain text, or markup; None: not declared.
Form = Literal["text", "html"] | None
Progress = Callable[[str, int], None]  # called with a source's name and its number of documents or pages so far


@dataclass(frozen=True, slots=True)
class Document:
    """One document as found; the `documents` table describes each field."""

    location: str
    form: Literal["html", "text", "fields"]
    content: bytes | None = None
    id: str | None = None
    url: str | None = None
    outlet: str | None = None
    title: str | None = None
    title_form: Form = None
    text: str | None = None
    text_form: Form = None
    authors: Sequence[str] = ()
    published_at: str | None = None
    language: str | None = None
    entry_id: str | None = None
    version: str | None = None  # when it changed, according to its listing; not in the table


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, row or item that could not be read, and why.

    Attributes:
        location: where it is, for messages.
        reason: why it could not be read.
        file_failed: the file or listing as a whole failed, not a part of it.
        transient: it may be readable later in the night.
        count: number of documents that it stands for, such as all entries of a listing that have no date.
    """

    location: str
    reason: str
    file_failed: bool = False
    transient: bool = False
    count: int = 1


Item = Document | Failure


@dataclass
class SourceOutcome:
    """The outcome of reading one source.

    Attributes:
        n_inputs: its files or addresses.
        n_read: documents and failures of single items so far.
        failures: all failures so far.
        seconds: spent on the network; None for files.
        unchanged: it was asked, and has nothing new.
        no_files: it reads files, and none is there for the edition.
    """

    n_inputs: int = 1
    n_read: int = 0
    failures: list[Failure] = field(default_factory=list)
    seconds: float | None = None
    unchanged: bool = False
    no_files: bool = False

    def to_table(self, source: str) -> pa.Table:
        """Build the source's row of table `source_outcomes`."""
        failures = [
            {
                "location": _replace_surrogates(failure.location),
                "reason": _replace_surrogates(failure.reason),
                "file_failed": failure.file_failed,
                "n_documents": 0 if failure.file_failed else failure.count,
            }
            for failure in self.failures
        ]
        row = {
            "source": source,
            "n_read": self.n_read,
            "n_files": self.n_inputs,
            "seconds": self.seconds,
            "unchanged": self.unchanged,
            "no_files": self.no_files,
            "failures": failures,
        }
        return schemas.build_table("source_outcomes", [row])


def build_row(
    document: Document,
    source: str,
    *,
    file: str | None = None,
    timezone: str = "UTC",
    outlet: Outlet | None = None,
    publisher_family: str | None = None,
    language: str | None = None,
) -> dict[str, Any]:
    """Build a row of the `documents` table.

    Args:
        document: the document.
        source: the configured source's name.
        file: the file or address that holds the document.
        timezone: IANA zone of times that name none.
        outlet: the configuration of the document's outlet, if any.
        publisher_family: if `outlet` does not name it.
        language: if neither the document nor `outlet` names it.
    """
    configured = outlet or Outlet()
    return {
        "source": source,
        "location": _replace_surrogates(document.location) or source,
        "file": _replace_surrogates(file),
        "form": document.form,
        "content": document.content,
        "id": _replace_surrogates(document.id),
        "entry_id": _replace_surrogates(document.entry_id),
        "url": _replace_surrogates(document.url),
        "outlet": _replace_surrogates(configured.name or document.outlet),
        "publisher_family": configured.publisher_family or publisher_family,
        "country": configured.country,
        "title": _replace_surrogates(document.title),
        "title_form": document.title_form,
        "text": _replace_surrogates(document.text),
        "text_form": document.text_form,
        "authors": [name for author in document.authors if (name := _replace_surrogates(author))],
        "published_at": _replace_surrogates(document.published_at),
        "timezone": timezone,
        "language": _replace_surrogates(document.language) or configured.language or language,
    }


def build_documents(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Build table `documents` of rows, in their order; only a batch of them is held as Python objects at a time."""
    remaining = iter(rows)
    batches = []
    while batch := list(islice(remaining, _ROWS_PER_BATCH)):
        batches.append(schemas.build_table("documents", batch))
    return schemas.concat_tables("documents", batches)


def _replace_surrogates(value: str | None) -> str | None:
    """Replace lone surrogates, which neither Arrow nor UTF-8 can hold; None for an empty text."""
    if not value or value.isascii():
        return value or None
    return value.encode("utf-8", "replace").decode()
