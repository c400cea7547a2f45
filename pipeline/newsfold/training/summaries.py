"""Evaluation of headlines and summaries against editors' references, and training of the salience model on these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pyarrow as pa

from newsfold import schemas, summaries, text
from newsfold.dataflow import UNDATED, Progress, end_of_day, no_progress
from newsfold.embedding.stage import embed_articles
from newsfold.errors import ConfigError
from newsfold.evaluation import references
from newsfold.evaluation.references import Reference, SummarisedStory, SummaryReport
from newsfold.settings import Settings
from newsfold.training.datasets import LabelledSet
from newsfold.training.fit import describe_set, software_versions

_MAX_SENTENCES = 8  # of each article, for the baselines as for newsfold


def evaluate_summaries(
    labelled: LabelledSet, written: Mapping[str, Reference], settings: Settings, progress: Progress = no_progress
) -> SummaryReport:
    """Evaluate newsfold's headlines and summaries of the labelled stories.

    Args:
        labelled: the set; unlabelled articles and stories without a reference are part of the window only.
        written: references by story.
        settings: `summaries`, whose budget applies to the baselines too, and `embedding`.
        progress: called with (stage, done, to do).

    Raises:
        ConfigError: no story has a reference, or `rouge-score` is not installed.
    """
    references.load_rouge()  # fails before the embedding takes minutes
    stories, members = summarise_stories(labelled, settings, progress)
    texts = {row["article_id"]: row for row in labelled.articles.select(["article_id", "body", "language"]).to_pylist()}
    titles, sentences = defaultdict(list), defaultdict(list)
    for row in members.select(["story_id", "article_id", "title", "role"]).to_pylist():
        if row["role"] != "copy" and row["story_id"] in written:
            article = texts[row["article_id"]]
            titles[row["story_id"]].append(row["title"])
            sentences[row["story_id"]].append(
                text.split_sentences(article["body"], article["language"])[:_MAX_SENTENCES]
            )
    summarised = [
        SummarisedStory(story, titles[story], sentences[story], headline, summary)
        for story, headline, summary in zip(
            *(stories[name].to_pylist() for name in ("story_id", "headline", "summary")), strict=True
        )
        if story in titles
    ]

    def score_progress(done: int, total: int) -> None:
        progress(f"score {labelled.name}", done, total)

    return references.score_summaries(labelled.name, summarised, written, settings.summaries.max_words, score_progress)


def summarise_stories(
    labelled: LabelledSet, settings: Settings, progress: Progress = no_progress
) -> tuple[pa.Table, pa.Table]:
    """Compute tables `stories` and `story_articles` of a labelled set, with its labels as stories.

    Args:
        labelled: the set; an unlabelled article is a story of its own.
        settings: `summaries` and `embedding`.
        progress: called with (stage, done, to do).
    """
    vectors = _embed(labelled, settings, progress)
    progress("describe", 0, 0)
    return summaries.describe(
        labelled.articles,
        labelled.copies,
        vectors,
        schemas.empty_table("edges"),
        _build_memberships(labelled),
        schemas.empty_table("story_articles"),
        settings.summaries,
        UNDATED,
        end_of_day(UNDATED),
    )


def train_summaries(
    sets: Sequence[LabelledSet], written: Mapping[str, Reference], settings: Settings, progress: Progress = no_progress
) -> summaries.SalienceModel:
    """Train the salience model on editors' summaries and headlines.

    Args:
        sets: labelled sets; a story may be in several of them, as excerpts and as whole articles.
        written: references by story.
        settings: `embedding`, which centrality is computed from.
        progress: called with (stage, done, to do).

    Raises:
        ConfigError: a set has no story with a summary and a headline.
        ModelError: there is too little to learn from.
    """
    examples, provenance_of_sets = [], []
    for labelled in sets:
        common = {story: written[story] for story in labelled.stories & written.keys()}
        complete = {story: reference for story, reference in common.items() if reference.headline and reference.summary}
        if not complete:
            raise ConfigError(
                f"No story of {labelled.name} has a summary and a headline; both tables must use the same story names."
            )
        vectors = _embed(labelled, settings, progress)
        examples += summaries.build_examples(
            labelled.articles,
            labelled.copies,
            vectors,
            _build_memberships(labelled),
            {story: (reference.summary, reference.headline) for story, reference in complete.items()},
        )
        provenance_of_sets.append(describe_set(labelled) | {"references": len(complete)})
    progress("fit", 0, 0)
    return summaries.fit_salience_model(
        examples, {"sets": provenance_of_sets} | software_versions("scikit-learn", "wordfreq")
    )


def _embed(labelled: LabelledSet, settings: Settings, progress: Progress) -> pa.Table:
    def embed_progress(done: int, total: int) -> None:
        progress(f"embed {labelled.name}", done, total)

    return embed_articles(labelled.articles, labelled.copies, settings.embedding, progress=embed_progress)


def _build_memberships(labelled: LabelledSet) -> pa.Table:
    """Build memberships from the labels; an unlabelled article is a story of its own."""
    return schemas.build_table(
        "memberships",
        [
            {"article_id": article, "story_id": story if story is not None else f"unlabelled {article}"}
            for article, story in labelled.story_of.items()
        ],
    )
