"""Members of stories: lists of article ids for the whole window, and `Story` objects for some stories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from newsfold.dataflow import TableView
from newsfold.errors import SchemaError
from newsfold.schemas.vectors import vectors_to_matrix
from newsfold.summaries.stories import ARTICLE_COLUMNS, COPY_COLUMNS, Article, Story, read_articles
from newsfold.summaries.tables import STORY_MEMBERS, STORY_ORIGINALS

Floats = npt.NDArray[np.float32]


def list_members(
    window_articles: TableView, copies: TableView, vectors: TableView, memberships: TableView
) -> tuple[pa.Table, pa.Table]:
    """List each story's articles and originals by id, in any order of the tables' rows.

    Returns:
        Table `story_members`, by story_id, and table `story_originals`, by article_id: the originals of all stories,
        one per story and copy group.

    Raises:
        SchemaError: an article lacks a membership, a membership an article, or an original a vector.
    """
    story_of: dict[str, str] = dict(_read_pairs(memberships, "article_id", "story_id"))
    ids = set(window_articles.read(["article_id"])["article_id"].to_pylist())
    if story_of.keys() != ids:
        differing = sorted(story_of.keys() ^ ids)
        raise SchemaError(
            f"Memberships and articles differ in {len(differing)} article_ids ({', '.join(differing[:3])}, …): "
            "every article of the window needs exactly one story."
        )
    group_of: dict[str, str] = dict(_read_pairs(copies, "article_id", "copy_group_id"))
    is_copy = {article for article, is_original in _read_pairs(copies, "article_id", "is_original") if not is_original}
    has_vector = set(vectors.read(["article_id"])["article_id"].to_pylist())
    members: defaultdict[str, list[str]] = defaultdict(list)
    for article in sorted(ids):
        members[story_of[article]].append(article)
    rows = []
    for story in sorted(members):
        # The original of each copy group, or the group's first article if the original has left the window.
        original_of: dict[str, str] = {}
        for article in members[story]:
            group = group_of.get(article, article)
            if article not in is_copy or group not in original_of:
                original_of[group] = article
        vector_ids = [article if article in has_vector else group for group, article in original_of.items()]
        missing = [vector_id for vector_id in vector_ids if vector_id not in has_vector]
        if missing:
            raise SchemaError(
                f"article_embeddings has no vector for {missing[0]!r}, an original of story {story!r}: "
                "embed the articles of this window before describing its stories."
            )
        rows.append(
            {
                "story_id": story,
                "article_ids": members[story],
                "original_ids": list(original_of.values()),
                # A lone original is central without a vector.
                "vector_ids": vector_ids if len(vector_ids) > 1 else [],
            }
        )
    originals = sorted(original for row in rows for original in row["original_ids"])
    return (
        pa.Table.from_pylist(rows, schema=STORY_MEMBERS),
        pa.table({"article_id": originals}, schema=STORY_ORIGINALS),
    )


def build_stories(
    members: pa.Table,
    window_articles: TableView,
    copies: TableView,
    vectors: TableView,
    preferred_language: str | None = None,
    family_of: Mapping[str, str] | None = None,
) -> list[Story]:
    """Build the stories in some rows of `story_members`, in their order, from their own articles alone.

    Args:
        members: rows of `story_members`.
        window_articles: the articles of the window.
        copies: their copy groups.
        vectors: the vectors of the originals.
        preferred_language: of headline and summary; None: that of most members.
        family_of: the publisher family of each outlet.
    """
    ids = members["article_ids"]
    articles = {
        article.article_id: article
        for article in read_articles(
            window_articles.where("article_id", ids, columns=ARTICLE_COLUMNS),
            copies.where("article_id", ids, columns=COPY_COLUMNS),
            family_of,
        )
    }
    needed = vectors.where("article_id", members["vector_ids"], columns=["article_id", "vector"])
    row_of = {article_id: row for row, article_id in enumerate(needed["article_id"].to_pylist())}
    matrix = vectors_to_matrix(needed["vector"])
    return [
        _build_story(
            row["story_id"],
            [articles[article_id] for article_id in row["article_ids"]],
            [articles[article_id] for article_id in row["original_ids"]],
            matrix[[row_of[vector_id] for vector_id in row["vector_ids"]]],
            preferred_language,
        )
        for row in members.to_pylist()
    ]


def _read_pairs(table: TableView, key: str, value: str) -> Iterable[tuple[Any, Any]]:
    columns = table.read([key, value])
    return zip(columns[key].to_pylist(), columns[value].to_pylist(), strict=True)


def _build_story(
    story_id: str, articles: list[Article], originals: list[Article], vectors: Floats, preferred_language: str | None
) -> Story:
    """Build a story; `vectors` are those of several originals, unit-norm, float32 of shape (originals, dimension)."""
    if len(originals) == 1:
        return Story(story_id, tuple(articles), tuple(originals), (1.0,), preferred_language)
    matrix = vectors.astype(np.float64)
    # The mean over the others: the sum over all, less the article's cosine with itself.
    means = (matrix @ matrix.sum(axis=0) - np.einsum("ij,ij->i", matrix, matrix)) / (len(matrix) - 1)
    order = sorted(range(len(matrix)), key=lambda i: (-round(float(means[i]), 6), originals[i].time_key))
    central, centrality = tuple(originals[i] for i in order), tuple(float(means[i]) for i in order)
    return Story(story_id, tuple(articles), central, centrality, preferred_language)
