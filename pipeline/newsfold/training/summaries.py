"""Headlines and summaries against editors' own: how near newsfold's come, and a model fitted to what editors tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pyarrow as pa

from newsfold import embedding, schemas, stages, summaries, text
from newsfold.dataflow import Progress, end_of_day, no_progress
from newsfold.errors import ConfigError
from newsfold.evaluation import references
from newsfold.evaluation.references import Reference, SummarisedStory, SummaryReport
from newsfold.settings import Settings
from newsfold.training.datasets import Labelled
from newsfold.training.fit import described, made_with

_SENTENCES_READ = 8  # of each article, by the plain methods as by newsfold


def evaluate_summaries(
    labelled: Labelled, written: Mapping[str, Reference], settings: Settings, progress: Progress = no_progress
) -> SummaryReport:
    """Measure newsfold's headlines and summaries of a labelled set's stories, given their articles.

    Args:
        labelled: the set; articles without a label, and stories without a reference, are part of the window only.
        written: what editors wrote, by story.
        settings: `summaries`, whose budget the plain methods share, and `embedding`.
        progress: called with (stage, done, to do).

    Raises:
        ConfigError: no story has a reference, or `rouge-score` is missing.
    """
    references.load_rouge()  # refuses before the embedding takes its minutes
    stories, members = describe(labelled, settings, progress)
    texts = {row["article_id"]: row for row in labelled.articles.select(["article_id", "body", "language"]).to_pylist()}
    titles, sentences = defaultdict(list), defaultdict(list)
    for row in members.select(["story_id", "article_id", "title", "role"]).to_pylist():
        if row["role"] != "copy" and row["story_id"] in written:
            own = texts[row["article_id"]]
            titles[row["story_id"]].append(row["title"])
            sentences[row["story_id"]].append(text.split_sentences(own["body"], own["language"])[:_SENTENCES_READ])
    told = [
        SummarisedStory(story, titles[story], sentences[story], headline, summary)
        for story, headline, summary in zip(
            *(stories[name].to_pylist() for name in ("story_id", "headline", "summary")), strict=True
        )
        if story in titles
    ]

    def scored(done: int, total: int) -> None:
        progress(f"score {labelled.name}", done, total)

    return references.score_summaries(labelled.name, told, written, settings.summaries.max_words, scored)


def describe(labelled: Labelled, settings: Settings, progress: Progress = no_progress) -> tuple[pa.Table, pa.Table]:
    """Tables `stories` and `story_articles` of a labelled set whose labels are its stories.

    Args:
        labelled: the set; an article without a label is a story of its own.
        settings: `summaries` and `embedding`.
        progress: called with (stage, done, to do).
    """
    vectors = _vectors(labelled, settings, progress)
    progress("describe", 0, 0)
    return summaries.describe(
        labelled.articles,
        labelled.copies,
        vectors,
        schemas.empty_table("edges"),
        _memberships(labelled),
        schemas.empty_table("story_articles"),
        settings.summaries,
        stages.UNDATED,
        end_of_day(stages.UNDATED),
    )


def train_summaries(
    sets: Sequence[Labelled], written: Mapping[str, Reference], settings: Settings, progress: Progress = no_progress
) -> summaries.SalienceModel:
    """Fit the model of what is told of a story to editors' summaries and headlines.

    Args:
        sets: labelled sets; a story may be in several of them, as excerpts and as whole articles.
        written: what editors wrote, by story.
        settings: `embedding`, which tells what is central.
        progress: called with (stage, done, to do).

    Raises:
        ConfigError: a set has no story with a summary and a headline.
        ModelError: there is too little to learn from.
    """
    examples, learnt_from = [], []
    for labelled in sets:
        known = {story: written[story] for story in labelled.stories & written.keys()}
        known = {story: reference for story, reference in known.items() if reference.headline and reference.summary}
        if not known:
            raise ConfigError(
                f"No story of {labelled.name} has a summary and a headline; both tables must name stories alike."
            )
        vectors = _vectors(labelled, settings, progress)
        examples += summaries.build_examples(
            labelled.articles,
            labelled.copies,
            vectors,
            _memberships(labelled),
            {story: (reference.summary, reference.headline) for story, reference in known.items()},
        )
        learnt_from.append(described(labelled) | {"references": len(known)})
    progress("fit", 0, 0)
    return summaries.fit_salience_model(examples, {"sets": learnt_from} | made_with("scikit-learn", "wordfreq"))


def _vectors(labelled: Labelled, settings: Settings, progress: Progress) -> pa.Table:
    def embedded(done: int, total: int) -> None:
        progress(f"embed {labelled.name}", done, total)

    return embedding.embed(labelled.articles, labelled.copies, [], settings.embedding, embedded)


def _memberships(labelled: Labelled) -> pa.Table:
    """The labels as stories; whatever has none is a story of its own."""
    return schemas.build_table(
        "memberships",
        [
            {"article_id": article, "story_id": story if story is not None else f"unlabelled {article}"}
            for article, story in labelled.story_of.items()
        ],
    )
