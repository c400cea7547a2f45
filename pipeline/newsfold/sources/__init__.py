"""Reading articles from wherever they are: every configured source becomes rows of one `documents` table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from newsfold import schemas
from newsfold.errors import SourceError
from newsfold.settings import FilesSource, Settings, Source, WebSource
from newsfold.sources.crawl import CrawlResult, WebReader
from newsfold.sources.crawler import Crawl, Crawler, crawl_outlets
from newsfold.sources.document import Failure, Item, row, tabulate
from newsfold.sources.fetch_history import FetchHistory
from newsfold.sources.files import FilesReader
from newsfold.sources.tables import read_table

__all__ = [
    "Crawl",
    "Crawler",
    "FetchHistory",
    "crawl_outlets",
    "documents_from_table",
    "list_editions",
    "read_source",
    "read_sources",
]

Progress = Callable[[str, int], None]  # source, documents so far
_PROGRESS_EVERY = 500


class Input(Protocol):
    """One file or address of a source."""

    @property
    def location(self) -> str:
        """Its name in messages."""


class SourceReader(Protocol):
    """Reads one source, an input (file or address) at a time."""

    def inputs(self, edition: date, /) -> Sequence[Any]:
        """The `Input`s of an edition, in a deterministic order."""

    def nights(self) -> set[date]:
        """The editions that the source has inputs of its own for."""

    def read(self, found: Any, /) -> Iterator[Item]:
        """The documents and failures of one input, in its order.

        Raises:
            SourceError: the input as a whole (or the rest of it) cannot be read.
        """


@dataclass
class _Outcome:
    """What came of one source so far."""

    n_files: int
    n_read: int
    failures: list[Failure]
    seconds: float | None = None
    unchanged: bool = False


def read_sources(
    settings: Settings, edition: date, progress: Progress | None = None, crawl: Crawl | None = None
) -> tuple[pa.Table, pa.Table]:
    """Read every source for one edition.

    Args:
        settings: the configuration; `outlets` fills in names, families, countries and languages.
        edition: what `{edition_date}` stands for.
        progress: called with a source's name and its number of documents so far.
        crawl: what the web delivered (`crawl_outlets`); where None, it is asked now, without knowing what is known.

    Returns:
        Tables `documents` (sources as configured, files by path, rows as in the file) and
        `source_outcomes` (one row per source). What cannot be read is a failure there, never an exception.
    """
    if crawl is None and any(isinstance(source, WebSource) for source in settings.sources):
        crawl = crawl_outlets(settings, FetchHistory(edition), progress)
    delivered = crawl.results if crawl else {}
    parts = [
        read_source(settings, source.name, edition, progress, delivered.get(source.name)) for source in settings.sources
    ]
    names = ("documents", "source_outcomes")
    documents, outcomes = (schemas.concat_tables(name, [part[at] for part in parts]) for at, name in enumerate(names))
    return documents, outcomes


def read_source(
    settings: Settings, name: str, edition: date, progress: Progress | None = None, delivered: CrawlResult | None = None
) -> tuple[pa.Table, pa.Table]:
    """Read one source for one edition.

    Args:
        settings: the configuration.
        name: the source.
        edition: what `{edition_date}` stands for.
        progress: called with the source's name and its number of documents so far.
        delivered: what it delivered, where it is on the web.

    Returns:
        Tables `documents` (files by path, rows as in the file) and `source_outcomes` (one row).
    """
    source = next(source for source in settings.sources if source.name == name)
    reader = reader_for(source, settings.folder, delivered)
    inputs = reader.inputs(edition)
    outcome = _Outcome(len(inputs), 0, [])
    if delivered and isinstance(source, WebSource):
        outcome.seconds, outcome.unchanged = delivered.seconds, delivered.unchanged
    rows = (one for found in inputs for one in _rows(reader, found, source, settings, outcome, progress))
    documents = tabulate(rows)
    return documents, _tabled(name, outcome)


def list_editions(settings: Settings) -> list[date]:
    """Every date for which some source has files of its own, in order."""
    return sorted(set().union(*(reader_for(source, settings.folder).nights() for source in settings.sources)))


def documents_from_table(table: pa.Table, name: str) -> pa.Table:
    """A table of articles (id, url, outlet, title, text, published_at, language, authors) as `documents`.

    Args:
        table: any of those columns, of any type; a title or a text column at least.
        name: the source's name, also for messages.

    Raises:
        SourceError: it has neither a title nor a text column.
    """
    return tabulate(row(document, name) for document in read_table(table, name))


def reader_for(source: Source, folder: Path, delivered: CrawlResult | None = None) -> SourceReader:
    """The reader for a source's `kind`; relative paths start at `folder`, and the web has delivered already."""
    match source:
        case FilesSource():
            return FilesReader(source, folder)
        case WebSource():
            return WebReader(source, delivered)


def _tabled(name: str, outcome: _Outcome) -> pa.Table:
    return schemas.build_table(
        "source_outcomes",
        [
            {
                "source": name,
                "n_read": outcome.n_read,
                "n_files": outcome.n_files,
                "seconds": outcome.seconds,
                "unchanged": outcome.unchanged,
                "failures": [
                    {"location": one.location, "reason": one.reason, "file_failed": one.file_failed}
                    for one in outcome.failures
                ],
            }
        ],
    )


def _rows(
    reader: SourceReader, found: Input, source: Source, settings: Settings, outcome: _Outcome, progress: Progress | None
) -> Iterator[dict[str, Any]]:
    try:
        for item in reader.read(found):
            outcome.n_read += 1
            if isinstance(item, Failure):
                outcome.failures.append(item)
                continue
            yield row(
                item,
                source.name,
                timezone=source.timezone,
                outlet=settings.outlets.get(item.outlet or ""),
                publisher_family=source.publisher_family,
                language=source.language,
            )
            if progress and outcome.n_read % _PROGRESS_EVERY == 0:
                progress(source.name, outcome.n_read)
    except SourceError as error:
        outcome.failures.append(Failure(found.location, str(error), file_failed=True))
    if progress:
        progress(source.name, outcome.n_read)
