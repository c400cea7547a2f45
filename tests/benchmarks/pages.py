"""How well articles come out of real pages: `python -m tests.benchmarks.pages [FOLDER] [--misses]`.

Prints, for each set of pages in FOLDER (`../shared/data/pages` unless told), newsfold beside plain trafilatura in one
run: precision, recall and F1 of 4-token shingles of the body (per page, then averaged, as the
article-extraction-benchmark of Scrapinghub counts them), and how often title, day and set of authors are exactly the
expected ones. Pages that lack an expected value do not count for it. `--misses` lists every value that differs.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from newsfold.extraction.stage import extract_articles
from newsfold.sources.document import Document, build_documents, build_row

PAGES = Path(__file__).parents[3] / "shared" / "data" / "pages"
_TOKEN = re.compile(r"\w+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_SHINGLE = 4
Found = Mapping[str, Any]  # title, authors, date, body


def main(arguments: list[str]) -> None:
    """Measure and print."""
    named = [argument for argument in arguments if not argument.startswith("--")]
    folder = Path(named[0]) if named else PAGES
    for expected_file in sorted(folder.glob("*/expected.jsonl")):
        expected = [json.loads(line) for line in expected_file.read_text(encoding="utf-8").splitlines()]
        pages = [gzip.decompress((expected_file.parent / one["file"]).read_bytes()) for one in expected]
        for name, read in (("newsfold", by_newsfold), ("trafilatura", by_trafilatura)):
            began = time.perf_counter()
            found = read(expected, pages)
            seconds = time.perf_counter() - began
            sys.stdout.write(f"{expected_file.parent.name:<12} {name:<12} {line(expected, found)} {seconds:6.1f} s\n")
            if "--misses" in arguments and name == "newsfold":
                sys.stdout.writelines(misses(expected, found))


def by_newsfold(expected: list[Found], pages: list[bytes]) -> list[Found]:
    """What newsfold's own extraction makes of the pages, all in one run, as a night has them."""
    documents = build_documents(
        build_row(Document(one["file"], "html", page, id=one["file"], url=one["url"]), "pages")
        for one, page in zip(expected, pages, strict=True)
    )
    articles, _ = extract_articles(documents)
    by_file = {article["article_id"]: article for article in articles.to_pylist()}
    return [by_file.get(one["file"], {}) for one in expected]


def by_trafilatura(expected: list[Found], pages: list[bytes]) -> list[Found]:
    """What plain trafilatura makes of them, with the options that suit it best here."""
    from trafilatura import bare_extraction

    found: list[Found] = []
    for one, page in zip(expected, pages, strict=True):
        read = bare_extraction(page, url=one["url"], fast=True, include_comments=False, with_metadata=True)
        if read is None:
            found.append({})
            continue
        got = read.as_dict() if not isinstance(read, dict) else read
        authors = [name.strip() for name in (got["author"] or "").split(";") if name.strip()]
        found.append({"title": got["title"], "authors": authors, "published_at": got["date"], "body": got["text"]})
    return found


def line(expected: list[Found], found: list[Found]) -> str:
    """The figures of one reader on one set."""
    bodies = [shared(one["body"], got.get("body") or "") for one, got in zip(expected, found, strict=True)]
    precision, recall = (sum(values) / len(bodies) for values in zip(*bodies, strict=True))
    parts = [f"body P {precision:.3f} R {recall:.3f} F1 {2 * precision * recall / (precision + recall):.3f}"]
    for name, key, same in _FIELDS:
        pairs = [(one[name], got.get(key)) for one, got in zip(expected, found, strict=True) if one[name]]
        right = sum(same(wanted, given) for wanted, given in pairs)
        parts.append(f"{name} {right / len(pairs):.3f} ({right} of {len(pairs)})" if pairs else f"{name} —")
    return "  ".join(parts)


def shared(expected: str, found: str) -> tuple[float, float]:
    """Precision and recall of one page's shingles, counted as often as they occur."""
    wanted, given = shingles(expected), shingles(found)
    common = sum((wanted & given).values())
    return common / max(1, sum(given.values())), common / max(1, sum(wanted.values()))


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The 4-token shingles of a text, of a shorter one the whole; what nobody sees (soft hyphens, forms) aside."""
    tokens = _TOKEN.findall(seen(text))
    return Counter(tuple(tokens[at : at + _SHINGLE]) for at in range(max(1, len(tokens) - _SHINGLE + 1)))


def seen(text: str) -> str:
    """A text as it looks: composed alike, without soft hyphens and marks of no width."""
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text))


def misses(expected: list[Found], found: list[Found]) -> Iterable[str]:
    """Each value that is not as expected, and each body below .9."""
    for one, got in zip(expected, found, strict=True):
        for name, key, same in _FIELDS:
            if one[name] and not same(one[name], got.get(key)):
                yield f"  {name}: {one['url']} {one['file']}\n    expected {one[name]}\n    found    {got.get(key)}\n"
        precision, recall = shared(one["body"], got.get("body") or "")
        if min(precision, recall) < 0.9:
            yield f"  body: {one['url']} {one['file']} P {precision:.2f} R {recall:.2f}\n"


def _same_title(wanted: str, given: str | None) -> bool:
    return seen(wanted).split() == seen(given or "").split()


def _same_day(wanted: str, given: Any) -> bool:
    return bool(given) and str(given)[:10] == wanted[:10]


def _same_people(wanted: list[str], given: list[str] | None) -> bool:
    return set(wanted) == set(given or ())


_FIELDS: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("title", "title", _same_title),
    ("date", "published_at", _same_day),
    ("authors", "authors", _same_people),
)


if __name__ == "__main__":
    main(sys.argv[1:])
