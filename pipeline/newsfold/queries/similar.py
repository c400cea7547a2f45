"""Articles like a given one, wherever the clustering put them: for readers who ask for more of the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import store
from newsfold.errors import StoreError
from newsfold.schemas.columns import TIME
from newsfold.schemas.vectors import vectors_to_matrix

SIMILAR = pa.schema(
    [
        pa.field("article_id", pa.string(), nullable=False),
        pa.field("story_id", pa.string(), nullable=False),
        pa.field("same_story", pa.bool_(), nullable=False),
        pa.field("cosine", pa.float32(), nullable=False),  # of the two texts' vectors
        pa.field(
            "probability", pa.float32()
        ),  # that both are one story; null where the scorer did not look, or below 1%
        pa.field("outlet", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("published_at", TIME),
    ]
)
_TABLES = {"story_articles": None, "edges": ("left_id", "right_id", "probability")}


def similar_articles(address: str | Path, article: str, edition: store.Edition = "latest", top: int = 10) -> pa.Table:
    """The articles of an edition's window nearest in meaning to one of them: one of each text, its copies left out.

    Args:
        address: the store.
        article: an article of the edition: its id, an unambiguous beginning of it, or its URL.
        edition: a date (or `YYYY-MM-DD`), or `latest`.
        top: how many.

    Returns:
        Schema `SIMILAR`, the nearest first.

    Raises:
        ConfigError: the article is not in the edition, or the beginning of an id fits several.
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read, or has no vectors for the window.
    """
    about, tables = store.load_tables(address, _TABLES, edition)
    members, edges = tables["story_articles"], tables["edges"]
    wanted = store.find_article(members, article)
    group = wanted["copy_group_id"]
    originals = members.filter(pc.equal(members["article_id"], members["copy_group_id"]))
    vectors = store.load_window_vectors(address, date.fromisoformat(about["edition_date"]), about["window"]["from"])
    row_of = {id_: row for row, id_ in enumerate(vectors["article_id"].to_pylist())}
    if group not in row_of:
        raise StoreError(f"The store has no vector for {group}, the original of {wanted['article_id']}.")
    rows = [row for row in originals.to_pylist() if row["article_id"] in row_of and row["article_id"] != group]
    matrix = vectors_to_matrix(vectors["vector"])
    cosines = matrix[[row_of[row["article_id"]] for row in rows]] @ matrix[row_of[group]]
    order = np.lexsort(([row["article_id"] for row in rows], -cosines))[:top]
    probability = _probabilities(edges, group)
    found = [
        {name: rows[at][name] for name in ("article_id", "story_id", "outlet", "title", "url", "published_at")}
        | {"same_story": rows[at]["story_id"] == wanted["story_id"], "cosine": float(cosines[at])}
        | {"probability": probability.get(rows[at]["article_id"])}
        for at in order
    ]
    return pa.Table.from_pylist(found, schema=SIMILAR)


def _probabilities(edges: pa.Table, article: str) -> dict[str, float]:
    """What the scorer said of each pair that the article is in, by the other one."""
    found: dict[str, float] = {}
    for own, other in (("left_id", "right_id"), ("right_id", "left_id")):
        mine = edges.filter(pc.equal(edges[own], article))
        found |= dict(zip(mine[other].to_pylist(), mine["probability"].to_pylist(), strict=True))
    return found
