"""ROUGE of summaries and headlines against those that editors wrote, beside baselines and oracles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np

from newsfold import text
from newsfold.errors import ConfigError, SourceError
from newsfold.evaluation import summary_baselines, tables

NEWSFOLD = "newsfold"
METRICS = ("rouge1", "rouge2", "rougeL")


@dataclass(frozen=True)
class Reference:
    """An editor's headline and summary of a story; either may be empty."""

    headline: str
    summary: str


@dataclass(frozen=True)
class SummarisedStory:
    """A story: its articles, and newsfold's headline and summary."""

    story: str
    titles: Sequence[str]
    sentences: Sequence[Sequence[str]]
    """Of each article, in the order of its body."""
    headline: str
    summary: str


@dataclass(frozen=True)
class SummaryReport:
    """Mean F1 by method and metric, over the stories with a reference."""

    name: str
    stories: int
    max_words: int
    words: float
    """Mean length of newsfold's summaries."""
    summaries: dict[str, dict[str, float]]
    headlines: dict[str, dict[str, float]]


def read_references(path: Path, pattern: str = "*") -> dict[str, Reference]:
    """Read the references of stories from a table with `story` and `headline`, `summary`, or both.

    Args:
        path: Parquet, CSV, JSON or JSON Lines.
        pattern: a shell pattern that the names of the stories must match, such as `neus-val-*`.

    Raises:
        SourceError: the file cannot be read, or these columns are missing.
        ConfigError: no story matches.
    """
    table = tables.read_table(path)
    if "story" not in table.column_names or not {"headline", "summary"} & set(table.column_names):
        raise SourceError(
            f"{path} holds no references: it needs `story`, and `headline` or `summary`; it has "
            f"{', '.join(table.column_names) or 'no column at all'}."
        )
    references = {
        str(row["story"]): Reference(*(text.normalise_line(str(row.get(key) or "")) for key in ("headline", "summary")))
        for row in table.to_pylist()
        if row["story"] is not None and fnmatchcase(str(row["story"]), pattern)
    }
    if not references:
        raise ConfigError(
            f"No story of {path} matches {pattern!r}; the names of its stories must be those of the gold table."
        )
    return references


def score_summaries(
    name: str,
    stories: Sequence[SummarisedStory],
    references: Mapping[str, Reference],
    max_words: int,
    progress: Callable[[int, int], None] | None = None,
) -> SummaryReport:
    """Score newsfold and the baselines on the same articles, with the same budget of words.

    ROUGE-1, -2 and -L (Lin 2004), F1 with Porter stemming, by the `rouge-score` package (Latin script only).

    Args:
        name: of the set.
        stories: those of the set; stories without a reference are left out.
        references: by story.
        max_words: the budget of the baselines' summaries; newsfold's were written with it.
        progress: called with (stories done, stories to do).

    Raises:
        ConfigError: `rouge-score` is not installed, or no story has a reference.
    """
    score = load_rouge()
    stories = [story for story in stories if story.story in references]
    if not stories:
        raise ConfigError(f"No story of {name} has a reference; both tables must use the same story names.")
    summaries: dict[str, list[list[float]]] = {}
    headlines: dict[str, list[list[float]]] = {}
    for done, story in enumerate(stories):
        reference = references[story.story]
        if reference.summary and any(story.sentences):
            for method, summary in _summarise(story, reference.summary, max_words, score):
                summaries.setdefault(method, []).append(score(reference.summary, summary))
        titles = [title for title in story.titles if title.strip()]
        if reference.headline and titles:
            scores = [score(reference.headline, title) for title in titles]
            medoid = titles.index(summary_baselines.select_medoid(titles))
            for method, values in (
                (NEWSFOLD, score(reference.headline, story.headline)),
                ("random title", np.mean(scores, axis=0).tolist()),
                ("title nearest to the others", scores[medoid]),
                ("best title (oracle)", max(scores, key=sum)),
            ):
                headlines.setdefault(method, []).append(values)
        if progress:
            progress(done + 1, len(stories))
    words = float(np.mean([text.count_words(story.summary) for story in stories]))
    return SummaryReport(name, len(stories), max_words, round(words, 1), _means(summaries), _means(headlines))


def to_dict(reports: Sequence[SummaryReport]) -> dict[str, Any]:
    """Convert the reports to JSON values: `sets` by name."""
    return {"sets": {report.name: asdict(report) for report in reports}}


def load_rouge() -> Callable[[str, str], list[float]]:
    """Return a function of a reference and a text that gives the F1 of each of `METRICS`.

    Raises:
        ConfigError: `rouge-score` is not installed.
    """
    try:
        from rouge_score import rouge_scorer
    except ImportError as error:
        raise ConfigError("References need the package rouge-score: pip install 'newsfold[bench]'.") from error
    rouge = rouge_scorer.RougeScorer(list(METRICS), use_stemmer=True)

    def score(reference: str, candidate: str) -> list[float]:
        scores = rouge.score(reference, candidate)
        return [float(scores[metric].fmeasure) for metric in METRICS]

    return score


def _summarise(
    story: SummarisedStory, reference: str, max_words: int, score: Callable[[str, str], list[float]]
) -> Iterator[tuple[str, str]]:
    yield NEWSFOLD, story.summary
    yield "medoid lead", summary_baselines.medoid_lead(story.sentences, max_words)
    yield "LexRank", summary_baselines.lexrank(story.sentences, max_words)
    yield "TF-IDF centroid", summary_baselines.centroid(story.sentences, max_words)
    oracle = summary_baselines.greedy_oracle
    yield "greedy oracle, in the budget", oracle(story.sentences, max_words, lambda s: sum(score(reference, s)))
    yield "greedy oracle, any length", oracle(story.sentences, None, lambda s: score(reference, s)[0])


def _means(scores: Mapping[str, Sequence[Sequence[float]]]) -> dict[str, dict[str, float]]:
    return {
        method: dict(zip(METRICS, np.mean(values, axis=0).round(4).tolist(), strict=True))
        for method, values in scores.items()
    }
