"""Similar articles: those nearest in meaning to a given one, in any story."""

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
        # That both are in one story; null if the pair was not scored, or is below 1%.
        pa.field("probability", pa.float32()),
        pa.field("outlet", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("published_at", TIME),
    ]
)
_TABLES = {"story_articles": None, "edges": ("left_id", "right_id", "probability")}


def similar_articles(address: str | Path, article: str, edition: store.Edition = "latest", top: int = 10) -> pa.Table:
    """Find the articles of an edition's window that are nearest in meaning to one of them; copies are left out.

    Args:
        address: the store's address.
        article: an article of the edition: its id, an unambiguous prefix of it, or its URL.
        edition: a date (or `YYYY-MM-DD`), or `latest`.
        top: the number of articles to return.

    Returns:
        Schema `SIMILAR`, the nearest first.

    Raises:
        ConfigError: the article is not in the edition, or the prefix of an id fits several.
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read, or has no vectors for the window.
    """
    manifest, tables = store.load_tables(address, _TABLES, edition)
    members, edges = tables["story_articles"], tables["edges"]
    query = store.find_article(members, article)
    group = query["copy_group_id"]
    originals = members.filter(pc.equal(members["article_id"], members["copy_group_id"]))
    edition_date = date.fromisoformat(manifest["edition_date"])
    vectors = store.load_window_vectors(address, edition_date, manifest["window"]["from"])
    row_of = {id_: row for row, id_ in enumerate(vectors["article_id"].to_pylist())}
    if group not in row_of:
        raise StoreError(f"The store has no vector for {group}, the original of {query['article_id']}.")
    rows = [row for row in originals.to_pylist() if row["article_id"] in row_of and row["article_id"] != group]
    matrix = vectors_to_matrix(vectors["vector"])
    cosines = matrix[[row_of[row["article_id"]] for row in rows]] @ matrix[row_of[group]]
    order = np.lexsort(([row["article_id"] for row in rows], -cosines))[:top]
    probability_of = _collect_probabilities(edges, group)
    similar = [
        {name: rows[i][name] for name in ("article_id", "story_id", "outlet", "title", "url", "published_at")}
        | {"same_story": rows[i]["story_id"] == query["story_id"], "cosine": float(cosines[i])}
        | {"probability": probability_of.get(rows[i]["article_id"])}
        for i in order
    ]
    return pa.Table.from_pylist(similar, schema=SIMILAR)


def _collect_probabilities(edges: pa.Table, article: str) -> dict[str, float]:
    """Return the probability of each edge of an article, by the article at its other end."""
    probability_of: dict[str, float] = {}
    for own_end, other_end in (("left_id", "right_id"), ("right_id", "left_id")):
        own_edges = edges.filter(pc.equal(edges[own_end], article))
        probability_of |= dict(zip(own_edges[other_end].to_pylist(), own_edges["probability"].to_pylist(), strict=True))
    return probability_of
