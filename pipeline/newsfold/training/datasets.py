"""LabelledSet sets: gold tables as articles, and these as candidate pairs with all features."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import evaluation, sources, text
from newsfold.blocking.stage import find_candidate_pairs
from newsfold.copies.stage import collapse_copies
from newsfold.dataflow import Progress, no_progress
from newsfold.embedding.stage import embed_articles
from newsfold.errors import ConfigError, SourceError
from newsfold.extraction.stage import extract_articles
from newsfold.scoring.stage import compare_candidate_pairs
from newsfold.settings import Settings
from newsfold.times import parse_time

_HELD_OUT_FRACTION = 5  # one story in five is held out from tuning the embedding, for the scorer


@dataclass(frozen=True)
class LabelledSet:
    """A labelled set as cleaned articles."""

    name: str
    sha256: str
    """Digest of its file."""
    articles: pa.Table
    copies: pa.Table
    story_of: dict[str, str | None]
    """Story by article_id; None is unlabelled."""
    n_rejected: int
    """Rows that could not be read as articles."""
    published_at_of: dict[str, datetime | None]
    """Publication time by article_id, also if dates were taken away from `articles`."""
    path: Path
    """Its file."""
    without: tuple[str, ...] = ()
    """Inputs that were taken away: names of `evaluation.gold.INPUTS`."""

    def drop_stories(self, stories: set[str]) -> LabelledSet:
        """Return the same set with these stories unlabelled."""
        kept = {article: None if story in stories else story for article, story in self.story_of.items()}
        return replace(self, story_of=kept)

    def keep_stories(self, predicate: Callable[[str], bool]) -> LabelledSet:
        """Return the same set with all other stories unlabelled."""
        return self.drop_stories({story for story in self.stories if not predicate(story)})

    def digest(self) -> str:
        """Return a digest of the set's file, the inputs that were taken away, and the labels."""
        labels = (f"{article} {story}" for article, story in sorted(self.story_of.items()))
        return text.compute_digest(self.name, self.sha256, *self.without, *labels)

    @property
    def stories(self) -> set[str]:
        """The names of its labelled stories."""
        return {story for story in self.story_of.values() if story is not None}


@dataclass(frozen=True)
class PairDataset:
    """The candidate pairs of a labelled set."""

    labelled: LabelledSet
    vectors: pa.Table
    pairs: pa.Table
    """Candidate pairs with their features: table `pair_comparisons`."""


def load_labelled_sets(
    paths: Sequence[Path], settings: Settings, *, across_languages: bool = False, without: Sequence[str] = ()
) -> list[LabelledSet]:
    """Load the labelled sets of gold files, with articles cleaned and copies grouped.

    A story name means the same story in every set; a number means a different story in each set.

    Args:
        paths: the files.
        settings: `copies`, and what extraction needs.
        across_languages: see `evaluation.gold.read_gold`.
        without: inputs to take away before anything is read, see `evaluation.gold.remove_inputs`.

    Raises:
        SourceError: a file is not a gold table, or has no labelled article.
        ConfigError: two sets have the same name.
    """
    sets: list[LabelledSet] = []
    for path in paths:
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for gold in evaluation.gold.read_gold(path, across_languages=across_languages):
            if any(gold.name == other.name for other in sets):
                raise ConfigError(f"Two labelled sets are called {gold.name!r}; rename one file, or leave it out.")
            sets.append(_build_labelled_set(gold, path, digest, settings, without))
    return sets


def _build_labelled_set(
    gold: evaluation.GoldTable, path: Path, digest: str, settings: Settings, without: Sequence[str]
) -> LabelledSet:
    rows = zip(gold.table["id"].to_pylist(), gold.table["story"].to_pylist(), strict=True)
    labels = {id_: f"{gold.name}:{story}" if story is not None and story.isdigit() else story for id_, story in rows}
    documents = sources.documents_from_table(evaluation.gold.remove_inputs(gold.table, without), gold.name)
    articles, rejects = extract_articles(documents, settings)
    story_of = {article: labels[article] for article in articles["article_id"].to_pylist()}
    if not any(story_of.values()):
        raise SourceError(f"{gold.name} holds no labelled article: every `story` is null, or nothing could be read.")
    return LabelledSet(
        gold.name,
        digest,
        articles,
        collapse_copies(articles, settings),
        story_of,
        rejects.num_rows,
        _read_times(gold, articles),
        path,
        tuple(without),
    )


def _read_times(gold: evaluation.GoldTable, articles: pa.Table) -> dict[str, datetime | None]:
    """Return each article's time: the table's, else the one that was found in the article."""
    times = dict(zip(articles["article_id"].to_pylist(), articles["published_at"].to_pylist(), strict=True))
    if "published_at" not in gold.table.column_names:
        return times
    stated = dict(zip(gold.table["id"].to_pylist(), gold.table["published_at"].to_pylist(), strict=True))
    return {
        article: time or (parse_time(str(stated[article]), "UTC") if stated[article] is not None else None)
        for article, time in times.items()
    }


def build_pair_dataset(labelled: LabelledSet, settings: Settings, progress: Progress = no_progress) -> PairDataset:
    """Compute the candidate pairs of a labelled set, with all features.

    Args:
        labelled: the set.
        settings: embedding and candidates.
        progress: called with (stage, done, to do).
    """

    def embed_progress(done: int, total: int) -> None:
        progress(f"embed {labelled.name}", done, total)

    vectors = embed_articles(labelled.articles, labelled.copies, settings.embedding, progress=embed_progress)
    blocked = find_candidate_pairs(labelled.articles, vectors, settings.candidates)
    return PairDataset(labelled, vectors, compare_candidate_pairs(blocked, vectors))


def label_pairs(dataset: PairDataset) -> npt.NDArray[np.int8]:
    """Label pairs: 1 same story, 0 different stories, -1 unlabelled; int8 of shape (pairs,)."""
    story_of = dataset.labelled.story_of
    code_of = {story: code for code, story in enumerate(sorted(dataset.labelled.stories))} | {None: -1}
    articles = pa.array(story_of, pa.string())
    codes = np.array([code_of[story] for story in story_of.values()], dtype=np.int64)
    left, right = (
        codes[pc.index_in(dataset.pairs[end], articles).to_numpy().astype(np.int64)] for end in ("left_id", "right_id")
    )
    return np.where((left < 0) | (right < 0), -1, left == right).astype(np.int8)


def count_true_pairs(dataset: PairDataset, stories: Set[str]) -> int:
    """Count the same-story pairs of originals in these stories, whether or not they are candidate pairs."""
    story_of = dataset.labelled.story_of
    sizes = Counter(story_of[original] for original in dataset.vectors["article_id"].to_pylist())
    return sum(n * (n - 1) // 2 for story, n in sizes.items() if story in stories)


def is_held_out(story: str) -> bool:
    """Return whether a story is held out from tuning the embedding, so that the scorer learns from unseen stories."""
    return int(text.compute_digest(story), 16) % _HELD_OUT_FRACTION == 0
