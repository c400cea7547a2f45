"""Files from the web: resumed, retried, limited in size and time, and compared with what was trusted before."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

_ATTEMPTS = 4
_SECONDS = 2.0  # before the second attempt; twice as long before each further one
_TIMEOUT = httpx.Timeout(60, connect=20)


class FetchError(Exception):
    """A file cannot be had."""


@dataclass(frozen=True)
class Source:
    """A published file.

    Attributes:
        name: its name in the folder of downloads.
        url: its address; None: a person has to download it.
        max_mb: more than this is another file.
    """

    name: str
    url: str | None
    max_mb: int


def create_client() -> httpx.Client:
    """Return a client that follows redirects and gives up on servers that do not answer."""
    return httpx.Client(timeout=_TIMEOUT, follow_redirects=True, headers={"User-Agent": "newsfold-benchmarks"})


def fetch_file(client: httpx.Client, source: Source, folder: Path) -> Path:
    """Download a file, or return it if it is there already.

    Raises:
        FetchError: it cannot be fetched, is too large, or differs from the file that was trusted before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / source.name
    trusted = _trusted_digest(file)
    if file.exists() and (trusted is None or trusted == hash_file(file)):
        return file
    if source.url is None:
        raise FetchError(f"{source.name} has no address that stays; download it by hand to {file} and run this again.")
    part = folder / f"{source.name}.part"
    for attempt in range(_ATTEMPTS):
        try:
            _download(client, source.url, part, source.max_mb)
            break
        except httpx.HTTPError as error:
            status = error.response.status_code if isinstance(error, httpx.HTTPStatusError) else 0
            if attempt == _ATTEMPTS - 1 or (400 <= status < 500 and status != 429):
                raise FetchError(f"{source.url} cannot be fetched: {error or type(error).__name__}") from error
            time.sleep(_SECONDS * 2**attempt)
    digest = hash_file(part)
    if trusted is not None and trusted != digest:
        part.unlink()
        raise FetchError(
            f"{source.url} is another file now: its SHA-256 is {digest}, not {trusted} as at first. "
            f"If you trust it, remove {file}.sha256."
        )
    part.replace(file)
    _validator(part).unlink(missing_ok=True)
    return file


def is_trusted(file: Path) -> bool:
    """Return whether a file's SHA-256 is written beside it."""
    return _trusted_digest(file) is not None


def trust_file(file: Path) -> None:
    """Write a file's SHA-256 beside it, to be compared from now on."""
    Path(f"{file}.sha256").write_text(f"{hash_file(file)}  {file.name}\n", encoding="utf-8")


def hash_file(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _download(client: httpx.Client, url: str, part: Path, max_mb: int) -> None:
    """Download to a file, after what an earlier attempt left of the same version."""
    headers = {"Accept-Encoding": "identity"}
    begun = part.stat().st_size if part.exists() else 0
    if begun and _validator(part).exists():
        headers |= {"Range": f"bytes={begun}-", "If-Range": _validator(part).read_text(encoding="utf-8")}
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink()
            raise httpx.ReadError("the part that is here does not fit")
        response.raise_for_status()
        resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
        etag = response.headers.get("ETag", "")
        if etag and not etag.startswith("W/"):
            _validator(part).write_text(etag, encoding="utf-8")
        else:
            _validator(part).unlink(missing_ok=True)
        size = begun if resumed else 0
        with part.open("ab" if resumed else "wb") as out:
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > max_mb * 1_000_000:
                    raise FetchError(f"{url} has more than {max_mb} MB; it is not the file that was expected.")
                out.write(chunk)


def _validator(part: Path) -> Path:
    return Path(f"{part}.etag")


def _trusted_digest(file: Path) -> str | None:
    beside = Path(f"{file}.sha256")
    return beside.read_text(encoding="utf-8").split()[0] if beside.exists() else None
