"""Who is in which story: from the memberships of all articles, and for some stories from their own rows alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from newsfold import schemas
from newsfold.errors import SchemaError
from newsfold.summaries.stories import Article, Story, read_articles

Floats = npt.NDArray[np.float32]


def lay_out(
    articles: pa.Table, copies: pa.Table, article_embeddings: pa.Table, memberships: pa.Table
) -> tuple[pa.Table, pa.Table]:
    """The stories of a window as lists of ids; no text and no vector is looked at.

    Args:
        articles: all articles of the window, in any row order, as all tables here; column `article_id`.
        copies: their copy groups; columns `article_id`, `copy_group_id` and `is_original`.
        article_embeddings: column `article_id`, of at least all originals.
        memberships: the story of every article.

    Returns:
        Table `story_members`, by story_id, and table `story_originals`, by article_id: the articles that count in
        the window, one per story and copy group.

    Raises:
        SchemaError: an article lacks a membership, a membership an article, an original a vector.
    """
    story_of: dict[str, str] = dict(_pairs(memberships, "article_id", "story_id"))
    ids = set(articles["article_id"].to_pylist())
    if story_of.keys() != ids:
        lost = sorted(story_of.keys() ^ ids)
        raise SchemaError(
            f"Memberships and articles differ in {len(lost)} article_ids ({', '.join(lost[:3])}, …): "
            "every article of the window needs exactly one story."
        )
    group_of: dict[str, str] = dict(_pairs(copies, "article_id", "copy_group_id"))
    copied = {article for article, is_original in _pairs(copies, "article_id", "is_original") if not is_original}
    with_vector = set(article_embeddings["article_id"].to_pylist())
    members: defaultdict[str, list[str]] = defaultdict(list)
    for article in sorted(ids):
        members[story_of[article]].append(article)
    rows = []
    for story in sorted(members):
        # The original of each copy group; where it left the window, the group's first article.
        chosen: dict[str, str] = {}
        for article in members[story]:
            group = group_of.get(article, article)
            if article not in copied or group not in chosen:
                chosen[group] = article
        vectors = [article if article in with_vector else group for group, article in chosen.items()]
        lacking = [vector for vector in vectors if vector not in with_vector]
        if lacking:
            raise SchemaError(
                f"article_embeddings has no vector for {lacking[0]!r}, an original of story {story!r}: "
                "embed the articles of this window before describing its stories."
            )
        originals = list(chosen.values())
        row = {"story_id": story, "article_ids": members[story], "original_ids": originals}
        rows.append(row | {"vector_ids": vectors if len(vectors) > 1 else []})
    counting = sorted(original for row in rows for original in row["original_ids"])
    return (
        schemas.build_table("story_members", rows),
        pa.table({"article_id": counting}, schema=schemas.SCHEMAS["story_originals"]),
    )


def gather(members: pa.Table, articles: pa.Table, copies: pa.Table, article_embeddings: pa.Table) -> list[Story]:
    """Some stories of a window, in the order of their rows.

    Args:
        members: these rows of table `story_members`.
        articles: the articles in them, at least, in any row order, as the tables after it.
        copies: their copy groups.
        article_embeddings: the vectors that these rows name, at least; unit-norm.
    """
    found = {article.article_id: article for article in read_articles(articles, copies)}
    ids: list[str] = article_embeddings["article_id"].to_pylist()
    row_of = {article_id: row for row, article_id in enumerate(ids)}
    vectors = _matrix(article_embeddings)
    return [
        _story(
            row["story_id"],
            [found[article] for article in row["article_ids"]],
            [found[article] for article in row["original_ids"]],
            vectors[[row_of[vector] for vector in row["vector_ids"]]],
        )
        for row in members.to_pylist()
    ]


def _pairs(table: pa.Table, key: str, value: str) -> Iterable[tuple[Any, Any]]:
    return zip(table[key].to_pylist(), table[value].to_pylist(), strict=True)


def _matrix(article_embeddings: pa.Table) -> Floats:
    vectors: Any = article_embeddings["vector"].combine_chunks()
    flat = vectors.flatten().to_numpy(zero_copy_only=False)
    return np.asarray(flat, dtype=np.float32).reshape(len(vectors), vectors.type.list_size)


def _story(story_id: str, articles: list[Article], originals: list[Article], vectors: Floats) -> Story:
    if len(originals) == 1:
        return Story(story_id, tuple(articles), tuple(originals), (1.0,))
    mine = vectors.astype(np.float64)
    # The mean over the others: the sum over all, less the article's cosine with itself.
    means = (mine @ mine.sum(axis=0) - np.einsum("ij,ij->i", mine, mine)) / (len(mine) - 1)
    order = sorted(range(len(mine)), key=lambda i: (-round(float(means[i]), 6), originals[i].time_key))
    return Story(story_id, tuple(articles), tuple(originals[i] for i in order), tuple(float(means[i]) for i in order))
