"""Read this first: the order of the stages, and the tables each reads and writes.

Two walkers follow `STAGES`. `flows` hands their steps to a task runner, with the tables in the run's staging area;
`cluster` here runs the same steps in memory, without a store. A stage is a pure function of its tables and
the settings it names; only `INPUTS` come from outside. What a step is, and how it works on chunks, tells `steps`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import clustering, constraints, copying, describing, extraction, lineage, pieces, schemas, sources
from newsfold.blocking import candidates
from newsfold.dataflow import Context, Progress, Stage, Step, Tables, end_of, silent
from newsfold.errors import SourceError
from newsfold.settings import Settings

__all__ = [
    "INPUTS",
    "STAGES",
    "UNDATED",
    "Clustered",
    "Context",
    "Progress",
    "Stage",
    "cluster",
    "cluster_documents",
    "end_of",
    "read_labels",
    "reading_report",
    "silent",
]

UNDATED = date(1970, 1, 1)  # the edition of articles that carry no time at all
_PUBLISHING = ("outlets", "agencies", "families")  # the settings that `publishers.load_publishers` reads


def _cluster(tables: Tables, context: Context, vectors: Sequence[pa.Table]) -> Tables:
    articles = tables["window_articles"]
    found = clustering.cluster(
        tables["copies"],
        tables["edges"],
        vectors,
        context.settings.clustering,
        constraints=tables["constraints"],
        roundups=extraction.find_multi_topic_articles(articles),
        previous=tables["previous_story_articles"],
    )
    return {"clusters": found}


def _trace(tables: Tables, context: Context) -> Tables:
    memberships, descent = lineage.trace_lineage(
        tables["clusters"], tables["copies"], tables["previous_story_articles"], context.edition
    )
    return {"memberships": memberships, "lineage": descent}


_CLUSTER = Step(
    "cluster",
    _cluster,
    reads=("window_articles", "copies", "edges", "constraints", "previous_story_articles"),
    along="vectors",
    slice_rows=candidates.SLICE,
    writes=("clusters",),
    columns={
        "window_articles": ("article_id", "outlet", "title", "published_at", "first_seen_at", "roundup"),
        "copies": ("article_id", "copy_group_id"),
        "edges": ("left_id", "right_id", "probability", "same_outlet"),
        "vectors": ("article_id", "vector"),
        "previous_story_articles": ("article_id", "story_id"),
    },
)
_TRACE = Step(
    "trace",
    _trace,
    reads=("clusters", "copies", "previous_story_articles"),
    writes=("memberships", "lineage"),
    columns={"copies": ("article_id", "copy_group_id"), "previous_story_articles": ("article_id", "story_id")},
)

INPUTS = (
    "documents",  # what the sources delivered
    "source_outcomes",
    "fetches",  # what was asked for on the web, for the next edition's reading
    "labels",  # what people say of pairs of articles
    "retractions",  # and the articles they took back
    "known_ids",  # every article that earlier editions saw
    "known_articles",  # those of them inside the window
    "known_embeddings",
    "cached_embeddings",  # this edition's own, where it was published before
    "settled",  # the originals that the edition before paired with one another
    "known_edges",  # and what it found between them
    "previous_story_articles",
)

STAGES = (
    Stage(
        "extract",
        "clean documents into articles",
        pieces.EXTRACT,
        reads=("documents", "source_outcomes", "retractions", "known_ids", "known_articles"),
        writes=("articles", "revisions", "window_articles", "sources"),
        uses=_PUBLISHING,
    ),
    Stage(
        "copies",
        "collapse copies",
        copying.COPIES,
        reads=("window_articles", "labels"),
        writes=("copies", "constraints", "label_outcomes"),
        uses=("copies", *_PUBLISHING),
    ),
    Stage(
        "embed",
        "turn texts into vectors",
        pieces.EMBED,
        reads=("window_articles", "copies", "known_embeddings", "cached_embeddings"),
        writes=("vectors", "article_embeddings"),
        uses=("embedding",),
    ),
    Stage(
        "block",
        "find candidate pairs",
        pieces.BLOCK,
        reads=("window_articles", "revisions", "vectors", "settled", "known_edges"),
        writes=("candidate_pairs", "kept_edges", "near_rows", "spans", "timeline", "vocabulary", "wordings", "nearest"),
        uses=("candidates",),
    ),
    Stage(
        "score",
        "score pairs",
        pieces.SCORE,
        reads=(
            "vectors",
            "candidate_pairs",
            "kept_edges",
            "near_rows",
            "spans",
            "timeline",
            "vocabulary",
            "wordings",
            "nearest",
        ),
        writes=("edges",),
        uses=("scoring",),
    ),
    Stage(
        "cluster",
        "fold articles into stories",
        (_CLUSTER,),
        reads=(*_CLUSTER.reads, "vectors"),
        writes=_CLUSTER.writes,
        uses=("clustering",),
    ),
    Stage("lineage", "follow stories from the edition before", (_TRACE,), reads=_TRACE.reads, writes=_TRACE.writes),
    Stage(
        "describe",
        "choose headlines and summaries",
        describing.DESCRIBE,
        reads=(
            "window_articles",
            "copies",
            "vectors",
            "edges",
            "constraints",
            "memberships",
            "previous_story_articles",
        ),
        writes=("stories", "story_articles"),
        uses=("summaries", "importance"),
    ),
)


@dataclass(frozen=True)
class Clustered:
    """What `cluster` found: tables of the published schemas, and what it could not use."""

    stories: pa.Table
    story_articles: pa.Table
    articles: pa.Table
    edges: pa.Table
    sources: pa.Table
    label_outcomes: pa.Table


def cluster(articles: object, settings: Settings | None = None, progress: Progress = silent) -> Clustered:
    """Fold articles into stories, in memory: no store, no Prefect.

    Args:
        articles: a table (Arrow, pandas, polars; anything that speaks the Arrow C stream) with any of the
            columns id, url, outlet, title, text, published_at, language; or documents of `sources.read_sources`.
        settings: the configuration, labels included; the defaults where None.
        progress: called with (stage, done, to do).

    Returns:
        Stories, their articles, and every article as it was read; a given `id` is its `article_id`.

    Raises:
        ConfigError: the labels cannot be used.
        SourceError: there is no article in it, or neither a title nor a text column.
    """
    table = articles if isinstance(articles, pa.Table) else pa.table(articles)
    if table.schema.names != schemas.SCHEMAS["documents"].names:
        table = sources.documents_from_table(table, "articles")
    return cluster_documents(table, schemas.empty_table("source_outcomes"), settings or Settings(), progress)


def cluster_documents(
    documents: pa.Table, outcomes: pa.Table, settings: Settings, progress: Progress = silent
) -> Clustered:
    """`cluster` for documents and outcomes of `sources.read_sources`.

    Raises:
        ConfigError: the labels cannot be used.
        SourceError: none of the documents is an article.
    """
    tables: dict[str, pa.Table] = {name: schemas.empty_table(name) for name in INPUTS}
    tables |= {"documents": documents, "source_outcomes": outcomes, "labels": read_labels(settings)}
    tables["retractions"] = constraints.read_retractions(settings.retractions)
    context = Context(settings, UNDATED, end_of(UNDATED), progress)
    for stage in STAGES:
        progress(stage.name, 0, 0)
        tables |= stage.run({name: tables[name] for name in stage.reads}, context)
        if stage.name == "extract":
            if not tables["articles"].num_rows:
                raise SourceError(f"There is no article to cluster. {_first_problem(tables['sources'])}")
            # The latest published time dates the result: a wall clock would make two runs differ.
            latest = pc.max(tables["articles"]["published_at"]).as_py()
            context = replace(context, edition=latest.date() if latest else UNDATED)
    return Clustered(**{field.name: tables[field.name] for field in fields(Clustered)})


def read_labels(settings: Settings) -> pa.Table:
    """Table `labels`, refused before anything is computed where it cannot be honoured.

    Raises:
        ConfigError: a file or a row cannot be used, labels contradict each other, or the clusterer heeds none.
    """
    labels = constraints.read_labels(settings.labels)
    if labels.num_rows:
        clustering.require_labels_honoured(settings.clustering)
    return labels


def reading_report(documents: pa.Table, outcomes: pa.Table, edition: date) -> pa.Table:
    """The `sources` table as reading alone sees it, before any document is cleaned."""
    return pieces.report(outcomes, schemas.empty_table("rejects"), Counter(documents["source"].to_pylist()), edition)


def _first_problem(report: pa.Table) -> str:
    errors = [error for error in report["error"].to_pylist() if error]
    return errors[0] if errors else "Give files with at least one title or text."
