"""From the published form of each labelled set to rows of a labelled table."""

from __future__ import annotations

import csv
import io
import json
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

T = TypeVar("T")
Row = dict[str, Any]
Converted = tuple[list[Row], list[Row]]  # articles, references
_SELECTIONS = Path(__file__).with_name("selections")
_MAX_MEMBER = 200_000_000  # bytes; no member of an archive is larger
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE_IN_URL = re.compile(r"/((?:19|20)\d\d)/(\d{1,2}|[a-z]{3})/(\d{1,2})(?:/|$)", re.IGNORECASE)
_TITLE_AND_TEXT = re.compile(r"TITLE=> (?P<title>.*?)\. ARTICLE=>(?P<text>.*)", re.DOTALL)
_BEFORE_PUNCTUATION = re.compile(r" ([,.;:!?%)\]’]|n't\b|'s\b)")
_UCI_ROWS = 1825
_ECB_TOPICS = 35


class ConversionError(Exception):
    """A file is not in the form in which its set is published.

    Attributes:
        files: the files of which at least one is at fault.
    """

    def __init__(self, message: str, files: Sequence[Path] = ()) -> None:
        super().__init__(message)
        self.files = files


@contextmanager
def _checked(*files: Path) -> Iterator[None]:
    """Raise ConversionError if one of the files that are read within is damaged, truncated or not the published one."""
    try:
        yield
    except (
        zipfile.BadZipFile, tarfile.TarError, zlib.error, ET.ParseError, EOFError, OSError, KeyError, ValueError,
        csv.Error,
    ) as error:  # fmt: skip
        names = ", ".join(file.name for file in files)
        raise ConversionError(f"{names}: damaged, or not in the published form ({error}).", files) from error


def _in_published_form(convert: Callable[[list[Path]], Converted]) -> Callable[[list[Path]], Converted]:
    @wraps(convert)
    def convert_checked(files: list[Path]) -> Converted:
        """Raise ConversionError if a file is damaged, truncated or not the published one."""
        with _checked(*files):
            rows, references = convert(files)
            if not rows or len({row["id"] for row in rows}) < len(rows):
                raise ValueError("no articles, or some twice")
            return rows, references

    return convert_checked


@_in_published_form
def convert_ecbplus(files: list[Path]) -> Converted:
    """Convert ECB+: an XML file of tokens per article; its first sentences are address and title in the newer half.

    The topics up to 35 are used: those of the usual training and development split.
    """
    rows = []
    with zipfile.ZipFile(files[0]) as archive:
        for name in sorted(archive.namelist()):
            path = PurePosixPath(name)
            match = re.fullmatch(r"(\d+)_\d+(ecb|ecbplus)\.xml", path.name)
            if not match or "__MACOSX" in path.parts or int(match[1]) > _ECB_TOPICS:
                continue
            sentences = _read_sentences(_read_member(archive, name))
            is_newer = match[2] == "ecbplus"
            if is_newer and len(sentences) < 2:
                raise ValueError(f"{name} has no title")
            url = "".join(sentences[0]) if is_newer else None
            url = url if url is None or "://" in url else f"http://{url}"
            body = sentences[2 if is_newer else 0 :]
            rows.append(
                _build_row(
                    path.stem,
                    match[1] + match[2],
                    title=_join_tokens(sentences[1]) if is_newer else None,
                    text="\n".join(_join_tokens(sentence) for sentence in body) or None,
                    url=url,
                    outlet=urlsplit(url).hostname if url else None,
                    published_at=_find_date(url) if url else None,
                )
            )
    return rows, []


@_in_published_form
def convert_uci(files: list[Path]) -> Converted:
    """Convert the UCI News Aggregator's headlines: the first 1,825 rows, 30 whole stories."""
    with zipfile.ZipFile(files[0]) as archive:
        text = _read_member(archive, "newsCorpora.csv").decode()
    rows = []
    for fields in csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE):
        id_, title, url, publisher, _, story, _, milliseconds = fields
        published_at = datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
        rows.append(_build_row(id_, story, title=title, url=url, outlet=publisher, published_at=published_at))
        if len(rows) == _UCI_ROWS:
            break
    return rows, []


