"""Opening web archives for random access: plain, gzip (a damaged member costs itself), lz4, Zstandard and WACZ."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from newsfold import text
from newsfold.errors import SourceError
from newsfold.sources import safe_open
from newsfold.sources.decompression import GZIP_MAGIC, ZSTD_MAGIC

ZSTD_DICTIONARY_MAGIC = b"\x5d\x2a\x4d\x18"  # of the dictionary that a .warc.zst may begin with
_MEMBER_MAGIC = GZIP_MAGIC + b"\x08"
_ZSTD_MAGICS = (ZSTD_MAGIC, ZSTD_DICTIONARY_MAGIC)
_GZIP = 16 + zlib.MAX_WBITS
_CHUNK_BYTES = 1 << 16
_MAX_DAMAGES = 1000  # of one file; it is not read further
_MAX_ENDLESS = 10  # damaged members of one file that seem to go on to its end
_RECORD_END = b"\r\n\r\n"


@dataclass
class ArchiveStream:
    """An archive, decompressed.

    Attributes:
        file: for random access.
        name: of the archive within a WACZ file, else empty.
        damages: what could not be decompressed: the place in `file`, and the reason.
        cut_off: why the end is missing, or None.
    """

    file: BinaryIO
    name: str = ""
    damages: list[tuple[int, str]] = field(default_factory=list)
    cut_off: str | None = None


def open_archives(path: Path, max_bytes: int) -> Iterator[ArchiveStream]:
    """Yield the archive in a file, or the archives in a WACZ file (https://specs.webrecorder.net/wacz/1.1.1/).

    Args:
        path: the file.
        max_bytes: most bytes of an archive, decompressed; what comes after them is cut off.

    Raises:
        SourceError: a WACZ file is damaged or holds no archive.
    """
    with path.open("rb") as file:
        if file.read(len(safe_open.ZIP_MAGIC)) != safe_open.ZIP_MAGIC:
            with _decompress(file, max_bytes) as archive:
                yield archive
            return
        try:
            with zipfile.ZipFile(file) as wacz:
                members = [part for part in wacz.infolist() if ".warc" in part.filename.rpartition("/")[2].lower()]
                if not members:
                    raise SourceError("it is a ZIP file without a web archive in it (`archive/*.warc.gz` of WACZ)")
                for member in members:
                    # Module zipfile reads no more than the declared size.
                    if member.file_size > max_bytes:
                        raise SourceError(_describe_limit(max_bytes))
                    with tempfile.TemporaryFile() as copy, wacz.open(member) as stored:
                        shutil.copyfileobj(stored, copy)
                        with _decompress(cast("BinaryIO", copy), max_bytes) as archive:
                            archive.name = member.filename
                            yield archive
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
            raise SourceError(f"the ZIP file is damaged or protected: {error}") from error


@contextmanager
def _decompress(file: BinaryIO, max_bytes: int) -> Iterator[ArchiveStream]:
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    if not start.startswith(GZIP_MAGIC) and start != safe_open.LZ4_MAGIC and start not in _ZSTD_MAGICS:
        yield ArchiveStream(file)
        return
    with tempfile.TemporaryFile() as copy:
        archive = ArchiveStream(cast("BinaryIO", copy))
        if start.startswith(GZIP_MAGIC):
            _copy_members(file, archive, max_bytes)
        else:
            _copy_stream(file, start == safe_open.LZ4_MAGIC, archive, max_bytes)
        copy.seek(0)
        yield archive


def _copy_stream(file: BinaryIO, lz4: bool, archive: ArchiveStream, max_bytes: int) -> None:
    from fastwarc.stream_io import Lz4Reader, ZstdReader

    reader = (Lz4Reader if lz4 else ZstdReader)(file)
    n_bytes = 0
    try:
        while chunk := reader.read(_CHUNK_BYTES):
            n_bytes += len(chunk)
            if n_bytes > max_bytes:
                archive.cut_off = _describe_limit(max_bytes)
                return
            archive.file.write(chunk)
    except (OSError, EOFError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        archive.cut_off = f"its packed data is damaged or cut off after {n_bytes:,} bytes: {error}"


def _copy_members(file: BinaryIO, archive: ArchiveStream, max_bytes: int) -> None:
    """Decompress the members of a gzip file (RFC 1952, 2.2); after a damaged one, go on at the next."""
    inflater, start, pending, n_bytes, n_endless = zlib.decompressobj(_GZIP), 0, b"", 0, 0
    while True:
        chunk = pending or file.read(_CHUNK_BYTES)
        if not chunk and inflater.eof:
            return
        if inflater.eof:
            start = file.tell() - len(chunk)
            padding = len(chunk) - len(chunk.lstrip(b"\x00"))
            if padding:
                pending = chunk[padding:]
                continue
            inflater = zlib.decompressobj(_GZIP)
        reason = None
        try:
            plain = inflater.decompress(chunk, _CHUNK_BYTES * 16)
        except zlib.error as error:
            reason = f"its gzip data is damaged at byte {start:,} of the file: {error}"
        if not chunk:  # the member goes on to the end of the file: its header is damaged, or the file is cut off
            n_endless += 1
            reason = f"its packed data is cut off after {n_bytes:,} bytes"
        if reason:
            next_start = _find_member(file, start + 1)
            if len(archive.damages) == _MAX_DAMAGES or (not chunk and (next_start is None or n_endless > _MAX_ENDLESS)):
                archive.cut_off = reason
                return
            archive.damages.append((archive.file.tell(), reason))
            archive.file.write(_RECORD_END)  # so that the next record begins a line
            if next_start is None:
                return
            file.seek(next_start)
            start, pending, inflater = next_start, b"", zlib.decompressobj(_GZIP)
            continue
        pending = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        n_bytes += len(plain)
        if n_bytes > max_bytes:
            archive.cut_off = _describe_limit(max_bytes)
            return
        archive.file.write(plain)


def _find_member(file: BinaryIO, start: int) -> int | None:
    """Find where the next member of a gzip file may begin, at `start` or later."""
    file.seek(start)
    overlap = b""
    while chunk := file.read(_CHUNK_BYTES):
        window = overlap + chunk
        found = window.find(_MEMBER_MAGIC)
        if found >= 0:
            return file.tell() - len(window) + found
        overlap = window[-len(_MEMBER_MAGIC) + 1 :]
    return None


def _describe_limit(max_bytes: int) -> str:
    return f"it unpacks to more than the {text.format_megabytes(max_bytes)} that are allowed; raise max_table_mb"
