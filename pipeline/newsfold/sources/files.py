"""The reader of a `files` source: which reader each file needs, and what its path says of its outlet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from newsfold.errors import SourceError
from newsfold.settings import FilesSource
from newsfold.sources import paths, safe_open, tables, warc
from newsfold.sources.document import Document, Item
from newsfold.sources.feed import read_feed
from newsfold.sources.paths import Found

_TABLES = {"parquet": tables.read_parquet, "jsonl": tables.read_jsonl, "csv": tables.read_csv}


class FilesReader:
    """A `SourceReader` of files on disk."""

    def __init__(self, source: FilesSource, folder: Path) -> None:
        self._source, self._folder = source, folder

    def inputs(self, edition: date) -> Sequence[Found]:
        """The files of an edition, sorted by path; a path that matches nothing is one of them."""
        return paths.find(self._source, self._folder, edition)

    def nights(self) -> set[date]:
        """Every date that has files."""
        return paths.nights(self._source, self._folder)

    def read(self, found: Found) -> Iterator[Item]:
        """The documents of one file, in its order.

        Raises:
            SourceError: the file is missing, unreadable, empty, binary, too large or in no known format.
        """
        path, source = paths.require_file(found), self._source
        kind = source.format if source.format != "auto" else paths.suffix_format(path)
        outlet = found.outlet or source.outlet
        if kind is None:
            raise SourceError(f"its name does not tell its format ({', '.join(paths.FORMATS)}); set `format`")
        if kind in _TABLES:
            for item in _TABLES[kind](path, found.location, source.columns, _bytes(source.max_table_mb)):
                if isinstance(item, Document) and not item.outlet:
                    yield replace(item, outlet=outlet)
                else:
                    yield item
            return
        if kind == "warc":
            whole, page = _bytes(source.max_table_mb), _bytes(source.max_file_mb)
            yield from warc.read_archive(path, found.location, outlet, whole, page)
            return
        raw = safe_open.whole(path, _bytes(source.max_file_mb))
        if kind == "feed":
            yield from read_feed(raw, found.location, outlet)
        else:
            yield Document(found.location, "html" if kind == "html" else "text", raw, outlet=outlet)


def _bytes(megabytes: float) -> int:
    return int(megabytes * 1_000_000)
