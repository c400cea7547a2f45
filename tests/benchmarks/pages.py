"""How well articles come out of real pages: `python -m tests.benchmarks.pages [FOLDER] [--misses]`.

Prints, for each set of pages in FOLDER (default: `../shared/data/pages`), newsfold beside plain trafilatura in one run:
precision, recall and F1 of 4-token shingles of the body (per page, then averaged, as the
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
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from newsfold.extraction.stage import extract_articles
from newsfold.sources.document import Document, build_documents, build_row
from tests.benchmarks.command_line import create_parser

PAGES = Path(__file__).parents[3] / "shared" / "data" / "pages"
_TOKEN = re.compile(r"\w+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_SHINGLE = 4
Fields = Mapping[str, Any]  # title, authors, date, body


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=PAGES, help="sets of pages")
    parser.add_argument("--misses", action="store_true", help="list every value that differs")
    options = parser.parse_args(arguments)
    for expected_file in sorted(options.folder.glob("*/expected.jsonl")):
        expected = [json.loads(line) for line in expected_file.read_text(encoding="utf-8").splitlines()]
        pages = [gzip.decompress((expected_file.parent / row["file"]).read_bytes()) for row in expected]
        for name, extract in (("newsfold", extract_by_newsfold), ("trafilatura", extract_by_trafilatura)):
            started = time.perf_counter()
            extracted = extract(expected, pages)
            seconds = time.perf_counter() - started
            scores = describe_scores(expected, extracted)
            sys.stdout.write(f"{expected_file.parent.name:<12} {name:<12} {scores} {seconds:6.1f} s\n")
            if options.misses and name == "newsfold":
                sys.stdout.writelines(list_misses(expected, extracted))


def extract_by_newsfold(expected: list[Fields], pages: list[bytes]) -> list[Fields]:
    """Extract by newsfold, all pages in one run, as on a night."""
    documents = build_documents(
        build_row(Document(row["file"], "html", page, id=row["file"], url=row["url"]), "pages")
        for row, page in zip(expected, pages, strict=True)
    )
    articles, _ = extract_articles(documents)
    by_file = {article["article_id"]: article for article in articles.to_pylist()}
    return [by_file.get(row["file"], {}) for row in expected]


def extract_by_trafilatura(expected: list[Fields], pages: list[bytes]) -> list[Fields]:
    """Extract by plain trafilatura, with the options that suit it best here."""
    from trafilatura import bare_extraction

    extracted: list[Fields] = []
    for row, page in zip(expected, pages, strict=True):
        document = bare_extraction(page, url=row["url"], fast=True, include_comments=False, with_metadata=True)
        if document is None:
            extracted.append({})
            continue
        fields = document.as_dict() if not isinstance(document, dict) else document
        authors = [name.strip() for name in (fields["author"] or "").split(";") if name.strip()]
        extracted.append(
            {"title": fields["title"], "authors": authors, "published_at": fields["date"], "body": fields["text"]}
        )
    return extracted


def describe_scores(expected: list[Fields], extracted: list[Fields]) -> str:
    """Return the scores of one extractor on one set."""
    bodies = [score_body(row["body"], got.get("body") or "") for row, got in zip(expected, extracted, strict=True)]
    precision, recall = (sum(values) / len(bodies) for values in zip(*bodies, strict=True))
    parts = [f"body P {precision:.3f} R {recall:.3f} F1 {2 * precision * recall / (precision + recall):.3f}"]
    for name, key, is_same in _FIELDS:
        pairs = [(row[name], got.get(key)) for row, got in zip(expected, extracted, strict=True) if row[name]]
        n_right = sum(is_same(wanted, found) for wanted, found in pairs)
        parts.append(f"{name} {n_right / len(pairs):.3f} ({n_right} of {len(pairs)})" if pairs else f"{name} —")
    return "  ".join(parts)


def score_body(expected: str, extracted: str) -> tuple[float, float]:
    """Return precision and recall of one page's shingles, counted as often as they occur."""
    wanted, found = count_shingles(expected), count_shingles(extracted)
    common = sum((wanted & found).values())
    return common / max(1, sum(found.values())), common / max(1, sum(wanted.values()))


def count_shingles(text: str) -> Counter[tuple[str, ...]]:
    """Count the 4-token shingles of a text, the whole of a shorter one; invisible characters do not matter."""
    tokens = _TOKEN.findall(normalise_visible(text))
    return Counter(tuple(tokens[at : at + _SHINGLE]) for at in range(max(1, len(tokens) - _SHINGLE + 1)))


def normalise_visible(text: str) -> str:
    """Return a text in NFKC, without soft hyphens and zero-width marks."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))


def list_misses(expected: list[Fields], extracted: list[Fields]) -> Iterable[str]:
    """Yield each value that is not as expected, and each body below .9."""
    for row, got in zip(expected, extracted, strict=True):
        for name, key, is_same in _FIELDS:
            if row[name] and not is_same(row[name], got.get(key)):
                yield f"  {name}: {row['url']} {row['file']}\n    expected {row[name]}\n    found    {got.get(key)}\n"
        precision, recall = score_body(row["body"], got.get("body") or "")
        if min(precision, recall) < 0.9:
            yield f"  body: {row['url']} {row['file']} P {precision:.2f} R {recall:.2f}\n"


def _is_same_title(wanted: str, found: str | None) -> bool:
    return normalise_visible(wanted).split() == normalise_visible(found or "").split()


def _is_same_day(wanted: str, found: Any) -> bool:
    return bool(found) and str(found)[:10] == wanted[:10]


def _are_same_people(wanted: list[str], found: list[str] | None) -> bool:
    return set(wanted) == set(found or ())


_FIELDS: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("title", "title", _is_same_title),
    ("date", "published_at", _is_same_day),
    ("authors", "authors", _are_same_people),
)


if __name__ == "__main__":
    main()
