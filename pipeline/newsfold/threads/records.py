"""Records of stories: what an edition keeps of each, so that later ones can link to it when its articles are gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse

from newsfold import schemas, text
from newsfold.dataflow import Context, TableView
from newsfold.schemas.kinds import DEFAULT_KIND
from newsfold.schemas.vectors import vectors_to_matrix
from newsfold.threads.tables import CENTROIDS, FORGOTTEN_STORIES, THREAD_RECORDS

_CENTROID_SCALE = 127
_MIN_ORIGINS = 2  # of a story that is remembered although it is a thread of its own
_STORY_COLUMNS = (
    "story_id",
    "headline",
    "kind",
    "language",
    "representative_article_id",
    "first_published_at",
    "last_published_at",
    "entities",
    "timeline",
)
_ARTICLE_COLUMNS = ("story_id", "article_id", "copy_group_id", "outlet", "url", "published_at")

Row = Mapping[str, Any]


def build_story_records(
    described_stories: TableView,
    story_reaches: TableView,
    story_articles: TableView,
    vectors: TableView,
    previous_story_articles: TableView,
    previous_thread_stories: TableView,
    context: Context,
) -> pa.Table:
    """Record some stories, each with what earlier editions recorded of it.

    Args:
        described_stories: the stories.
        story_reaches: their independent origins.
        story_articles: their articles.
        vectors: the vectors of the originals.
        previous_story_articles: the articles that the edition before had.
        previous_thread_stories: the records of that edition.
        context: a story without any date is dated by its edition.

    Returns:
        Table `story_records`, in the stories' order.
    """
    stories = described_stories.read(_STORY_COLUMNS)
    ids = stories["story_id"]
    articles = story_articles.where("story_id", ids, columns=_ARTICLE_COLUMNS).to_pylist()
    members = _group_rows(articles)
    earlier = previous_story_articles.where("story_id", ids, columns=["story_id", "article_id"]).to_pylist()
    known_ids = {story_id: {row["article_id"] for row in rows} for story_id, rows in _group_rows(earlier).items()}
    record_of = {row["story_id"]: row for row in previous_thread_stories.where("story_id", ids).to_pylist()}
    reaches = story_reaches.where("story_id", ids, columns=["story_id", "independent_origins"]).to_pylist()
    origins_of = {row["story_id"]: row["independent_origins"] for row in reaches}
    groups = [(row["story_id"], row["copy_group_id"], row["article_id"]) for row in articles]
    centroids, model = _average_vectors(ids.to_pylist(), groups, vectors)
    rows = []
    for story, centroid in zip(stories.to_pylist(), centroids, strict=True):
        story_id = story["story_id"]
        record: Row = record_of.get(story_id, {})
        joined = [row for row in members[story_id] if row["article_id"] not in known_ids.get(story_id, ())]
        days = _report_days(story, members[story_id], context.edition)
        days = [dict(day) for day in record.get("days", ()) if day["day"] < days[0]["day"]] + days
        first, last = (story[name] for name in ("first_published_at", "last_published_at"))
        rows.append(
            {
                "story_id": story_id,
                "headline": story["headline"],
                "kind": story["kind"] or DEFAULT_KIND,
                "language": story["language"],
                "in_window": True,
                "first_day": min(first.date() if first else days[0]["day"], record.get("first_day", date.max)),
                "last_day": last.date() if last else days[-1]["day"],
                "n_articles": record.get("n_articles", 0) + len(joined if record else members[story_id]),
                "outlets": sorted({row["outlet"] for row in members[story_id]}.union(record.get("outlets", ()))),
                "origins": sorted({*origins_of[story_id], *record.get("origins", ())}),
                "entities": story["entities"],
                "days": days,
                "centroid": centroid,
                "model": model,
            }
        )
    return schemas.build_table("story_records", rows)


def add_remembered_stories(
    story_records: TableView,
    lineage: TableView,
    previous_threads: TableView,
    previous_thread_stories: TableView,
    context: Context,
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Add the stories of earlier editions that are remembered although all their articles have left the window.

    A story that has ended is remembered for `threads.memory_days` days after its last article if it had several
    independent origins or was in a thread with others; one that became part of another story is not.

    Returns:
        Tables `thread_records`, by story_id; `centroids`, in the same order; and `forgotten_stories`: those that the
        edition before still had or remembered.
    """
    current = story_records.read()
    previous = previous_thread_stories.read()
    n_stories = read_mapping(previous_threads.read(["thread_id", "n_stories"]))
    absorbed = {
        row["previous_story_id"]
        for row in lineage.read(["previous_story_id", "relation"]).to_pylist()
        if row["relation"] == "merged"
    }
    gone = absorbed.union(current["story_id"].to_pylist())
    oldest = context.edition - timedelta(days=context.settings.threads.memory_days)
    columns = [previous[name].to_pylist() for name in ("story_id", "thread_id", "last_day", "origins")]
    is_remembered = [
        story not in gone and last_day >= oldest and (len(origins) >= _MIN_ORIGINS or n_stories.get(thread, 1) > 1)
        for story, thread, last_day, origins in zip(*columns, strict=True)
    ]
    remembered = previous.filter(pa.array(is_remembered, pa.bool_()))
    out = pa.repeat(pa.scalar(False), remembered.num_rows)
    remembered = remembered.set_column(
        remembered.schema.get_field_index("in_window"), current.schema.field("in_window"), out
    )
    remembered = remembered.select(current.schema.names)
    records = schemas.concat_tables("story_records", [current, remembered]).sort_by("story_id")
    records = schemas.conform_table(records, "story_records")
    is_forgotten = [
        not remembered and story not in gone for story, remembered in zip(columns[0], is_remembered, strict=True)
    ]
    forgotten = previous.filter(pa.array(is_forgotten, pa.bool_())).select(FORGOTTEN_STORIES.names)
    return records.select(THREAD_RECORDS.names), records.select(CENTROIDS.names), forgotten


