"""Splitting a file into JSON values: one a line, or one after another over any lines, or in one array."""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from newsfold import encodings, text
from newsfold.errors import SourceError
from newsfold.sources import safe_open
from newsfold.sources.document import Failure

_MAX_LINE_BYTES = 64_000_000
_MAX_VALUE_CHARACTERS = 256_000_000
_CHUNK_CHARACTERS = 1 << 20
_LINES_TRIED = 50  # by which a file with a value a line is distinguished from one of values over several lines
_SEPARATORS = re.compile(r"[\s,\[\]\x1e\ufeff]*")  # a file may be an array, or a sequence of values (RFC 7464)
_INCOMPLETE_END = 16  # characters; a value that is cut off by the buffer's end fails so near to it
# Line ends and tabs in strings are taken for what they are, as many writers leave them.
_DECODER = json.JSONDecoder(strict=False)

Value = tuple[str, Any]  # its location, and the value or the Failure of one that cannot be read


def read_values(stream: BinaryIO, location: str) -> Iterator[Value]:
    """Yield the JSON values of a file: its lines, else its values one after another; of an array its items.

    Args:
        stream: of `safe_open.open_file`.
        location: the file's name in messages.

    Raises:
        SourceError: a value over several lines is not JSON or too large; values before it count.
    """
    sample = safe_open.peek_sample(stream)
    # JSON must be UTF-8 (RFC 8259, 8.1), but exports of other systems are not.
    encoding = encodings.detect_line_encoding(sample)
    if encoding != encodings.UTF8:
        stream = safe_open.recode_to_utf8(stream, encoding)
        sample = safe_open.peek_sample(stream)
    if _has_a_value_a_line(sample) or sample.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in b"[{":
        yield from _read_lines(stream, location)
    else:
        yield from _scan_values(io.TextIOWrapper(stream, encodings.UTF8, errors="replace"), location)


def _has_a_value_a_line(sample: bytes) -> bool:
    """Whether one of the first lines is a whole object, perhaps of an array with an object a line."""
    # A carriage return alone ends no line here: such values are read one after another.
    lines = sample.removeprefix(b"\xef\xbb\xbf").split(b"\n")[:_LINES_TRIED]
    return any(line.startswith((b"{", b"[{")) and isinstance(_parse_line(line, ""), dict) for line in lines)


def _read_lines(stream: BinaryIO, location: str) -> Iterator[Value]:
    for number in itertools.count(1):
        raw = stream.readline(_MAX_LINE_BYTES)
        if not raw:
            return
        line_location = f"{location}:{number}"
        if len(raw) == _MAX_LINE_BYTES and not raw.endswith(b"\n"):
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(_MAX_LINE_BYTES)
            limit = text.format_megabytes(_MAX_LINE_BYTES)
            yield line_location, Failure(line_location, f"the line is longer than {limit}")
        elif raw.strip(b" \t\r\n,") not in (b"", b"[", b"]"):
            yield line_location, _parse_line(raw, line_location)


def _parse_line(raw: bytes, location: str) -> Any:
    try:
        line = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        return Failure(
            location, f"it holds bytes that do not fit the file's encoding (byte {error.start + 1} of the line)"
        )
    try:
        return _DECODER.decode(line)
    except (ValueError, RecursionError) as error:
        # A line of an array that has an object a line.
        inner = line.rstrip(",]").removeprefix("[") if line.endswith((",", "]")) or line.startswith("[{") else ""
        if inner.startswith("{"):
            try:
                return _DECODER.decode(inner)
            except (ValueError, RecursionError):
                pass
        return Failure(location, f"it is not JSON: {error}")


def _scan_values(stream: io.TextIOWrapper, location: str) -> Iterator[Value]:
    buffer, position, ended, n_values = "", 0, False, 0
    while True:
        match = _SEPARATORS.match(buffer, position)
        position = match.end() if match else position
        problem = None
        if position < len(buffer):
            try:
                value, end = _DECODER.raw_decode(buffer, position)
            except RecursionError as error:
                raise SourceError(f"it is not JSON that can be read: {error}") from error
            except json.JSONDecodeError as error:
                problem = f"{error.msg} (character {error.pos - position + 1:,} of it)"
                in_string = error.msg.startswith(("Unterminated", "Invalid \\"))
                ended = ended or (not in_string and error.pos < len(buffer) - _INCOMPLETE_END)
            else:
                if ended or end < len(buffer) or isinstance(value, dict | list):
                    n_values, position = n_values + 1, end
                    yield f"{location} item {n_values}", value
                    continue
        if ended:
            if problem:
                raise SourceError(f"item {n_values + 1} is not JSON: {problem}; the file is not read further")
            return
        more = stream.read(max(_CHUNK_CHARACTERS, len(buffer) - position))
        buffer, position, ended = buffer[position:] + more, 0, not more
        if len(buffer) > _MAX_VALUE_CHARACTERS:
            limit = text.format_megabytes(_MAX_VALUE_CHARACTERS)
            raise SourceError(f"item {n_values + 1} is longer than {limit}; write one object a line (JSON Lines)")
