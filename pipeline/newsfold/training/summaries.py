"""Evaluation of headlines and summaries against editors' references, and training of the salience model on these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pyarrow as pa

from newsfold import schemas, summaries, text
from newsfold.dataflow import UNDATED, Context, Progress, end_of_day, no_progress
from newsfold.embedding.stage import embed_articles
from newsfold.errors import ConfigError
from newsfold.evaluation import references
from newsfold.evaluation.references import Reference, SummarisedStory, SummaryReport
from newsfold.settings import Settings
from newsfold.summaries import DESCRIBE
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
    tables = _stage_inputs(labelled, settings, progress)
    progress("describe", 0, 0)
    stories, _, members = DESCRIBE.run(tables, _context(settings)).values()
    return stories, members


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
        examples += summaries.build_examples(
            _stage_inputs(labelled, settings, progress),
            _context(settings),
            {story: (reference.summary, reference.headline) for story, reference in complete.items()},
        )
        provenance_of_sets.append(describe_set(labelled) | {"references": len(complete)})
    progress("fit", 0, 0)
    return summaries.fit_salience_model(
        examples, {"sets": provenance_of_sets} | software_versions("scikit-learn", "wordfreq")
    )


def _context(settings: Settings) -> Context:
    return Context(settings, UNDATED, end_of_day(UNDATED))


def _stage_inputs(labelled: LabelledSet, settings: Settings, progress: Progress) -> dict[str, pa.Table]:
    """Return the tables that the stage `describe` reads, with the labels as stories and without a previous edition."""

    def embed_progress(done: int, total: int) -> None:
        progress(f"embed {labelled.name}", done, total)

    return {
        "window_articles": labelled.articles,
        "copies": labelled.copies,
        "vectors": embed_articles(labelled.articles, labelled.copies, settings.embedding, progress=embed_progress),
        "memberships": _build_memberships(labelled),
        "edges": schemas.empty_table("edges"),
        "constraints": schemas.empty_table("constraints"),
        "previous_story_articles": schemas.empty_table("story_articles"),
        "previous_stories": schemas.empty_table("previous_stories"),
        "outlet_families": schemas.empty_table("outlet_families"),
    }


def _build_memberships(labelled: LabelledSet) -> pa.Table:
    """Build memberships from the labels; an unlabelled article is a story of its own."""
    return schemas.build_table(
        "memberships",
        [
            {"article_id": article, "story_id": story if story is not None else f"unlabelled {article}"}
            for article, story in labelled.story_of.items()
        ],
    )
