"""Digest pages as files: an edition's page and its page_digests', linked to each other."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from newsfold import store
from newsfold.digest.edition import Digest, load_digest
from newsfold.digest.page import MAX_STORIES, render_page
from newsfold.errors import ConfigError

_DATE = "{edition_date}"


def write_pages(
    address: str | Path, out: Path, edition: store.Edition = "latest", top: int = MAX_STORIES, *, alone: bool = False
) -> tuple[Digest, list[Path]]:
    """Write an edition's page, and beside it the pages of the editions before and after it.

    A page links to its page_digests if they exist: written now, or by an earlier call. A folder that gets one page a
    night therefore holds them all, linked.

    Args:
        address: the store.
        out: the page's file. With `{edition_date}` in its name every edition has a page of its own by that name;
            without, `digest.html` is this edition's, and the dated ones are called `digest-2013-06-05.html`.
        edition: a date (or `YYYY-MM-DD`), or `latest`.
        top: the most stories that a page holds.
        alone: write this one page only, without links.

    Returns:
        The edition, and the files written, this edition's page first.

    Raises:
        ConfigError: `out` cannot be written.
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read.
    """
    digest = load_digest(address, edition)
    pattern = out if _DATE in out.name else out.with_name(f"{out.stem}-{_DATE}{out.suffix or '.html'}")
    main_file = _fill_date(out, digest.edition)
    if alone:
        return digest, [_write_file(main_file, render_page(digest, top=top))]
    days = [day for day in (digest.edition, digest.previous, digest.following) if day]
    written: list[Path] = []
    for day in days:
        page_digest = digest if day == digest.edition else load_digest(address, day)
        previous, following = (
            _find_link(pattern, other, days) for other in (page_digest.previous, page_digest.following)
        )
        html = render_page(page_digest, previous, following, top)
        dated_file = _fill_date(pattern, day)
        files = [main_file, dated_file] if day == digest.edition else [dated_file]
        written += [_write_file(file, html) for file in dict.fromkeys(files)]
    return digest, written


def _find_link(pattern: Path, day: date | None, written_days: Collection[date]) -> str | None:
    if day is None:
        return None
    file = _fill_date(pattern, day)
    return file.name if day in written_days or file.exists() else None


def _fill_date(pattern: Path, day: date) -> Path:
    return pattern.with_name(pattern.name.replace(_DATE, str(day)))


def _write_file(file: Path, html: str) -> Path:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(file.name + ".tmp")
        unfinished.write_text(html, encoding="utf-8", newline="\n")
        unfinished.replace(file)
    except OSError as error:
        raise ConfigError(f"The page {file} cannot be written: {error.strerror}. Check --out.") from error
    return file