@_in_published_form
def convert_vmds(files: list[Path]) -> Converted:
    """Convert VMDS: a folder per story with `N.body.txt` and `N.info.txt`; every second story by name is used."""
    with zipfile.ZipFile(files[0]) as archive:
        by_story: dict[str, list[str]] = {}
        for name in sorted(archive.namelist()):
            path = PurePosixPath(name)
            if path.name.endswith(".body.txt") and path.parent.name.startswith("cluster_"):
                by_story.setdefault(path.parent.name, []).append(name)
        rows = []
        for story in sorted(by_story)[::2]:
            for name in by_story[story]:
                info = _read_info(_read_member(archive, name.replace(".body.txt", ".info.txt")).decode("utf-8-sig"))
                url = next((value for value in info.values() if value.startswith("http")), None)
                number = re.search(r"/(\d+)\.epi$", url or "")
                stem = PurePosixPath(name).name.removesuffix(".body.txt")
                rows.append(
                    _build_row(
                        f"{story}-{number[1] if number else stem}",
                        story,
                        title=next((value for key, value in info.items() if "TITLE" in key), None),
                        text=_read_member(archive, name).decode("utf-8-sig").strip(),
                        url=url,
                        language="vi",
                    )
                )
    return rows, []


@_in_published_form
def convert_abmusu(files: list[Path]) -> Converted:
    """Convert AbMuSu: a line of JSON per story, in a file per split; about half of the stories are used."""
    rows, references = [], []
    for split, file in zip(("train", "val", "test"), files, strict=True):
        chosen = _read_selection(f"abmusu-{split}")
        with _checked(file):
            clusters = [json.loads(line) for line in _read_lines(file)]
            for number, cluster in enumerate(clusters):
                if str(number) not in chosen:
                    continue
                story = f"abmusu-{split}-{number:03}"
                for at, document in enumerate(_get(cluster, "single_documents", list)):
                    text = "\n".join(_get(document, part, str).strip() for part in ("anchor_text", "raw_text"))
                    title = _get(document, "title", str).strip()
                    rows.append(_build_row(f"{story}-{at}", story, title=title, text=text, language="vi"))
                if cluster.get("summary"):
                    summary = _get(cluster, "summary", str).strip()
                    references.append({"story": story, "headline": None, "summary": summary})
    return rows, references


@_in_published_form
def convert_neus(files: list[Path]) -> Converted:
    """Convert NeuS: stories of three excerpts a line, and its editors' texts; addresses are AllSides' by title."""
    with _checked(files[4]):
        pages = {
            _key_title(_get(article, "title", str)): article
            for article in sorted(_read_allsides(files[4]), key=lambda article: str(article["ID"]), reverse=True)
        }
    rows, references = [], []
    for split, (source, target) in {"train": files[:2], "val": files[2:4]}.items():
        with _checked(source, target):
            if not source.read_bytes().endswith(b"\n"):
                raise ValueError(f"{source.name} ends within a line")
            chosen = _read_selection("neus-train") if split == "train" else None
            for number, (line, edited) in enumerate(zip(_read_lines(source), _read_lines(target), strict=True)):
                if chosen is not None and str(number) not in chosen:
                    continue
                story = f"neus-{split}-{number:04}"
                excerpts = line.split(" [SEP] ")
                if len(excerpts) != 3:
                    raise ValueError(f"line {number + 1} of {source.name} has {len(excerpts)} excerpts, not 3")
                for at, excerpt in enumerate(excerpts):
                    title, text = _split_title(excerpt)
                    page = pages.get(_key_title(title), {})
                    rows.append(
                        _build_row(
                            f"{story}-{at}",
                            story,
                            title=title,
                            text=text or None,
                            url=page.get("url"),
                            outlet=page.get("source"),
                            published_at=_parse_day(page.get("date")),
                        )
                    )
                headline, summary = _split_title(edited)
                references.append({"story": story, "headline": headline, "summary": summary})
    return rows, references


@_in_published_form
def convert_allsides(files: list[Path]) -> Converted:
    """Convert AllSides' articles: a JSON file each; those of NeuS's stories are labelled, others are not."""
    lines = (line.split() for line in _read_lines(_SELECTIONS / "allsides.txt"))
    story_of = {id_: f"neus-{story[0]}" if story else None for id_, *story in lines}
    rows = [
        _build_row(
            article["ID"],
            story_of[article["ID"]],
            title=article["title"],
            text=article["content_original"],
            url=article["url"],
            outlet=article["source"],
            published_at=_parse_day(article["date"]),
        )
        for article in _read_allsides(files[0])
        if article["ID"] in story_of
    ]
    return rows, []


