"""Finding the files that a configured path matches: `{edition_date}`, `{outlet}`, folders and globs."""

from __future__ import annotations

import glob
import itertools
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from newsfold import text
from newsfold.errors import SourceError
from newsfold.settings import FilesSource
from newsfold.sources import file_formats
from newsfold.sources.file_formats import FORMATS

_NO_KNOWN_FILE = (
    f"the folder holds no file that newsfold reads ({', '.join(FORMATS)}, each also with .gz, .zst and .lz4)"
)
_MAX_SUGGESTED_DATES = 3
_MAX_NAMES = 3  # of files that are passed over
_TOKEN = re.compile(r"\{edition_date\}|\{outlet\}|\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\]")
_TOKEN_REGEXES = {
    "{edition_date}": r"(?P<edition_date>\d{4}-\d{2}-\d{2})",
    "{outlet}": r"(?P<outlet>[^/]+?)",
    "**/": r"(?:.*/)?",
    "**": r".*",
    "*": r"[^/]*",
    "?": r"[^/]",
}


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file to read.

    Attributes:
        path: the file; the configured path itself if it matches nothing.
        location: its name in messages and tables.
        outlet: the text in the place of `{outlet}`, if any.
        problem: why the path matches nothing, or why files are passed over; else None.
        passed_over: it stands for files below a folder or glob whose format is not known.
    """

    path: Path
    location: str
    outlet: str | None = None
    problem: str | None = None
    passed_over: bool = False


def find_files(source: FilesSource, folder: Path, edition: date) -> list[InputFile]:
    """Find the files of a source for one edition.

    Args:
        source: names the paths.
        folder: the start of relative paths.
        edition: the value of `{edition_date}`.

    Returns:
        The files sorted by path, each once. A configured path that matches nothing is among them, with its `problem`,
        and so are files of no known format below folders and globs, together by the endings of their names.
    """
    files: dict[Path, InputFile] = {}
    unknown: dict[Path, str] = {}
    for pattern in _list_patterns(source):
        dated = pattern.replace("{edition_date}", edition.isoformat())
        matches = list(_match_files(dated, folder, source))
        for path, outlet, known in matches:
            if known:
                files.setdefault(path, InputFile(path, _format_location(path, folder), outlet))
            else:
                unknown.setdefault(path, dated)
        if not any(known for _, _, known in matches):
            problem = _NO_KNOWN_FILE if matches else _explain_no_match(pattern, dated, folder, edition)
            files.setdefault(folder / dated, InputFile(folder / dated, dated, problem=problem))
    passed_over = _group_unknown({path: name for path, name in unknown.items() if path not in files}, folder)
    return sorted([*files.values(), *passed_over], key=lambda file: (file.location, file.problem or ""))


def _group_unknown(unknown: Mapping[Path, str], folder: Path) -> Iterator[InputFile]:
    """Yield one item for all files of one ending below one configured path."""
    groups: dict[tuple[str, str], list[Path]] = {}
    for path in sorted(unknown):
        groups.setdefault((unknown[path], file_formats.get_suffix(path)), []).append(path)
    for (pattern, suffix), files in groups.items():
        names = ", ".join(_format_location(path, folder) for path in files[:_MAX_NAMES])
        more = f" and {len(files) - _MAX_NAMES:,} more" if len(files) > _MAX_NAMES else ""
        count = text.format_count(len(files), "file")
        ending = f"with the ending {suffix}" if suffix else "without an ending"
        problem = f"{count} {ending} passed over, as newsfold does not know the format: {names}{more}; see `format`"
        yield InputFile(folder / pattern, pattern, problem=problem, passed_over=True)


def find_dates(source: FilesSource, folder: Path) -> set[date]:
    """Find every date for which a path with `{edition_date}` has files."""
    return {
        day
        for pattern in _list_patterns(source)
        if "{edition_date}" in pattern
        for day in _match_dates(pattern, folder)
        if any(
            known for _, _, known in _match_files(pattern.replace("{edition_date}", day.isoformat()), folder, source)
        )
    }


def has_files(source: FilesSource, folder: Path, edition: date) -> bool:
    """Return whether anything is there for one edition, readable or not: a file, or a folder that holds a file.

    Args:
        source: names the paths.
        folder: the start of relative paths.
        edition: the value of `{edition_date}`.
    """
    return any(
        not path.is_dir() or not all(file_formats.is_companion(file.name) for file in _walk_files(path))
        for pattern in _list_patterns(source)
        for path, _ in _match_paths(pattern.replace("{edition_date}", edition.isoformat()), folder)
    )


def require_file(file: InputFile) -> Path:
    """Return the path of a file that can be opened.

    Raises:
        SourceError: it matches nothing, or is not a regular file.
    """
    if file.problem:
        raise SourceError(file.problem)
    if not file.path.exists():
        raise SourceError("the link leads nowhere" if file.path.is_symlink() else "the file is gone")
    if not file.path.is_file():
        raise SourceError("it is neither a file nor a folder (perhaps a device or a pipe)")
    return file.path


def _list_patterns(source: FilesSource) -> list[str]:
    return [source.path] if isinstance(source.path, str) else source.path


def _match_files(pattern: str, folder: Path, source: FilesSource) -> Iterator[tuple[Path, str | None, bool]]:
    """Yield files below a path without date, the outlet that each one's path names, and whether its format is known.

    Hidden files and those that stand beside articles (see `file_formats`) are left out of folders and globs.
    """
    for path, outlet in _match_paths(pattern, folder):
        if path.is_dir():
            for file in _walk_files(path):
                if not file_formats.is_companion(file.name):
                    # What cannot be opened is refused by `require_file`, with the reason.
                    yield file, outlet, source.format != "auto" or not file.is_file() or _is_known(file)
        elif os.path.lexists(folder / pattern) or source.format != "auto" or not path.is_file():
            # A pipe or a device would block the run for ever: `require_file` refuses it.
            yield path, outlet, True
        elif not file_formats.is_companion(path.name):
            # A pattern such as `*.bak` asks for these files.
            yield path, outlet, _is_known(path, any_ending=not pattern.endswith("*"))


def _is_known(path: Path, *, any_ending: bool = False) -> bool:
    """Whether a file's format is known by its name, or by its content if its name has no ending or `any_ending`."""
    if file_formats.guess_format(path):
        return True
    try:
        return (any_ending or not file_formats.get_suffix(path)) and file_formats.sniff_format(path) is not None
    except (OSError, SourceError):
        return False


