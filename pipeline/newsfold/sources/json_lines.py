"""Reading articles from JSON Lines files, one line in memory at a time."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from newsfold import encodings, text
from newsfold.settings import Column
from newsfold.sources import safe_open
from newsfold.sources.document import Failure, Item
from newsfold.sources.table_columns import COLUMNS, MAPPING_HINT, build_item, reject_if_all_broken

_MAX_LINE_BYTES = 64_000_000


def read_json_lines(path: Path, location: str, columns: Mapping[Column, str], max_bytes: int) -> Iterator[Item]:
    """Yield the objects of a JSON Lines file as documents; broken lines as failures.

    Args:
        path: the file.
        location: its name in messages.
        columns: the file's keys, by newsfold's column names, if they differ.
        max_bytes: most bytes of the file, decompressed.

    Raises:
        SourceError: it is not a JSON Lines file at all, or larger than the limit.
    """
    names: dict[str, str] = {name: name for name in COLUMNS} | {str(name): key for name, key in columns.items()}
    with safe_open.open_file(path, max_bytes) as stream:
        sample = safe_open.peek_sample(stream)
        safe_open.require_text(sample)
        # JSON must be UTF-8 (RFC 8259, 8.1), but exports of other systems are not.
        encoding = encodings.detect_line_encoding(sample)
        recoded = stream if encoding == encodings.UTF8 else safe_open.recode_to_utf8(stream, encoding)
        yield from reject_if_all_broken(_read_lines(recoded, location, names))


def _read_lines(stream: BinaryIO, location: str, names: Mapping[str, str]) -> Iterator[Item]:
    for number in itertools.count(1):
        raw = stream.readline(_MAX_LINE_BYTES)
        if not raw:
            return
        line_location = f"{location}:{number}"
        if len(raw) == _MAX_LINE_BYTES and not raw.endswith(b"\n"):
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(_MAX_LINE_BYTES)
            yield Failure(line_location, f"the line is longer than {safe_open.format_megabytes(_MAX_LINE_BYTES)}")
        elif raw.strip():
            yield _parse_line(raw, line_location, names)


def _parse_line(raw: bytes, location: str, names: Mapping[str, str]) -> Item:
    try:
        values = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Failure(
            location, f"it holds bytes that do not fit the file's encoding (byte {error.start + 1} of the line)"
        )
    except (ValueError, RecursionError) as error:
        return Failure(location, f"it is not JSON: {error}")
    if not isinstance(values, dict):
        return Failure(location, f"it is a JSON {type(values).__name__}; each line must be one object")
    if names["title"] not in values and names["text"] not in values:
        keys = text.shorten(", ".join(map(str, values)), 200) or "none"
        return Failure(location, f"it has neither a title nor a text; its keys are {keys}. {MAPPING_HINT}")
    return build_item({name: values.get(key) for name, key in names.items()}, location)
