"""Gold tables as articles, and those as candidate pairs with all their features."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import copies, embedding, evaluation, extraction, publishers, scoring, sources, stages, text
from newsfold.blocking import candidates
from newsfold.dataflow import Progress, end_of_day, no_progress
from newsfold.errors import ConfigError, SourceError
from newsfold.settings import Settings

AS_TITLES = ", titles"  # the end of the name of a set as bare headlines
_HELD_BACK = 4  # one story in so many is kept from the embedding, for the scorer


@dataclass(frozen=True)
class Labelled:
    """A labelled set as articles."""

    name: str
    sha256: str
    """Of its file."""
    articles: pa.Table
    copies: pa.Table
    story_of: dict[str, str | None]
    """By article_id."""
    n_rejected: int

    def without(self, stories: set[str]) -> Labelled:
        """The same set with these stories unlabelled."""
        kept = {article: None if story in stories else story for article, story in self.story_of.items()}
        return replace(self, story_of=kept)

    def only(self, wanted: Callable[[str], bool]) -> Labelled:
        """The same set with all other stories unlabelled."""
        return self.without({story for story in self.stories if not wanted(story)})

    @property
    def has_texts(self) -> bool:
        """Whether any article is more than a title."""
        return any(body.strip() for body in self.articles["body"].to_pylist())

    @property
    def stories(self) -> set[str]:
        """Names of its stories."""
        return {story for story in self.story_of.values() if story is not None}


@dataclass(frozen=True)
class Prepared:
    """A labelled set as the scorer sees it."""

    labelled: Labelled
    vectors: pa.Table
    pairs: pa.Table
    """The candidate pairs with all features."""


def read(paths: Sequence[Path], settings: Settings, *, across_languages: bool = False) -> list[Labelled]:
    """Every set of some gold files, cleaned and with its copies folded.

    A story's name means the same story in every set that has it; plain numbers mean another in each set.

    Raises:
        SourceError: a file is no gold table, or has no labelled article.
        ConfigError: two sets have one name.
    """
    found: list[Labelled] = []
    for path in paths:
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for gold in evaluation.gold.read_gold(path, across_languages=across_languages):
            if any(gold.name == other.name for other in found):
                raise ConfigError(f"Two labelled sets are called {gold.name!r}; rename one file, or leave it out.")
            found.append(_labelled(gold, digest, settings))
    return found


def _labelled(gold: evaluation.GoldTable, digest: str, settings: Settings) -> Labelled:
    given = zip(gold.table["id"].to_pylist(), gold.table["story"].to_pylist(), strict=True)
    labels = {id_: f"{gold.name}:{story}" if story is not None and story.isdigit() else story for id_, story in given}
    documents = sources.documents_from_table(gold.table, gold.name)
    articles, rejects = extraction.extract(
        documents, end_of_day(stages.UNDATED), publishing=publishers.load_publishers(settings)
    )
    articles = articles.sort_by("article_id")
    story_of = {article: labels[article] for article in articles["article_id"].to_pylist()}
    if not any(story_of.values()):
        raise SourceError(f"{gold.name} holds no labelled article: every `story` is null, or nothing could be read.")
    folded = copies.collapse(articles, settings.copies, publishers.load_publishers(settings))
    return Labelled(gold.name, digest, articles, folded, story_of, rejects.num_rows)


def as_titles(labelled: Labelled, settings: Settings) -> Labelled:
    """The same set as bare headlines: what titles alone say is learnt from every set that has texts, too."""
    articles = labelled.articles.filter(pc.not_equal(labelled.articles["title"], ""))
    nothing = pa.array([""] * articles.num_rows, pa.string())
    for name in ("body", "lead"):
        articles = articles.set_column(articles.schema.get_field_index(name), articles.schema.field(name), nothing)
    story_of = {article: labelled.story_of[article] for article in articles["article_id"].to_pylist()}
    folded = copies.collapse(articles, settings.copies, publishers.load_publishers(settings))
    return replace(labelled, name=labelled.name + AS_TITLES, articles=articles, copies=folded, story_of=story_of)


def prepare(labelled: Labelled, settings: Settings, progress: Progress = no_progress) -> Prepared:
    """Take a labelled set up to its pairs' features.

    Args:
        labelled: the set.
        settings: embedding and candidates.
        progress: called with (stage, done, to do).
    """

    def embedded(done: int, total: int) -> None:
        progress(f"embed {labelled.name}", done, total)

    vectors = embedding.embed(labelled.articles, labelled.copies, [], settings.embedding, embedded)
    pairs = candidates.block(labelled.articles, vectors, settings.candidates)
    return Prepared(labelled, vectors, scoring.features_of(labelled.articles, vectors, pairs))


def pair_labels(prepared: Prepared) -> npt.NDArray[np.int8]:
    """1 same story, 0 different stories, -1 unlabelled: int8 of shape (pairs,)."""
    story_of = prepared.labelled.story_of
    codes = {story: code for code, story in enumerate(sorted(prepared.labelled.stories))} | {None: -1}
    left, right = (
        np.array([codes[story_of[article]] for article in prepared.pairs[end].to_pylist()], dtype=np.int64)
        for end in ("left_id", "right_id")
    )
    return np.where((left < 0) | (right < 0), -1, left == right).astype(np.int8)


def blocking_recall(prepared: Prepared) -> float:
    """Share of the labelled same-story pairs of originals that blocking lets through."""
    story_of = prepared.labelled.story_of
    sizes = Counter(story_of[original] for original in prepared.vectors["article_id"].to_pylist())
    true_pairs = sum(n * (n - 1) // 2 for story, n in sizes.items() if story is not None)
    return float((pair_labels(prepared) == 1).sum() / true_pairs) if true_pairs else 1.0


def held_back(story: str) -> bool:
    """Whether a story is kept from tuning the embedding, so that the scorer learns from vectors of unseen stories."""
    return int(text.compute_digest(story), 16) % _HELD_BACK == 0