@_in_published_form
def convert_og2021(files: list[Path]) -> Converted:
    """Convert OG2021's public CSV: titles with language and time; about half of the clusters are used."""
    chosen = _read_selection("og2021")
    rows = []
    with files[0].open(encoding="utf-8-sig", newline="") as opened:
        for line in csv.DictReader(opened, restval=""):
            cluster = line["cluster_id"].removeprefix("wn-")
            if cluster in chosen:
                published_at = datetime.fromisoformat(line["published_at"])
                published_at = published_at.astimezone(UTC) if published_at.tzinfo else published_at.replace(tzinfo=UTC)
                row = _build_row(line["id"], f"wn-{cluster}", title=line["title"], published_at=published_at)
                rows.append(row | {"language": line["lang"]})
    return rows, []


def _build_row(id_: str, story: str | None, language: str = "en", **columns: Any) -> Row:
    return {"id": id_, "story": story, "language": language, **columns}


def _read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _MAX_MEMBER:
        raise ValueError(f"{name} is too large")
    return archive.read(name)  # never more than its entry says


def _read_allsides(file: Path) -> Iterator[Row]:
    with tarfile.open(file, "r|gz") as archive:
        for member in archive:
            if member.isfile() and "/data/jsons/" in member.name and member.name.endswith(".json"):
                opened = archive.extractfile(member)
                if opened is not None and member.size <= _MAX_MEMBER:
                    article = json.loads(opened.read())
                    _get(article, "ID", str)
                    yield article


def _get(value: Any, key: str, kind: type[T]) -> T:
    """Return an entry of a JSON object.

    Raises:
        ValueError: it is not an object, has no such entry, or one of another type.
    """
    entry = value.get(key) if isinstance(value, dict) else None
    if not isinstance(entry, kind):
        raise ValueError(f"{key} is not a {kind.__name__}")
    return entry


def _read_lines(file: Path) -> list[str]:
    # Not splitlines(): texts hold separators such as U+2028.
    lines = file.read_text(encoding="utf-8").split("\n")
    return lines[:-1] if not lines[-1] else lines


def _read_selection(name: str) -> set[str]:
    """Read which stories of a set are used: numbers, ranges of numbers and names."""
    chosen: set[str] = set()
    for word in (_SELECTIONS / f"{name}.txt").read_text(encoding="utf-8").split():
        first, dash, last = word.partition("-")
        chosen |= {str(number) for number in range(int(first), int(last) + 1)} if dash else {word}
    return chosen


def _read_sentences(xml: bytes) -> list[list[str]]:
    sentences: dict[int, list[str]] = {}
    for token in ET.fromstring(xml).iter("token"):
        sentences.setdefault(int(token.attrib["sentence"]), []).append(token.text or "")
    return [sentences[number] for number in sorted(sentences)]


def _join_tokens(tokens: list[str]) -> str:
    return _BEFORE_PUNCTUATION.sub(r"\1", " ".join(tokens)).strip()


def _read_info(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.splitlines())
    return {key.strip().upper(): value.strip() for key, _, value in pairs if value.strip()}


def _split_title(excerpt: str) -> tuple[str, str]:
    match = _TITLE_AND_TEXT.fullmatch(excerpt.strip())
    if not match:
        raise ValueError(f"no TITLE=> and ARTICLE=> in {excerpt[:40]!r}")
    return match["title"].strip(), match["text"].strip()


def _key_title(title: str) -> str:
    return "".join(char for char in title.casefold() if char.isalnum())


def _parse_day(day: str | None) -> datetime | None:
    return datetime.fromisoformat(str(day)).replace(tzinfo=UTC) if day else None


def _find_date(url: str) -> datetime | None:
    match = _DATE_IN_URL.search(url)
    if not match:
        return None
    month = match[2].lower()
    number = int(month) if month.isdigit() else _MONTHS.index(month) + 1 if month in _MONTHS else 0
    try:
        return datetime(int(match[1]), number, int(match[3]), tzinfo=UTC)
    except ValueError:
        return None