def _walk_files(folder: Path) -> Iterator[Path]:
    """Yield whatever is in a folder and in those below it or linked there, except hidden files and folders."""
    for root, _, names in _walk_folders(folder):
        yield from (root / name for name in names)


def _walk_folders(folder: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Yield a folder and those below it, each with the names of its folders and of what else is in it."""
    for root, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".") and not _leads_back(Path(root, name))]
        yield Path(root), folders, [name for name in names if not name.startswith(".")]


def _leads_back(folder: Path) -> bool:
    """Whether a folder is a link to one above it, so that following it would never end."""
    if not folder.is_symlink():
        return False
    target = folder.resolve()
    return any(parent.resolve() == target for parent in folder.parents)


def _match_paths(pattern: str, folder: Path) -> list[tuple[Path, str | None]]:
    if os.path.lexists(folder / pattern):
        return [(folder / pattern, None)]
    return sorted((folder / name, match.groupdict().get("outlet")) for name, match in _expand_glob(pattern, folder))


def _expand_glob(pattern: str, folder: Path) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield paths that match a pattern, with a match that has the texts of `{outlet}` and `{edition_date}`."""
    regex = _to_regex(pattern)
    for name in _list_names(_to_glob(pattern), folder):
        match = regex.fullmatch(Path(name).as_posix())
        if match:
            yield name, match


def _list_names(pattern: str, folder: Path) -> Iterator[str]:
    """Yield the paths that may match a glob: absolute if it is, else relative to the folder."""
    if "**" not in pattern:
        # Path.glob cannot start at a folder and take an absolute pattern as well.
        yield from glob.glob(pattern, root_dir=folder)  # noqa: PTH207
        return
    # Module glob follows links in circles.
    start = Path(*itertools.takewhile(lambda part: not glob.has_magic(part), Path(pattern).parts))
    for root, folders, names in _walk_folders(folder / start):
        within = root if start.is_absolute() else root.relative_to(folder)
        yield from ((within / name).as_posix() for name in (*folders, *names))


def _to_glob(pattern: str) -> str:
    return pattern.rstrip("/").replace("{outlet}", "*").replace("{edition_date}", "[0-9]" * 4 + "-[0-9][0-9]" * 2)


def _to_regex(pattern: str) -> re.Pattern[str]:
    """Convert a pattern to a regular expression with the groups `outlet` and `edition_date`."""
    parts, position, used = [], 0, set()
    pattern = Path(pattern).as_posix()
    for match in _TOKEN.finditer(pattern):
        parts.append(re.escape(pattern[position : match.start()]))
        token = match.group()
        if token in used:
            parts.append(f"(?P={token[1:-1]})")
        else:
            parts.append(_TOKEN_REGEXES.get(token) or _character_set_regex(token))
        if token.startswith("{"):
            used.add(token)
        position = match.end()
    return re.compile("".join([*parts, re.escape(pattern[position:])]), re.DOTALL)


def _character_set_regex(token: str) -> str:
    negated = token.startswith("[!")
    return ("[^" if negated else "[") + re.sub(r"([\\\[^&~|])", r"\\\1", token[1 + negated : -1]) + "]"


def _match_dates(pattern: str, folder: Path) -> set[date]:
    dates = set()
    for _, match in _expand_glob(pattern, folder):
        try:
            dates.add(date.fromisoformat(match["edition_date"]))
        except ValueError:  # a folder may be called 2013-02-31
            continue
    return dates


def _format_location(path: Path, folder: Path) -> str:
    """The path for messages: relative if possible, so that no machine's layout is published."""
    shown = path.relative_to(folder) if path.is_relative_to(folder) else path
    return os.fsencode(shown.as_posix()).decode("utf-8", "replace")


def _explain_no_match(pattern: str, dated: str, folder: Path, edition: date) -> str:
    if (folder / dated).is_dir():
        return _NO_KNOWN_FILE
    reason = "there is no such file or folder, and no file matches it as a pattern; check `path`"
    if "{edition_date}" not in pattern:
        return reason
    dates = _match_dates(pattern, folder)
    nearest = sorted(dates, key=lambda day: (abs(day - edition), day))[:_MAX_SUGGESTED_DATES]
    if not nearest:
        return f"{reason} (nothing is there for any other date either)"
    return f"{reason}; nearest dates with files: {', '.join(day.isoformat() for day in sorted(nearest))}"
