"""Opening files safely: bounded in size even when gzipped, and refused when empty or binary."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from newsfold.errors import SourceError

_GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_TEXT_CONTROLS = b"\t\n\r\f\x1b\x1a"
_CONTROLS = bytes(code for code in range(32) if code not in _TEXT_CONTROLS)
_SAMPLE = 1_000_000  # bytes by which a file is judged, and read at a time


class _Bounded(io.RawIOBase):
    """A stream that refuses to deliver more than `limit` bytes: gzip bombs end here."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream, self._limit, self._read = stream, limit, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        try:
            chunk = self._stream.read(min(len(view), _SAMPLE))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceError(f"its gzip data is damaged after {self._read:,} bytes: {error}") from error
        self._read += len(chunk)
        if self._read > self._limit:
            raise SourceError(f"it unpacks to more than {megabytes(self._limit)}{_HINT}")
        view[: len(chunk)] = chunk
        return len(chunk)


_HINT = "; raise max_file_mb (pages, texts, feeds) or max_table_mb (tables) if that is no mistake"


def megabytes(size: float) -> str:
    """A size in words."""
    return f"{size / 1e6:,.3g} MB"


@contextmanager
def opened(path: Path, limit: int) -> Iterator[BinaryIO]:
    """A buffered stream over a file, unpacked where it is gzip (by content, whatever its name).

    Args:
        path: a regular file.
        limit: most bytes to deliver, after unpacking.

    Raises:
        SourceError: the file cannot be read, is empty, larger than the limit, or damaged gzip.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > limit:
                raise SourceError(f"it is {megabytes(size)}, more than {megabytes(limit)}{_HINT}")
            packed = file.read(2) == _GZIP
            file.seek(0)
            unpacked = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file
            stream = io.BufferedReader(_Bounded(unpacked, limit), _SAMPLE)
            if not stream.peek(1):
                raise SourceError("it is empty")
            yield cast("BinaryIO", stream)
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror or error}") from error


@contextmanager
def seekable(path: Path, limit: int) -> Iterator[BinaryIO]:
    """Like `opened`, for readers that jump about: what is packed is unpacked to a temporary file.

    Raises:
        SourceError: as in `opened`.
    """
    with opened(path, limit) as stream, path.open("rb") as file:
        if file.read(2) != _GZIP:
            yield file
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy)
            yield cast("BinaryIO", copy)


def whole(path: Path, limit: int) -> bytes:
    """A text-like file's bytes.

    Raises:
        SourceError: as in `opened`, or the file is blank or binary.
    """
    with opened(path, limit) as stream:
        require_text(peek(stream))
        raw = stream.read()
    if not raw.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise SourceError("it is blank")
    return raw


def peek(stream: BinaryIO) -> bytes:
    """The first bytes of an `opened` stream, without consuming them."""
    return cast("io.BufferedReader", stream).peek(_SAMPLE)


def require_text(sample: bytes) -> None:
    """Refuse bytes that are no text in any usual encoding.

    Raises:
        SourceError: they hold NUL bytes (UTF-16 with its mark aside) or many control characters.
    """
    if sample.startswith(_UTF16):
        return
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if b"\x00" in sample or controls > len(sample) / 50 or sample.startswith(b"%PDF-"):
        raise SourceError("it is binary, not text; check `path` and `format`")
