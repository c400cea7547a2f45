"""Pages in files: an edition's, and those of its neighbours, so that its links lead somewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from newsfold import store
from newsfold.digest.edition import Digest, read
from newsfold.digest.page import MOST, page
from newsfold.errors import ConfigError

_DATE = "{edition_date}"


def write(
    address: str | Path, out: Path, edition: store.Edition = "latest", top: int = MOST, *, alone: bool = False
) -> tuple[Digest, list[Path]]:
    """Write an edition's page, and beside it the pages of the editions before and after it.

    A page links to the one before and the one after it where they are: written now, or lying there from an earlier
    night. So a folder that gets one page a night holds them all, linked.

    Args:
        address: the store.
        out: the page's file. With `{edition_date}` in its name every edition has a page of its own by that name;
            without, `digest.html` is this edition's, and the dated ones are called `digest-2013-06-05.html`.
        edition: a date (or `YYYY-MM-DD`), or `latest`.
        top: how many stories a page holds.
        alone: this one page only, without links.

    Returns:
        The edition, and the files written, the page asked for first.

    Raises:
        ConfigError: `out` cannot be written.
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read.
    """
    digest = read(address, edition)
    pattern = out if _DATE in out.name else out.with_name(f"{out.stem}-{_DATE}{out.suffix or '.html'}")
    asked = _named(out, digest.edition)
    if alone:
        return digest, [_put(asked, page(digest, top=top))]
    near = [day for day in (digest.edition, digest.previous, digest.following) if day]
    written: list[Path] = []
    for day in near:
        one = digest if day == digest.edition else read(address, day)
        previous, following = (_link(pattern, other, near) for other in (one.previous, one.following))
        html = page(one, previous, following, top)
        names = [asked, _named(pattern, day)] if day == digest.edition else [_named(pattern, day)]
        written += [_put(name, html) for name in dict.fromkeys(names)]
    return digest, written


def _link(pattern: Path, day: date | None, near: list[date]) -> str | None:
    if day is None:
        return None
    there = _named(pattern, day)
    return there.name if day in near or there.exists() else None


def _named(pattern: Path, day: date) -> Path:
    return pattern.with_name(pattern.name.replace(_DATE, str(day)))


def _put(file: Path, html: str) -> Path:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(file.name + ".tmp")
        unfinished.write_text(html, encoding="utf-8", newline="\n")
        unfinished.replace(file)
    except OSError as error:
        raise ConfigError(f"The page {file} cannot be written: {error.strerror}. Check --out.") from error
    return file
