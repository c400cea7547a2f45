"""Read this first: the order of the stages.

Each stage is declared in the `stage.py` of its package, which names its steps; a step names its function. Two runners
follow `STAGES`: the Prefect flow in `newsfold_flows.nightly`, with the tables in the run's staging area, and `cluster`
here, in memory. Only the tables of `INPUTS` come from outside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import clustering, constraints, schemas
from newsfold.blocking.stage import BLOCK
from newsfold.cluster_input import ClusterInput, read_input
from newsfold.cluster_result import ClusterResult, assign_rows
from newsfold.clustering.stage import CLUSTER
from newsfold.copies.stage import COLLAPSE
from newsfold.dataflow import UNDATED, Context, Progress, Stage, no_progress
from newsfold.embedding.stage import EMBED
from newsfold.errors import SourceError
from newsfold.extraction.source_report import report_sources
from newsfold.extraction.stage import EXTRACT
from newsfold.lineage import TRACE
from newsfold.scoring.stage import SCORE
from newsfold.settings import Column, Settings
from newsfold.summaries.stage import DESCRIBE
from newsfold.threads.stage import LINK

STAGES = (EXTRACT, COLLAPSE, EMBED, BLOCK, SCORE, CLUSTER, TRACE, DESCRIBE, LINK)

INPUTS = (
    "documents",  # what the sources delivered
    "source_outcomes",
    "fetches",  # requests to the web, for the next edition's reading
    "labels",  # pairs of articles that a person put together or apart
    "retractions",  # articles that a person took back
    "known_ids",  # every article that earlier editions saw
    "known_articles",  # those of them inside the window
    "known_embeddings",
    "cached_embeddings",  # this edition's own, if it was published before
    "previous_originals",  # the originals that the previous edition paired with one another
    "known_edges",  # and their edges
    "previous_story_articles",
    "refreshed_story_articles",  # this edition's own, if it is made again with what is new since
    "previous_stories",
    "previous_threads",
    "previous_thread_stories",
)


def find_stage(name: str) -> Stage:
    """Return the stage of that name."""
    return next(stage for stage in STAGES if stage.name == name)


def cluster(
    articles: object,
    settings: Settings | None = None,
    progress: Progress = no_progress,
    columns: Mapping[Column, str] | None = None,
) -> ClusterResult:
    """Group articles into stories, in memory: no store, no Prefect.

    Args:
        articles: a table (Arrow, pandas, polars; anything with the Arrow C stream interface) or a list of dictionaries
            with any of the columns id, url, outlet, title, text, published_at, language; the path of a file or folder,
            or several; or documents of `sources.read_sources`.
        settings: the configuration, labels included; None: the defaults.
        progress: called with (stage, done, to do).
        columns: names of columns, by newsfold's, if they differ: `{"outlet": "paper"}`.

    Returns:
        Stories, their articles, and every article as it was read; a given `id` is its `article_id`. Each row of a table
        is an article of its own, also if others have the same text: then they are copies.

    Raises:
        ConfigError: the labels cannot be used.
        SourceError: it holds no article, neither a title nor a text column, or lacks one of `columns`.
    """
    settings = settings or Settings()
    return cluster_documents(read_input(articles, settings, columns or {}), settings, progress)


def cluster_documents(given: ClusterInput, settings: Settings, progress: Progress = no_progress) -> ClusterResult:
    """Group documents that have been read into stories; `cluster` reads them first.

    Args:
        given: of `cluster_input.read_input`.
        settings: the configuration, labels included.
        progress: called with (stage, done, to do).

    Raises:
        ConfigError: the labels cannot be used.
        SourceError: there is no article.
    """
    tables: dict[str, pa.Table] = {name: schemas.empty_table(name) for name in INPUTS}
    tables |= {"documents": given.documents, "source_outcomes": given.outcomes, "labels": read_labels(settings)}
    tables["retractions"] = constraints.read_retractions(settings.retractions)
    context = Context.undated(settings, progress)
    for stage in STAGES:
        progress(stage.name, 0, 0)
        tables |= stage.run(tables, context)
        if stage is EXTRACT:
            if not tables["articles"].num_rows:
                raise SourceError(f"There is no article to cluster. {_first_problem(tables['sources'])}")
            # The latest published time dates the result: a wall clock would make two runs differ.
            latest = pc.max(tables["articles"]["published_at"]).as_py()
            context = replace(context, edition=latest.date() if latest else UNDATED)
    tables["rows"] = assign_rows(given.rows, given.documents["id"], tables)
    results = {field.name: tables[field.name] for field in fields(ClusterResult) if field.name in tables}
    return ClusterResult(**results, ignored_columns=given.ignored_columns)


def read_labels(settings: Settings) -> pa.Table:
    """Read the table `labels`, and refuse labels that cannot be honoured before anything is computed.

    Raises:
        ConfigError: a file or a row cannot be used, labels contradict each other, or the clusterer ignores labels.
    """
    labels = constraints.read_labels(settings.labels)
    if labels.num_rows:
        clustering.require_constraint_support(settings.clustering)
    return labels


def report_reading(documents: pa.Table, outcomes: pa.Table, edition: date) -> pa.Table:
    """Return the `sources` table as it stands after reading, before any document is cleaned."""
    kept = Counter(documents["source"].to_pylist())
    return report_sources(outcomes, schemas.empty_table("rejects"), kept, {}, edition)


def _first_problem(report: pa.Table) -> str:
    errors = [error for error in report["error"].to_pylist() if error]
    return errors[0] if errors else "Give files with at least one title or text."
