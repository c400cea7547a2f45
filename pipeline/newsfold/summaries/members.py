"""Members of stories: lists of article ids for the whole window, and `Story` objects for some stories."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold.dataflow import TableView
from newsfold.errors import SchemaError
from newsfold.schemas.lists import build_lists, list_starts
from newsfold.schemas.vectors import vectors_to_matrix
from newsfold.summaries.stories import ARTICLE_COLUMNS, COPY_COLUMNS, Article, Story, read_articles
from newsfold.summaries.tables import STORY_MEMBERS, STORY_ORIGINALS

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]


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
    placed = memberships.read(["article_id", "story_id"])
    placed = placed.sort_by([("story_id", "ascending"), ("article_id", "ascending")])
    ids, stories = (placed[name].combine_chunks() for name in ("article_id", "story_id"))
    _require_same_articles(ids, window_articles.read(["article_id"])["article_id"])
    groups, is_copy = _look_up_groups(ids, copies)
    story_ids = stories.dictionary_encode()
    originals = _choose_originals(story_ids.indices.to_numpy(), groups, is_copy)
    n_originals = np.bincount(story_ids.indices.to_numpy()[originals], minlength=len(story_ids.dictionary))

    has_vector = vectors.read(["article_id"])["article_id"].combine_chunks()
    original_ids = ids.take(pa.array(originals))
    own_vector = pc.is_in(original_ids, has_vector)
    vector_ids = pc.if_else(own_vector, original_ids, groups.take(pa.array(originals)))
    for missing in np.flatnonzero(~pc.is_in(vector_ids, has_vector).to_numpy(zero_copy_only=False))[:1].tolist():
        raise SchemaError(
            f"article_embeddings has no vector for {vector_ids[missing].as_py()!r}, an original of story "
            f"{stories[originals[missing]].as_py()!r}: embed the articles of this window before describing its stories."
        )
    # A lone original is central without a vector.
    n_vectors = n_originals * (n_originals > 1)
    compared = vector_ids.filter(pa.array(np.repeat(n_originals > 1, n_originals)))
    columns = {
        "story_id": story_ids.dictionary,
        "article_ids": build_lists(list_starts(np.bincount(story_ids.indices.to_numpy())), ids),
        "original_ids": build_lists(list_starts(n_originals), original_ids),
        "vector_ids": build_lists(list_starts(n_vectors), compared),
    }
    return pa.table(columns, schema=STORY_MEMBERS), pa.table([original_ids.sort()], schema=STORY_ORIGINALS)


def _require_same_articles(placed: pa.Array, articles: pa.ChunkedArray) -> None:
    unplaced = articles.filter(pc.invert(pc.is_in(articles, placed))).to_pylist()
    unknown = placed.filter(pc.invert(pc.is_in(placed, articles.combine_chunks()))).to_pylist()
    differing = sorted({*unplaced, *unknown})
    if differing:
        raise SchemaError(
            f"Memberships and articles differ in {len(differing)} article_ids ({', '.join(differing[:3])}, …): "
            "every article of the window needs exactly one story."
        )


def _look_up_groups(ids: pa.Array, copies: TableView) -> tuple[pa.Array, Flags]:
    """Return the copy group of each article, and whether it is another's copy; one without a row is its own group."""
    grouped = copies.read(["article_id", "copy_group_id", "is_original"])
    rows = pc.index_in(ids, grouped["article_id"].combine_chunks())
    groups = pc.coalesce(grouped["copy_group_id"].combine_chunks().take(rows), ids)
    is_original = pc.fill_null(grouped["is_original"].combine_chunks().take(rows), fill_value=True)
    return groups, ~is_original.to_numpy(zero_copy_only=False)


def _choose_originals(stories: npt.NDArray[np.int32], groups: pa.Array, is_copy: Flags) -> npt.NDArray[np.int64]:
    """Return the row of the original of each copy group in each story, in the order of the groups' first articles.

    That is the group's first article if the original has left the window.

    Args:
        stories: number of each article's story, ascending.
        groups: copy group of each article.
        is_copy: whether it is a copy of another article.
    """
    keys = stories.astype(np.int64) << 32 | groups.dictionary_encode().indices.to_numpy()
    _, first, key_of = np.unique(keys, return_index=True, return_inverse=True)
    chosen = first.copy()
    chosen[key_of[~is_copy]] = np.flatnonzero(~is_copy)
    return np.asarray(chosen[np.argsort(first)], dtype=np.int64)


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