def _average_vectors(
    story_ids: list[str], groups: Iterable[tuple[str, str, str]], vectors: TableView
) -> tuple[npt.NDArray[np.int8], str]:
    """Return the direction of the mean vector of each story's texts, and a digest of the model.

    Args:
        story_ids: the stories.
        groups: story, copy group and article of each article.
        vectors: vectors of copy groups, or of articles whose group's original has left the window.

    Returns:
        int8 of shape (stories, dimension), the largest value of each row 127; and the digest.
    """
    groups = list(groups)
    needed = pa.chunked_array([pa.array(sorted({key for _, *keys in groups for key in keys}), pa.string())])
    table = vectors.where("article_id", needed, columns=["article_id", "vector"]).sort_by("article_id")
    matrix = vectors_to_matrix(table["vector"]).astype(np.float64)
    row_of = {article: row for row, article in enumerate(table["article_id"].to_pylist())}
    story_row_of = {story: row for row, story in enumerate(story_ids)}
    members = {(story_row_of[story], row_of.get(group, row_of.get(article, -1))) for story, group, article in groups}
    rows, columns = np.array(sorted(member for member in members if member[1] >= 0), np.int64).reshape(-1, 2).T
    sums = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(story_ids), len(matrix))) @ matrix
    largest = np.abs(sums).max(axis=1, initial=1e-12, keepdims=True)
    metadata = sorted((key.decode(), value.decode()) for key, value in (table.schema.metadata or {}).items())
    return np.rint(sums / largest * _CENTROID_SCALE).astype(np.int8), text.compute_digest(repr(metadata))[:12]


def _report_days(story: Row, articles: list[Row], edition: date) -> list[dict[str, Any]]:
    """Return the lines of a story's days: those of its timeline, or its headline on its last day."""
    texts_of: defaultdict[date, set[str]] = defaultdict(set)
    for row in articles:
        if row["published_at"]:
            texts_of[row["published_at"].date()].add(row["copy_group_id"])
    if story["timeline"]:
        # Days whose articles have left the window keep one text, that of the line.
        return [{**line, "n_texts": max(1, len(texts_of[line["day"]]))} for line in story["timeline"]]
    source = next(row for row in articles if row["article_id"] == story["representative_article_id"])
    last = story["last_published_at"]
    day = last.date() if last else edition
    line = {name: source[name] for name in ("article_id", "outlet", "url")}
    return [{"day": day, "text": story["headline"], **line, "n_texts": max(1, len(texts_of[day]))}]


def _group_rows(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["story_id"]].append(row)
    return groups


def read_mapping(table: pa.Table) -> dict[str, Any]:
    """Return a table of two columns as a mapping of the first to the second."""
    key, value = table.column_names
    return dict(zip(table[key].to_pylist(), table[value].to_pylist(), strict=True))
