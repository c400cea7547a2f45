"""Opening files safely: limited in size even if compressed, and refused if empty or binary."""

from __future__ import annotations

import codecs
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

from newsfold import encodings, text
from newsfold.errors import SourceError
from newsfold.sources.decompression import GZIP_MAGIC, ZSTD_MAGIC

LZ4_MAGIC, ZIP_MAGIC = b"\x04\x22\x4d\x18", b"PK\x03\x04"
_TEXT_CONTROLS = b"\t\n\r\f\x0e\x0f\x1b\x1a"  # the shifts and escapes of ISO 2022 among them
_CONTROLS = bytes(code for code in range(32) if code not in _TEXT_CONTROLS)
_SAMPLE_BYTES = 1_000_000  # by which a file is judged, and read at a time
_HINT = "; raise max_file_mb (pages, texts, feeds) or max_table_mb (tables) if this size is expected"


class _LimitedStream(io.RawIOBase):
    """A stream that refuses to return more than `max_bytes`, as a gzip bomb would."""

    def __init__(self, stream: BinaryIO, max_bytes: int) -> None:
        self._stream, self._max_bytes, self._n_read = stream, max_bytes, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        try:
            chunk = self._stream.read(min(len(view), _SAMPLE_BYTES))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceError(f"its gzip data is damaged after {self._n_read:,} bytes: {error}") from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise SourceError(f"its packed data is damaged after {self._n_read:,} bytes: {error}") from error
        self._n_read += len(chunk)
        if self._n_read > self._max_bytes:
            raise SourceError(f"it unpacks to more than {text.format_megabytes(self._max_bytes)}{_HINT}")
        view[: len(chunk)] = chunk
        return len(chunk)


class _RecodedStream(io.RawIOBase):
    """A stream in UTF-8 of one in another encoding; bytes that do not fit the encoding stay as they are."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream, self._pending = stream, b""
        errors = "replace" if encodings.is_wide(encoding) else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        chunk = b"..."
        while chunk and not self._pending:
            chunk = self._stream.read(_SAMPLE_BYTES)
            self._pending = self._decoder.decode(chunk, final=not chunk).encode("utf-8", "surrogateescape")
        part, self._pending = self._pending[: len(view)], self._pending[len(view) :]
        view[: len(part)] = part
        return len(part)


def recode_to_utf8(stream: BinaryIO, encoding: str) -> BinaryIO:
    """Return a stream in UTF-8 of one in another encoding; bytes that do not fit the encoding stay as they are."""
    return cast("BinaryIO", io.BufferedReader(_RecodedStream(stream, encoding), _SAMPLE_BYTES))


def _decompress(file: BinaryIO) -> BinaryIO | None:
    """Return a stream of a compressed file's content, or None; the file is at its beginning then."""
    start = file.read(len(ZSTD_MAGIC))
    file.seek(0)
    if start.startswith(GZIP_MAGIC):
        return cast("BinaryIO", gzip.GzipFile(fileobj=file))
    if start not in (ZSTD_MAGIC, LZ4_MAGIC):
        return None
    from fastwarc.stream_io import Lz4Reader, ZstdReader

    return cast("BinaryIO", (ZstdReader if start == ZSTD_MAGIC else Lz4Reader)(file))


@contextmanager
def open_file(path: Path, max_bytes: int) -> Iterator[BinaryIO]:
    """Open a file as a buffered stream, decompressed if it is gzip, Zstandard or lz4 (by content, whatever its name).

    Args:
        path: a regular file.
        max_bytes: most bytes to read, after decompression.

    Raises:
        SourceError: the file cannot be read, is empty, larger than the limit, or damaged.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > max_bytes:
                raise SourceError(
                    f"it is {text.format_megabytes(size)}, more than {text.format_megabytes(max_bytes)}{_HINT}"
                )
            plain = _decompress(file) or file
            stream = io.BufferedReader(_LimitedStream(plain, max_bytes), _SAMPLE_BYTES)
            if not stream.peek(1):
                raise SourceError("it is empty")
            yield cast("BinaryIO", stream)
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror or error}") from error


@contextmanager
def open_seekable(path: Path, max_bytes: int) -> Iterator[BinaryIO]:
    """Open a file for random access; a compressed one is decompressed to a temporary file.

    Raises:
        SourceError: as in `open_file`.
    """
    with open_file(path, max_bytes) as stream, path.open("rb") as file:
        if _decompress(file) is None:
            yield file
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy)
            yield cast("BinaryIO", copy)


def read_text_file(path: Path, max_bytes: int) -> bytes:
    """Read the bytes of a page, text or feed.

    Raises:
        SourceError: as in `open_file`, or the file is blank or binary.
    """
    with open_file(path, max_bytes) as stream:
        require_text(peek_sample(stream))
        raw = stream.read()
    if not raw.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise SourceError("it is blank")
    return raw


def peek_sample(stream: BinaryIO) -> bytes:
    """Return the first bytes of an `open_file` stream without consuming them."""
    return cast("io.BufferedReader", stream).peek(_SAMPLE_BYTES)


def require_text(sample: bytes) -> None:
    """Check that bytes are text in a usual encoding.

    Raises:
        SourceError: they hold many control characters; a few NUL bytes among text are damage that costs nothing else.
    """
    if encodings.detect_wide_encoding(sample):
        return
    n_controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if n_controls > len(sample) / 50 or sample.startswith(b"%PDF-"):
        raise SourceError("it is binary, not text; check `path` and `format`")
