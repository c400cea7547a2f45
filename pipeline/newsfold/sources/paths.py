"""Which files a configured path means: `{edition_date}`, `{outlet}`, folders and globs."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from newsfold.errors import SourceError
from newsfold.settings import FilesSource

FORMATS = {
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xml": "feed",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
    ".warc": "warc",
    ".arc": "warc",
}
_PACKED = re.compile(r"\.(?:gz|lz4)$")
_NIGHTS_NAMED = 3
_TOKEN = re.compile(r"\{edition_date\}|\{outlet\}|\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\]")
_AS_REGEX = {
    "{edition_date}": r"(?P<edition_date>\d{4}-\d{2}-\d{2})",
    "{outlet}": r"(?P<outlet>[^/]+?)",
    "**/": r"(?:.*/)?",
    "**": r".*",
    "*": r"[^/]*",
    "?": r"[^/]",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One file to read; where a path matched nothing, the path itself and why."""

    path: Path
    location: str
    outlet: str | None = None
    problem: str | None = None


def suffix_format(path: Path) -> str | None:
    """The format that a file's name promises (`.gz` and `.lz4` aside), or None."""
    name = _PACKED.sub("", path.name.lower())
    return FORMATS.get(os.path.splitext(name)[1])  # noqa: PTH122 - a name, not a path


def find(source: FilesSource, folder: Path, edition: date) -> list[Found]:
    """The files of a source for one edition, sorted by path, each once.

    A path of the configuration that matches nothing stands in the list with its `problem`.
    """
    found: dict[Path, Found] = {}
    for pattern in _patterns(source):
        dated = pattern.replace("{edition_date}", edition.isoformat())
        files = list(_files(dated, folder))
        for path, outlet in files:
            found.setdefault(path, Found(path, _location(path, folder), outlet))
        if not files:
            problem = _nothing(pattern, dated, folder, edition)
            found.setdefault(folder / dated, Found(folder / dated, dated, problem=problem))
    return sorted(found.values(), key=lambda one: one.location)


def nights(source: FilesSource, folder: Path) -> set[date]:
    """Every date for which a path with `{edition_date}` has files."""
    return {
        night
        for pattern in _patterns(source)
        if "{edition_date}" in pattern
        for night in _dates(pattern, folder)
        if any(_files(pattern.replace("{edition_date}", night.isoformat()), folder))
    }


def _patterns(source: FilesSource) -> list[str]:
    return [source.path] if isinstance(source.path, str) else source.path


def _files(pattern: str, folder: Path) -> Iterator[tuple[Path, str | None]]:
    """Readable-looking files under a path without date, with the outlet that each one's path names."""
    for path, outlet in _matches(pattern, folder):
        if path.is_dir():
            for root, folders, names in os.walk(path):
                folders[:] = [name for name in folders if not name.startswith(".")]
                for name in names:
                    file = Path(root, name)
                    if not name.startswith(".") and suffix_format(file) and file.is_file():
                        yield file, outlet
        else:
            # A pipe or a device would block the run for ever; reading it reports it as missing.
            yield path, outlet


def _matches(pattern: str, folder: Path) -> list[tuple[Path, str | None]]:
    if os.path.lexists(folder / pattern):
        return [(folder / pattern, None)]
    named = ((folder / name, match.groupdict().get("outlet")) for name, match in _glob(pattern, folder))
    return sorted(named)


def _glob(pattern: str, folder: Path) -> Iterator[tuple[str, re.Match[str]]]:
    """Paths that match a pattern, with what stands in the place of its `{outlet}` and `{edition_date}`."""
    wanted = _regex(pattern)
    # Path.glob cannot start at a folder and take an absolute pattern as well.
    for name in glob.glob(_as_glob(pattern), root_dir=folder, recursive=True):  # noqa: PTH207
        match = wanted.fullmatch(Path(name).as_posix())
        if match:
            yield name, match


def _as_glob(pattern: str) -> str:
    return pattern.rstrip("/").replace("{outlet}", "*").replace("{edition_date}", "[0-9]" * 4 + "-[0-9][0-9]" * 2)


def _regex(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression with the groups `outlet` and `edition_date`."""
    parts, at, named = [], 0, set()
    pattern = Path(pattern).as_posix()
    for token in _TOKEN.finditer(pattern):
        parts.append(re.escape(pattern[at : token.start()]))
        mark = token.group()
        if mark in named:
            parts.append(f"(?P={mark[1:-1]})")
        else:
            parts.append(_AS_REGEX.get(mark) or _set_of_characters(mark))
        if mark.startswith("{"):
            named.add(mark)
        at = token.end()
    return re.compile("".join([*parts, re.escape(pattern[at:])]), re.DOTALL)


def _set_of_characters(mark: str) -> str:
    negated = mark.startswith("[!")
    return ("[^" if negated else "[") + re.sub(r"([\\\[^&~|])", r"\\\1", mark[1 + negated : -1]) + "]"


def _dates(pattern: str, folder: Path) -> set[date]:
    dates = set()
    for _, match in _glob(pattern, folder):
        try:
            dates.add(date.fromisoformat(match["edition_date"]))
        except ValueError:  # 2013-02-31 is a fine name for a folder
            continue
    return dates


def _location(path: Path, folder: Path) -> str:
    """The path as messages name it: relative where it can be, so that no machine's layout is published."""
    shown = path.relative_to(folder) if path.is_relative_to(folder) else path
    return os.fsencode(shown.as_posix()).decode("utf-8", "replace")


def _nothing(pattern: str, dated: str, folder: Path, edition: date) -> str:
    if (folder / dated).is_dir():
        return f"the folder holds no file that newsfold reads ({', '.join(FORMATS)}, each also with .gz)"
    reason = "there is no such file or folder, and no file matches it as a pattern; check `path`"
    if "{edition_date}" not in pattern:
        return reason
    near = sorted(_dates(pattern, folder), key=lambda night: (abs(night - edition), night))[:_NIGHTS_NAMED]
    if not near:
        return f"{reason} (nothing is there for any other date either)"
    return f"{reason}; nearest dates with files: {', '.join(night.isoformat() for night in sorted(near))}"


def require_file(found: Found) -> Path:
    """The path of a found file.

    Raises:
        SourceError: it matched nothing, or is no regular file.
    """
    if found.problem:
        raise SourceError(found.problem)
    if not found.path.exists():
        raise SourceError("the link leads nowhere" if found.path.is_symlink() else "the file is gone")
    if not found.path.is_file():
        raise SourceError("it is neither a file nor a folder (perhaps a device or a pipe)")
    return found.path
