"""The stage that makes articles of documents."""

from __future__ import annotations

import pyarrow as pa

from newsfold import publishers, schemas
from newsfold.dataflow import Context, Stage, Step
from newsfold.extraction.deduplicate import learn_boilerplate, merge_duplicates, strip_boilerplate
from newsfold.extraction.identify import identify_articles
from newsfold.extraction.kinds.classify import assign_kinds, count_outlet_habits, judge_articles
from newsfold.extraction.parse import parse_documents
from newsfold.extraction.recurring import find_multi_topic_articles
from newsfold.extraction.revisions import classify_articles, split_window
from newsfold.settings import Settings

EXTRACT = Stage(
    "extract",
    "clean documents into articles",
    steps=(
        Step(parse_documents, writes=("readings",), chunk_by="documents"),
        Step(identify_articles, writes=("article_index", "unreadable", "repeats", "recognisable_ids")),
        Step(merge_duplicates, writes=("merged",), chunk_by="article_index"),
        Step(learn_boilerplate, writes=("outlet_boilerplate",)),
        Step(strip_boilerplate, writes=("stripped",), chunk_by="merged"),
        Step(judge_articles, writes=("kind_judgements",), chunk_by="stripped"),
        Step(count_outlet_habits, writes=("outlet_habits",)),
        Step(assign_kinds, writes=("cleaned",), chunk_by="stripped"),
        Step(classify_articles, writes=("window_changes", "sightings", "sources")),
        Step(split_window, writes=("articles", "revisions", "window_articles"), chunk_by="window_changes"),
        Step(find_multi_topic_articles, writes=("multi_topic_articles",)),
    ),
    writes=("articles", "revisions", "window_articles", "multi_topic_articles", "sightings", "sources"),
    settings=(*publishers.SECTIONS, "sources", "remember_days", "kinds"),
)


def extract_articles(
    documents: pa.Table,
    settings: Settings | None = None,
    known_articles: pa.Table | None = None,
    *,
    with_kinds: bool = True,
) -> tuple[pa.Table, pa.Table]:
    """Run the stage by itself, outside any edition.

    Args:
        documents: table `documents`.
        settings: the configuration; None: the defaults.
        known_articles: articles of earlier nights, whose outlets' boilerplate is removed here too.
        with_kinds: whether the model of kinds is asked; without it, `kind` is only roundup or news.

    Returns:
        All articles in the documents, schema `articles`, sorted by article_id; and the rejects.
    """
    tables = {name: schemas.empty_table(name) for name in EXTRACT.reads}
    tables["documents"] = documents
    if known_articles is not None:
        tables["known_articles"] = known_articles
    context = Context.undated(settings or Settings())
    table = "cleaned" if with_kinds else "stripped"
    extracted = EXTRACT.run(tables, context, wanted=(table, "unreadable"))
    return extracted[table], extracted["unreadable"]
