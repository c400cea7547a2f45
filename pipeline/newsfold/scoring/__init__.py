"""Scoring: candidate pairs to edges, each with a calibrated probability and the features behind it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import settings
from newsfold.blocking import nearest_neighbours
from newsfold.schemas import pair_features
from newsfold.scoring import features
from newsfold.scoring.adapt import adapt_scorer
from newsfold.scoring.graph_features import company_features
from newsfold.scoring.model import PairScorer
from newsfold.scoring.pieces import compared, facts, judged, matrix, outlook, spans, summed
from newsfold.scoring.predict import arrays, ends, judge
from newsfold.scoring.train import LabelledWindow, fit_graph_curves, fit_scorer

Rows = npt.NDArray[np.int64]

__all__ = [
    "LabelledWindow",
    "PairScorer",
    "adapt_scorer",
    "arrays",
    "company_features",
    "compared",
    "ends",
    "facts",
    "features_of",
    "fit_graph_curves",
    "fit_scorer",
    "judge",
    "judged",
    "outlook",
    "scorer",
    "spans",
    "summed",
    "together",
]


def scorer(chosen: settings.Scoring) -> PairScorer:
    """The scorer that the settings ask for: the shipped one, or a file of `newsfold train`.

    Raises:
        ModelError: it cannot be read.
    """
    return PairScorer.load(Path(__file__).parent / "default.json" if chosen.model == "default" else Path(chosen.model))


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
    left, right = (_places(pairs[end], ids) for end in ("left_id", "right_id"))
    dense = matrix(vectors)
    for name, values in features.pair_features(
        rows, dense, nearest_neighbours.nearest(dense, pair_features.N_NEIGHBOURS), left, right
    ).items():
        pairs = pairs.append_column(name, pa.array(values, pa.float32(), from_pandas=True))
    return pairs


def together(edges: pa.Table, known: pa.Table) -> pa.Table:
    """New edges and those that an earlier edition found, sorted by (left_id, right_id)."""
    ascending = [("left_id", "ascending"), ("right_id", "ascending")]
    return pa.concat_tables([edges, known]).sort_by(ascending) if known.num_rows else edges


def _places(named: pa.ChunkedArray, ids: pa.Array) -> Rows:
    return np.asarray(pc.index_in(named, ids).to_numpy().astype(np.int64))
