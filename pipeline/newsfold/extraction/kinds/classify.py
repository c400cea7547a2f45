"""The steps that find the kind of each article: judge it, count its outlet's habits, decide."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from newsfold import schemas
from newsfold.dataflow import Context, TableView
from newsfold.extraction.kinds.features import COLUMNS, extract_features
from newsfold.extraction.kinds.habits import UNIT, count_kinds, list_groups, measure_habits, to_scores
from newsfold.extraction.kinds.model import load_kind_model
from newsfold.extraction.tables import KIND_JUDGEMENTS, OUTLET_HABITS
from newsfold.garbage import pause_garbage_collection
from newsfold.schemas.kinds import DEFAULT_KIND, KINDS, find_kind

_BATCH_ROWS = 256
_ABOUT_ONE_MATTER = ("news", "analysis")  # so never what the rules found to be about many
_MIN_PROBABILITY = 0.5  # of a kind other than news
_GROUP_COLUMNS = ["article_id", "outlet", "url", "title", "extras", "kind", "roundup"]


@pause_garbage_collection()
def judge_articles(stripped: TableView, context: Context) -> pa.Table:
    """Judge of which kind each article is by its own title, text and address.

    Returns:
        Table `kind_judgements`, in the order of `stripped`.

    Raises:
        ModelError: the model cannot be read.
    """
    articles = stripped.read(COLUMNS)
    features = (extract_features(row) for batch in articles.to_batches(_BATCH_ROWS) for row in batch.to_pylist())
    columns = {
        "article_id": articles["article_id"],
        "judgements": load_kind_model(context.settings.kinds).judge(features).tolist(),
        "groups": [list_groups(row) for row in articles.select(["outlet", "url", "title", "extras"]).to_pylist()],
    }
    return pa.table(columns, schema=KIND_JUDGEMENTS)


def count_outlet_habits(kind_judgements: TableView, known_articles: TableView) -> pa.Table:
    """Count the kinds of the articles in each outlet's sections, under its labels and in its series.

    Articles of earlier nights count as what they were published as.

    Returns:
        Table `outlet_habits`, sorted by group and key.
    """
    tonight = kind_judgements.read()
    ids = set(tonight["article_id"].to_pylist())
    groups = tonight["groups"].to_pylist()
    scores = to_scores(_to_matrix(tonight["judgements"].to_pylist()))
    known = [row for row in known_articles.read(_GROUP_COLUMNS).to_pylist() if row["article_id"] not in ids]
    published = np.zeros((len(known), len(KINDS)), np.int64)
    for place, row in enumerate(known):
        published[place, list(KINDS).index(find_kind(row["kind"], roundup=row["roundup"]))] = UNIT
    counts = count_kinds([*groups, *map(list_groups, known)], np.vstack([scores, published]))
    rows = [
        {"group": group, "key": key, "counts": counts[group, key].tolist()}
        for group, key in sorted(counts)
        if group == 0 or counts[group, key][0] > 1  # a group of one says nothing of others
    ]
    return pa.Table.from_pylist(rows, schema=OUTLET_HABITS)


def assign_kinds(
    stripped: TableView, kind_judgements: TableView, outlet_habits: TableView, context: Context
) -> pa.Table:
    """Assign its likeliest kind to each article; without one that is more likely than all others together, news.

    Returns:
        Table `cleaned`, in the order of `stripped`.
    """
    articles = stripped.read()
    judged = kind_judgements.where("article_id", articles["article_id"])
    judgements, groups = _to_matrix(judged["judgements"].to_pylist()), judged["groups"].to_pylist()
    counts = {(row["group"], row["key"]): np.array(row["counts"], np.int64) for row in outlet_habits.read().to_pylist()}
    habits = measure_habits(groups, to_scores(judgements), counts)
    probabilities = load_kind_model(context.settings.kinds).predict(judgements, habits)
    names = list(KINDS)
    roundups = dict(zip(articles["article_id"].to_pylist(), articles["roundup"].to_pylist(), strict=True))
    is_roundup = np.array([roundups[article] for article in judged["article_id"].to_pylist()], dtype=np.bool_)
    about_one_matter = np.array([name in _ABOUT_ONE_MATTER for name in names])
    probabilities[np.ix_(is_roundup, about_one_matter)] = 0
    likeliest = probabilities.argmax(axis=1)
    # In doubt it is news: a report taken for another kind has no say in its story.
    likeliest[~is_roundup & (probabilities.max(axis=1) < _MIN_PROBABILITY)] = names.index(DEFAULT_KIND)
    kind_of = {
        article: names[kind] for article, kind in zip(judged["article_id"].to_pylist(), likeliest.tolist(), strict=True)
    }
    column = articles.schema.get_field_index("kind")
    kinds = pa.array([kind_of[article] for article in articles["article_id"].to_pylist()], pa.string())
    return schemas.conform_table(articles.set_column(column, articles.schema.field(column), kinds), "articles")


def _to_matrix(rows: list[list[float]]) -> np.ndarray:
    return np.array(rows, dtype=np.float64).reshape(-1, len(KINDS))
