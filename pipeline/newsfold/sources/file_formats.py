"""The formats of files: by name, else by content; and the files beside articles that hold none."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path
from typing import Literal

from newsfold.errors import SourceError
from newsfold.sources import safe_open
from newsfold.sources.archive_streams import ZSTD_DICTIONARY_MAGIC

Format = Literal["feed", "html", "text", "json", "jsonl", "csv", "parquet", "arrow", "excel", "warc"]
FORMATS: dict[str, Format] = {
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".xml": "feed",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
    ".warc": "warc",
    ".arc": "warc",
    ".wacz": "warc",
}
_COMPRESSION_SUFFIX = re.compile(r"\.(?:gz|lz4|zst)$")
# Files that stand beside articles in folders and are passed over without a word: what explains, indexes, verifies or
# locks them (`~$a.xlsx` while Excel has it open), what writers of Parquet leave, and the pictures, styles and scripts
# of saved pages.
_COMPANION = re.compile(
    r"(?:readme|licen[sc]e|notice|changelog|copying)(?:\.\w+)?|thumbs\.db|~\$.*|desktop\.ini|robots\.txt"
    r"|_(?:success|metadata|common_metadata|committed\w*|started\w*)"
    r"|(?:md5|sha\d+)sums?(?:\.txt)?|.*\.(?:md5|sha1|sha256|sha512|crc|sig|asc|cdxj?|idx|lock"
    r"|jpe?g|png|gif|webp|avif|svg|ico|css|m?js|woff2?|ttf|otf|map)",
    re.IGNORECASE,
)
_SNIFF_BYTES = 4096
_MAX_SNIFFED_BYTES = 10**13
_MAGICS: dict[bytes, Format] = {
    b"PAR1": "parquet",
    b"ARROW1": "arrow",
    b"FEA1": "arrow",
    b"\xff\xff\xff\xff": "arrow",  # of Arrow's stream format
    b"WARC/": "warc",
    b"filedesc:": "warc",
    ZSTD_DICTIONARY_MAGIC: "warc",
}
_HTML = re.compile(rb"(?:<!--.{0,2000}?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_XML = re.compile(rb"<(?:\?xml|rss|feed|rdf:rdf|channel)\b", re.I)
_CSV_HEADER = re.compile(rb"""(?:^|[,;\t|"])(?:title|text)(?:["]?)(?:[,;\t|]|$)""", re.I)


def guess_format(path: Path) -> Format | None:
    """Return the format of a file by its name (without `.gz`, `.lz4` and `.zst`), or None."""
    return FORMATS.get(get_suffix(path))


def is_companion(name: str) -> bool:
    """Whether a file is one that stands beside articles without being one, by its name."""
    return name.startswith(".") or _COMPANION.fullmatch(name) is not None


def get_suffix(path: Path) -> str:
    """Return the ending of a file's name in small letters, `.gz`, `.lz4` and `.zst` aside; empty if it has none."""
    return os.path.splitext(_COMPRESSION_SUFFIX.sub("", path.name.lower()))[1]  # noqa: PTH122 - of a name, not a path


def sniff_format(path: Path) -> Format | None:
    """Return the format of a file by its first bytes, or None.

    Raises:
        SourceError: it cannot be read, or is empty.
    """
    with path.open("rb") as file:
        start = file.read(_SNIFF_BYTES)
    if start.startswith(safe_open.ZIP_MAGIC):
        return _sniff_zip(path)
    if not start.startswith(tuple(_MAGICS)):
        with safe_open.open_file(path, _MAX_SNIFFED_BYTES) as stream:
            start = safe_open.peek_sample(stream)[:_SNIFF_BYTES]
    for magic, file_format in _MAGICS.items():
        if start.startswith(magic):
            return file_format
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if _HTML.match(text):
        return "html"
    if _XML.match(text):
        return "feed"
    if text[:1] in (b"{", b"[") and text[1:].lstrip()[:1] in (b'"', b"{", b"["):
        return "json"
    return "csv" if _CSV_HEADER.search(text.splitlines()[0] if text else b"") else None


def _sniff_zip(path: Path) -> Format | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise SourceError(f"it is a damaged ZIP file: {error}") from error
    if "xl/workbook.xml" in names:
        return "excel"
    return "warc" if any(".warc" in name for name in names) else None
