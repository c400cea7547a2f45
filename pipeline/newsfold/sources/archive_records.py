"""Splitting a web archive into records: WARC (ISO 28500, all versions) and its predecessor ARC, versions 1 and 2.

Every record's end is checked against what follows it, so that a wrong length, a damaged head or a record that is cut
off costs that record alone. Readers that trust the lengths (fastwarc, warcio) end there, or skip the next records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

# https://archive.org/web/researcher/ArcFileFormat.php: address, IP, date, type, in version 2 five more, length.
_ARC_HEAD = re.compile(
    rb"^(?P<url>[A-Za-z][\w+.-]*:[^\r\n]{0,16000}?) (?P<ip>[0-9A-Fa-f.:]+) \d{8,18} (?P<type>[^ \r\n]+)"
    rb"(?: [^ \r\n]+){0,5}? (?P<length>-?\w+)\r?\n",
    re.MULTILINE,
)
_WARC_HEAD = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n(?=[\w-]+[ \t]*:)")
_HEAD_END = re.compile(rb"\r?\n[ \t]*\r?\n")
_FIELD = re.compile(r"^([\w-]+)[ \t]*:[ \t]*(.*(?:\n[ \t]+.+)*)", re.MULTILINE)
_ARC_START = b"filedesc:"
_RECORD_END = b"\r\n\r\n"
_BLANK = b"\r\n \t\x00"
_HEAD_BYTES, _MAX_HEAD_BYTES = 1 << 13, 1 << 18
_CHUNK_BYTES = 1 << 20
_OVERLAP_BYTES = 1 << 15  # longer than a head that `_find_head` looks for


@dataclass(frozen=True, slots=True)
class Record:
    """A record of an archive.

    Attributes:
        kind: `WARC-Type` in lower case; of ARC always `response`.
        url: the address of its content, or an empty text.
        content_type: of its block, in lower case.
        block: its first bytes; empty for a kind that is skipped.
        start: its place in the archive.
        block_end: where its block ends.
        end: where the next one begins.
        problem: in what its length differs from what its head declares, or None.
        cut_off: the archive ends within it.
        truncated: why the crawler stored only its beginning (`WARC-Truncated`), or an empty text.
    """

    kind: str
    url: str
    content_type: str
    block: bytes
    start: int
    block_end: int
    end: int
    problem: str | None = None
    cut_off: bool = False
    truncated: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes from `start` to `end` in which no record can be recognised."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Head:
    kind: str
    url: str
    content_type: str
    length: int | None
    n_bytes: int
    truncated: str = ""


def read_records(file: BinaryIO, skipped_kinds: frozenset[str], max_block_bytes: int) -> Iterator[Record | Gap]:
    """Yield the records of an archive, in its order.

    Args:
        file: the archive, decompressed, for random access.
        skipped_kinds: of records whose blocks are not read.
        max_block_bytes: most bytes of a block that are read.
    """
    size = file.seek(0, 2)
    regex = _ARC_HEAD if _read_at(file, 0, len(_ARC_START)) == _ARC_START else _WARC_HEAD
    position = _skip_blank(file, 0)
    while position < size:
        head = _read_head(file, position, regex)
        if head is None:
            end = _find_head(file, position + 1, regex, size)
            yield Gap(position, end)
        else:
            start = position + head.n_bytes
            block_end, problem = _find_block_end(file, start, head.length, regex, size)
            end = _skip_blank(file, block_end)
            block = (
                b"" if head.kind in skipped_kinds else _read_at(file, start, min(block_end - start, max_block_bytes))
            )
            if problem:
                block = block.removesuffix(_RECORD_END)
            cut_off = problem is not None and end == size and start + (head.length or 0) > size
            yield Record(
                head.kind,
                head.url,
                head.content_type,
                block,
                position,
                block_end,
                end,
                problem,
                cut_off,
                head.truncated,
            )
        position = end


def _find_block_end(
    file: BinaryIO, start: int, length: int | None, regex: re.Pattern[bytes], size: int
) -> tuple[int, str | None]:
    """Find where a block ends that begins at `start`, and the reason if that is not where its head says."""
    if length is not None and length >= 0 and start + length <= size:
        end = start + length
        after = _skip_blank(file, end)
        if after == size or (after + 1 < size and _read_head(file, after, regex) is not None):
            return end, None
        # The next record may be the damaged one: this one is followed by the blank lines that the format demands.
        if _HEAD_END.match(b"\n" + _read_at(file, end, 4)) and _find_head(file, start, regex, size) >= end:
            return end, None
    found = _find_head(file, start, regex, size)
    declared = "declares no length" if length is None else f"declares {length:,} bytes"
    what = "the archive ends" if found == size else "the next one begins"
    return found, f"the record {declared}, but {what} after {found - start:,}"


def _read_head(file: BinaryIO, position: int, regex: re.Pattern[bytes]) -> _Head | None:
    raw = _read_at(file, position, _HEAD_BYTES)
    match = regex.match(raw)
    if match is None:
        return None
    if regex is _ARC_HEAD:
        url, content_type = (match[name].decode("utf-8", "replace") for name in ("url", "type"))
        kind = "warcinfo" if url.startswith("filedesc:") else "response"
        length = _parse_length(match["length"].decode("ascii", "replace"))
        return _Head(kind, url, content_type.lower(), length, match.end())
    end = _HEAD_END.search(raw, match.end())
    if end is None:
        raw = _read_at(file, position, _MAX_HEAD_BYTES)
        end = _HEAD_END.search(raw, match.end())
    if end is None:
        return None
    text = raw[match.end() : end.start()].decode("utf-8", "replace").replace("\r\n", "\n")
    fields = {name.lower(): value.strip() for name, value in reversed(_FIELD.findall(text))}
    return _Head(
        fields.get("warc-type", "").lower(),
        fields.get("warc-target-uri", "").strip("<>"),
        fields.get("content-type", "").lower(),
        _parse_length(fields.get("content-length", "")),
        end.end(),
        fields.get("warc-truncated", ""),
    )


def _parse_length(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _find_head(file: BinaryIO, start: int, regex: re.Pattern[bytes], size: int) -> int:
    """Find where the next record begins, at `start` or later; `size` if there is none.

    A head of ARC is recognised at the beginning of a line alone; one of WARC may follow a record that was cut off.
    """
    position = max(start - 1, 0)
    while position < size:
        window = _read_at(file, position, _CHUNK_BYTES)
        for match in regex.finditer(window):
            if position + match.start() >= start and (match.start() or not position or regex is _WARC_HEAD):
                return position + match.start()
        if position + len(window) >= size:
            break
        position += len(window) - _OVERLAP_BYTES
    return size


def _skip_blank(file: BinaryIO, position: int) -> int:
    file.seek(position)
    while chunk := file.read(256):
        rest = chunk.lstrip(_BLANK)
        if rest:
            return position + len(chunk) - len(rest)
        position += len(chunk)
    return position


def _read_at(file: BinaryIO, position: int, n_bytes: int) -> bytes:
    file.seek(position)
    return file.read(n_bytes)
