"""Summaries and headlines against those that editors wrote: ROUGE, beside plain methods and the best that there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np

from newsfold import text
from newsfold.errors import ConfigError, SourceError
from newsfold.evaluation import extracts, tables

NEWSFOLD = "newsfold"
MEASURES = ("rouge1", "rouge2", "rougeL")


@dataclass(frozen=True)
class Reference:
    """What an editor wrote of a story; either may be empty."""

    headline: str
    summary: str


@dataclass(frozen=True)
class Told:
    """A story with its articles, and what newsfold says of it."""

    story: str
    titles: Sequence[str]
    sentences: Sequence[Sequence[str]]
    """Of each article, as its body has them."""
    headline: str
    summary: str


@dataclass(frozen=True)
class ReferenceReport:
    """F1 by method and measure, means over the stories that have such a reference."""

    name: str
    stories: int
    max_words: int
    words: float
    """Of newsfold's summaries, on average."""
    summaries: dict[str, dict[str, float]]
    headlines: dict[str, dict[str, float]]


def read(path: Path, pattern: str = "*") -> dict[str, Reference]:
    """The references of some stories, from a table with `story` and `headline`, `summary`, or both.

    Args:
        path: Parquet, CSV, JSON or JSON Lines.
        pattern: a shell pattern that the stories' names match, such as `neus-val-*`.

    Raises:
        SourceError: the file cannot be read, or lacks these columns.
        ConfigError: no story matches.
    """
    found = tables.read(path)
    if "story" not in found.column_names or not {"headline", "summary"} & set(found.column_names):
        raise SourceError(
            f"{path} holds no references: it needs `story`, and `headline` or `summary`; it has "
            f"{', '.join(found.column_names) or 'no column at all'}."
        )
    references = {
        str(row["story"]): Reference(*(text.normalise_line(str(row.get(key) or "")) for key in ("headline", "summary")))
        for row in found.to_pylist()
        if row["story"] is not None and fnmatchcase(str(row["story"]), pattern)
    }
    if not references:
        raise ConfigError(f"No story of {path} matches {pattern!r}; its stories are called like those of the gold.")
    return references


def report(
    name: str,
    told: Sequence[Told],
    references: Mapping[str, Reference],
    max_words: int,
    progress: Callable[[int, int], None] | None = None,
) -> ReferenceReport:
    """Measure newsfold and plain methods on the same articles, with the same budget of words.

    ROUGE-1, -2 and -L (Lin 2004), F1 with Porter stemming, by the `rouge-score` package; it knows Latin letters only.

    Args:
        name: the set's.
        told: its stories.
        references: what editors wrote of them; stories without are left out.
        max_words: the budget of the plain methods' summaries; newsfold's were made with it.
        progress: called with (stories done, stories to do).

    Raises:
        ConfigError: the package is missing, or no story has a reference.
    """
    score = scorer()
    known = [one for one in told if one.story in references]
    if not known:
        raise ConfigError(f"No story of {name} has a reference; both tables must name stories alike.")
    summaries: dict[str, list[list[float]]] = {}
    headlines: dict[str, list[list[float]]] = {}
    for done, one in enumerate(known):
        reference = references[one.story]
        if reference.summary and any(one.sentences):
            for method, found in _summaries(one, reference.summary, max_words, score):
                summaries.setdefault(method, []).append(score(reference.summary, found))
        titles = [title for title in one.titles if title.strip()]
        if reference.headline and titles:
            scores = [score(reference.headline, title) for title in titles]
            nearest = titles.index(extracts.medoid(titles))
            for method, values in (
                (NEWSFOLD, score(reference.headline, one.headline)),
                ("random title", np.mean(scores, axis=0).tolist()),
                ("title nearest to the others", scores[nearest]),
                ("best title (oracle)", max(scores, key=sum)),
            ):
                headlines.setdefault(method, []).append(values)
        if progress:
            progress(done + 1, len(known))
    words = float(np.mean([text.count_words(one.summary) for one in known]))
    return ReferenceReport(name, len(known), max_words, round(words, 1), _means(summaries), _means(headlines))


def as_json(reports: Sequence[ReferenceReport]) -> dict[str, Any]:
    """The reports as plain JSON values: `sets` by name."""
    return {"sets": {report.name: asdict(report) for report in reports}}


def scorer() -> Callable[[str, str], list[float]]:
    """F1 by `MEASURES` of a text, given a reference and the text.

    Raises:
        ConfigError: `rouge-score` is not installed.
    """
    try:
        from rouge_score import rouge_scorer
    except ImportError as error:
        raise ConfigError("References need the package rouge-score: pip install 'newsfold[bench]'.") from error
    measured = rouge_scorer.RougeScorer(list(MEASURES), use_stemmer=True)

    def score(reference: str, found: str) -> list[float]:
        return [float(measured.score(reference, found)[measure].fmeasure) for measure in MEASURES]

    return score


def _summaries(
    one: Told, reference: str, max_words: int, score: Callable[[str, str], list[float]]
) -> Iterator[tuple[str, str]]:
    yield NEWSFOLD, one.summary
    yield "medoid lead", extracts.medoid_lead(one.sentences, max_words)
    yield "LexRank", extracts.lexrank(one.sentences, max_words)
    yield "TF-IDF centroid", extracts.centroid(one.sentences, max_words)
    yield "greedy oracle, in the budget", extracts.oracle(one.sentences, max_words, lambda s: sum(score(reference, s)))
    yield "greedy oracle, any length", extracts.oracle(one.sentences, None, lambda s: score(reference, s)[0])


def _means(scores: Mapping[str, Sequence[Sequence[float]]]) -> dict[str, dict[str, float]]:
    return {
        method: dict(zip(MEASURES, np.mean(values, axis=0).round(4).tolist(), strict=True))
        for method, values in scores.items()
    }
