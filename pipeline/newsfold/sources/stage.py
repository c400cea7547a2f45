"""Reading the sources of an edition into table `documents`: files from disk, and what the crawl got from the web."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa

from newsfold import schemas
from newsfold.errors import SourceError
from newsfold.failures import describe_failure
from newsfold.settings import Column, FilesSource, Settings, Source, WebSource
from newsfold.sources import paths, safe_open
from newsfold.sources.crawl import CrawlResult
from newsfold.sources.crawler import Crawl, crawl_outlets
from newsfold.sources.csv_rows import read_csv
from newsfold.sources.document import Document, Failure, Item, Progress, SourceOutcome, build_documents, build_row
from newsfold.sources.feed import parse_saved_feed
from newsfold.sources.fetch_history import FetchHistory
from newsfold.sources.file_formats import FORMATS, guess_format, sniff_format
from newsfold.sources.json_rows import read_json
from newsfold.sources.parquet import read_arrow, read_arrow_table, read_parquet
from newsfold.sources.warc import read_archive
from newsfold.sources.workbook import read_workbook

_PROGRESS_EVERY = 500
_TABLE_READERS = {"parquet": read_parquet, "arrow": read_arrow, "excel": read_workbook, "csv": read_csv}

Input = tuple[str, Iterable[Item]]  # the location of a file or address, and its items


def read_sources(
    settings: Settings, edition: date, progress: Progress | None = None, crawl: Crawl | None = None
) -> tuple[pa.Table, pa.Table]:
    """Read every source for one edition.

    Args:
        settings: the configuration; `outlets` fills in names, families, countries and languages.
        edition: the value of `{edition_date}`.
        progress: called with a source's name and its number of documents so far.
        crawl: the results of `crawl_outlets`; None: crawl now, without a history.

    Returns:
        Tables `documents` (sources as configured, files by path, rows as in the file) and `source_outcomes` (one row
        per source). Unreadable files and rows are failures there, never exceptions.
    """
    if crawl is None and any(isinstance(source, WebSource) for source in settings.sources):
        crawl = crawl_outlets(settings, FetchHistory(edition), progress)
    results = crawl.results if crawl else {}
    tables = [
        read_source(settings, source.name, edition, progress, results.get(source.name)) for source in settings.sources
    ]
    return (
        schemas.concat_tables("documents", [documents for documents, _ in tables]),
        schemas.concat_tables("source_outcomes", [outcome for _, outcome in tables]),
    )


def read_source(
    settings: Settings,
    name: str,
    edition: date,
    progress: Progress | None = None,
    crawl_result: CrawlResult | None = None,
) -> tuple[pa.Table, pa.Table]:
    """Read one source for one edition.

    Args:
        settings: the configuration.
        name: the source's name.
        edition: the value of `{edition_date}`.
        progress: called with the source's name and its number of documents so far.
        crawl_result: the result of the crawl, if the source is on the web.

    Returns:
        Tables `documents` (files by path, rows as in the file) and `source_outcomes` (one row).

    Raises:
        MachineError: the machine lacks memory, disk space or open files.
    """
    source = next(source for source in settings.sources if source.name == name)
    match source:
        case FilesSource():
            files = paths.find_files(source, settings.folder, edition)
            inputs: list[Input] = [(file.location, _parse_file(source, file)) for file in files]
            n_files = sum(not file.passed_over for file in files)
            outcome = SourceOutcome(n_inputs=n_files, no_files=not paths.has_files(source, settings.folder, edition))
        case WebSource():
            inputs = [(source.url, crawl_result.items if crawl_result else ())]
            outcome = SourceOutcome()
            if crawl_result:
                outcome.seconds, outcome.unchanged = crawl_result.seconds, crawl_result.unchanged
    documents = build_documents(_build_rows(inputs, source, settings, outcome, progress))
    return documents, outcome.to_table(name)


def list_editions(settings: Settings) -> list[date]:
    """List every date for which some source has files of its own, in order."""
    files_sources = [source for source in settings.sources if isinstance(source, FilesSource)]
    return sorted(set().union(*(paths.find_dates(source, settings.folder) for source in files_sources)))


def is_missing_night(settings: Settings, edition: date) -> bool:
    """Return whether the sources are files, and none of them has one for an edition, readable or not."""
    return bool(settings.sources) and all(
        isinstance(source, FilesSource) and not paths.has_files(source, settings.folder, edition)
        for source in settings.sources
    )


def drop_missing_paths(outcomes: pa.Table) -> pa.Table:
    """Return the outcomes of a missing night without its failures, whose reasons name the files of other nights.

    So an edition of a missing night does not change when other nights get their files. The outcomes of any other night
    are returned as they are.

    Args:
        outcomes: table `source_outcomes`.
    """
    rows = outcomes.to_pylist()
    if not all(row["no_files"] for row in rows):
        return outcomes
    return schemas.build_table("source_outcomes", [row | {"failures": []} for row in rows])


def documents_from_table(table: pa.Table, name: str, columns: Mapping[Column, str] | None = None) -> pa.Table:
    """Convert a table of articles to table `documents`.

    Args:
        table: any of the columns id, url, outlet, title, text, published_at, language, authors, of any type; a title or
            a text column at least.
        name: the source's name, also for messages.
        columns: the table's names of columns, by newsfold's, if they differ.

    Raises:
        SourceError: it has neither a title nor a text column, lacks one of `columns`, or a row cannot be read.
    """
    return build_documents(
        build_row(_require_document(item), name, file=name) for item in read_arrow_table(table, name, columns)
    )


def _require_document(item: Item) -> Document:
    if isinstance(item, Failure):
        raise SourceError(f"{item.location}: {item.reason}")
    return item


def _parse_file(source: FilesSource, file: paths.InputFile) -> Iterator[Item]:
    """Parse one file with the parser of its format.

    Raises:
        SourceError: the file is missing, unreadable, empty, binary, too large or in no known format.
    """
    if file.passed_over:
        yield Failure(file.location, file.problem or "")
        return
    path, location, outlet = paths.require_file(file), file.location, file.outlet or source.outlet
    max_file_bytes, max_table_bytes = (int(mb * 1_000_000) for mb in (source.max_file_mb, source.max_table_mb))
    file_format: str | None = source.format
    if source.format == "auto":
        file_format = guess_format(path) or sniff_format(path)
    match file_format:
        case "feed":
            yield from parse_saved_feed(safe_open.read_text_file(path, max_file_bytes), location, outlet)
        case "html" | "text":
            yield Document(location, file_format, safe_open.read_text_file(path, max_file_bytes), outlet=outlet)
        case "warc":
            yield from read_archive(path, location, outlet, max_table_bytes, max_file_bytes)
        case "json" | "jsonl":
            yield from read_json(path, location, source.columns, max_table_bytes, outlet)
        case "parquet" | "arrow" | "excel" | "csv":
            for item in _TABLE_READERS[file_format](path, location, source.columns, max_table_bytes):
                yield replace(item, outlet=outlet) if isinstance(item, Document) and not item.outlet else item
        case _:
            known = ", ".join(FORMATS)
            raise SourceError(f"its name does not tell its format ({known}), nor does its content; set `format`")


def _build_rows(
    inputs: Iterable[Input], source: Source, settings: Settings, outcome: SourceOutcome, progress: Progress | None
) -> Iterator[dict[str, Any]]:
    """Build the rows of a source's documents, and record its failures in `outcome`."""
    for location, items in inputs:
        try:
            for item in items:
                if isinstance(item, Failure):
                    outcome.n_read += 0 if item.file_failed else item.count
                    outcome.failures.append(item)
                    continue
                row = build_row(
                    item,
                    source.name,
                    file=location,
                    timezone=source.timezone,
                    outlet=settings.outlets.get(item.outlet or ""),
                    publisher_family=source.publisher_family,
                    language=source.language,
                )
                outcome.n_read += 1
                yield row
                if progress and outcome.n_read % _PROGRESS_EVERY == 0:
                    progress(source.name, outcome.n_read)
        except ImportError:
            raise  # a broken installation concerns every source
        except Exception as error:  # a library's error concerns this file alone
            outcome.failures.append(Failure(location, describe_failure(error, f"Reading {location}"), file_failed=True))
        if progress:
            progress(source.name, outcome.n_read)
