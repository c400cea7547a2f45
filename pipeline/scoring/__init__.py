"""Scoring: candidate pairs to edges, each with a calibrated probability and the features behind it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import neighbours, schemas, settings
from pipeline.scoring.features import COMPANY, name_matrix, pair_features
from pipeline.scoring.fitting import fit
from pipeline.scoring.model import PairScorer, load

__all__ = ["PairScorer", "features_of", "fit", "load", "name_matrix", "score", "scorer"]


def scorer(chosen: settings.Scoring) -> PairScorer:
    """The scorer that the settings ask for: the shipped one, or a file of `newsfold train`.

    Raises:
        ModelError: it cannot be read.
    """
    return load(Path(__file__).parent / "default.json" if chosen.model == "default" else Path(chosen.model))


def features_of(articles: pa.Table, vectors: pa.Table, pairs: pa.Table) -> pa.Table:
    """The pairs with all their features: schema `edges` without `probability`, in the order of `pairs`.

    Args:
        articles: the window's articles.
        vectors: schema `article_embeddings`, one row per original.
        pairs: schema `candidate_pairs` over these originals.
    """
    vectors = vectors.sort_by("article_id")
    rows = articles.filter(pc.is_in(articles["article_id"], vectors["article_id"])).sort_by("article_id")
    ids = vectors["article_id"].combine_chunks()
    left = pc.index_in(pairs["left_id"], ids).to_numpy().astype(np.int64)
    right = pc.index_in(pairs["right_id"], ids).to_numpy().astype(np.int64)
    column = vectors["vector"].combine_chunks()
    dense = np.asarray(column.flatten(), dtype=np.float32).reshape(len(column), -1)
    for name, values in pair_features(rows, dense, neighbours.nearest(dense, COMPANY), left, right).items():
        pairs = pairs.append_column(name, pa.array(values, pa.float32(), from_pandas=True))
    return pairs


def score(
    articles: pa.Table, vectors: pa.Table, pairs: pa.Table, chosen: settings.Scoring, known: pa.Table | None = None
) -> pa.Table:
    """Edges: the pairs with a calibrated probability of belonging to one story.

    Args:
        articles: the window's articles.
        vectors: schema `article_embeddings`, one row per original.
        pairs: schema `candidate_pairs` over these originals.
        chosen: the scorer.
        known: edges that an earlier edition found between these originals, none of them among `pairs`. They stand as
            they are: what was known of two articles does not change because others come and go.

    Returns:
        A table of schema `edges`, sorted by (left_id, right_id).

    Raises:
        ModelError: the scorer cannot be read or does not fit these features.
    """
    model = scorer(chosen)
    known = schemas.empty("edges") if known is None else known
    if not pairs.num_rows:
        return known
    edges = features_of(articles, vectors, pairs)
    arrays = {name: edges[name].to_numpy().astype(np.float32) for name in schemas.FEATURES}
    scored = schemas.conform(edges.append_column("probability", pa.array(model.probability(arrays))), "edges")
    ascending = [("left_id", "ascending"), ("right_id", "ascending")]
    return pa.concat_tables([scored, known]).sort_by(ascending) if known.num_rows else scored
