"""The stage that makes articles of documents."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pyarrow as pa

from newsfold import constraints, extraction, publishers, schemas
from newsfold.dataflow import Context, Stage, Step, TableView
from newsfold.extraction.recurring import find_multi_topic_articles

_REJECTIONS_KEPT = 100
_TOLD_BY = ("article_id", "content_hash", "source", "url", "canonical_url")


def read_documents(documents: TableView, context: Context) -> pa.Table:
    """Read each document by itself: table `readings`."""

    def progress(done: int, total: int) -> None:
        context.progress("extract", done, total)

    return extraction.read(documents.read(), context.seen_at, progress, publishers.load_publishers(context.settings))


def index_articles(readings: TableView) -> tuple[pa.Table, pa.Table]:
    """Name the articles, and the documents that are none."""
    return extraction.met(readings.read(extraction.MET_BY))


def merge_duplicates(article_index: TableView, readings: TableView) -> tuple[pa.Table, pa.Table]:
    """Make one article of what was read twice."""
    articles = article_index.read()
    return extraction.merged(articles, readings.where("article_id", articles["article_id"]))


def learn_boilerplate(
    article_index: TableView, merged: TableView, sentence_hashes: TableView, known_articles: TableView
) -> pa.Table:
    """Find what each outlet prints under everything."""
    return extraction.habits(
        article_index.read(),
        merged.read(extraction.LEARNT_BY),
        sentence_hashes.read(),
        known_articles.read(["outlet", "extras"]),
    )


def strip_boilerplate(merged: TableView, outlet_boilerplate: TableView) -> pa.Table:
    """Cut from articles what their outlets print under everything."""
    return extraction.cut(merged.read(), outlet_boilerplate.read())


def classify_articles(
    cleaned: TableView,
    unreadable: TableView,
    source_outcomes: TableView,
    retractions: TableView,
    known_ids: TableView,
    known_articles: TableView,
    context: Context,
) -> tuple[pa.Table, pa.Table]:
    """Tell new, revised and known articles apart, and report on the sources."""
    found, taken_back = constraints.remove_retracted(cleaned.read(_TOLD_BY), retractions.read())
    known, _ = constraints.remove_retracted(known_articles.read(_TOLD_BY), retractions.read())
    rejects = schemas.concat_tables("rejects", [unreadable.read(), taken_back])
    return (
        extraction.decided(found, known, known_ids.read()),
        report_sources(source_outcomes.read(), rejects, Counter(found["source"].to_pylist()), context.edition),
    )


def split_window(
    window_changes: TableView, cleaned: TableView, known_articles: TableView
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Lay out new articles, revisions, and all articles of the window."""
    changes = window_changes.read()
    return extraction.laid_out(
        changes,
        cleaned.where("article_id", changes["article_id"]),
        known_articles.where("article_id", changes["article_id"]),
    )


def report_sources(outcomes: pa.Table, rejects: pa.Table, kept: Counter[str], edition: date) -> pa.Table:
    """Return the `sources` table: what reading and extraction made of each source."""
    rejected: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rejects.to_pylist():
        rejected[row["source"]].append({"location": row["location"], "reason": row["reason"]})
    rows = []
    for outcome in outcomes.to_pylist():
        name = outcome["source"]
        problems = outcome["failures"] + rejected[name]
        whole_files = [problem for problem in outcome["failures"] if problem["file_failed"]]
        if kept[name]:
            status = "partial" if whole_files else "ok"
        elif problems:
            status = "failed"
        elif outcome["unchanged"]:
            status = "unchanged"
        else:
            status = "ok" if outcome["n_read"] else "empty"  # what others delivered first is read all the same
        listed = [{"location": item["location"], "reason": item["reason"]} for item in problems]
        rows.append(
            {
                "edition_date": edition,
                "source": name,
                "status": status,
                "n_read": outcome["n_read"],
                "n_kept": kept[name],
                "n_rejected": len(problems),
                "error": f"{listed[0]['location']}: {listed[0]['reason']}" if listed else None,
                "seconds": outcome["seconds"],
                "rejections": listed[:_REJECTIONS_KEPT],
            }
        )
    return schemas.build_table("sources", sorted(rows, key=lambda row: str(row["source"])))


EXTRACT = Stage(
    "extract",
    "clean documents into articles",
    steps=(
        Step(read_documents, writes=("readings",), chunk_by="documents"),
        Step(index_articles, writes=("article_index", "unreadable")),
        Step(merge_duplicates, writes=("merged", "sentence_hashes"), chunk_by="article_index"),
        Step(learn_boilerplate, writes=("outlet_boilerplate",)),
        Step(strip_boilerplate, writes=("cleaned",), chunk_by="merged"),
        Step(classify_articles, writes=("window_changes", "sources")),
        Step(split_window, writes=("articles", "revisions", "window_articles"), chunk_by="window_changes"),
        Step(find_multi_topic_articles, writes=("multi_topic_articles",)),
    ),
    writes=("articles", "revisions", "window_articles", "multi_topic_articles", "sources"),
    settings=publishers.SECTIONS,
)
