"""Scoring: candidate pairs to edges, each with a calibrated probability and the features behind it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import expit, logit

from pipeline import likeness, neighbours, schemas, settings
from pipeline.scoring.adjusting import adjust
from pipeline.scoring.company import company_features
from pipeline.scoring.features import COMPANY as NEAREST
from pipeline.scoring.features import name_matrix, pair_features
from pipeline.scoring.fitting import Window, fit, fit_company
from pipeline.scoring.model import PairScorer, load

COMPARED = (*likeness.FEATURES, "title_alone")
"""The features that a scorer goes by before it hears company."""

__all__ = [
    "COMPARED",
    "PairScorer",
    "Window",
    "adjust",
    "arrays",
    "company_features",
    "ends",
    "features_of",
    "fit",
    "fit_company",
    "judge",
    "load",
    "name_matrix",
    "score",
    "scorer",
]


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
    for name, values in pair_features(rows, dense, neighbours.nearest(dense, NEAREST), left, right).items():
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
    edges = judge(model, features_of(articles, vectors, pairs), known)
    ascending = [("left_id", "ascending"), ("right_id", "ascending")]
    return pa.concat_tables([edges, known]).sort_by(ascending) if known.num_rows else edges


def judge(model: PairScorer, compared: pa.Table, known: pa.Table | None = None) -> pa.Table:
    """Edges: what a scorer says of a window's pairs, each alone and then by its company.

    Args:
        model: the scorer.
        compared: the pairs with their features, as `features_of` gives them; at least one.
        known: schema `edges`, other pairs of the window that were judged before: they are company too.

    Raises:
        ModelError: the scorer does not fit these features.
    """
    features = arrays(compared, COMPARED)
    evidence = model.evidence(features)
    prior = model.prior(evidence, features["title_alone"])
    alone, pairs = evidence + prior, compared.select(["left_id", "right_id"])
    if known is not None:
        judged = known["probability"].to_numpy().astype(np.float64)
        alone = np.concatenate([alone, logit(np.clip(judged, 1e-6, 1 - 1e-6))])
        pairs = pa.concat_tables([pairs, known.select(pairs.column_names)])
    left, right = ends(pairs)
    company = company_features(alone, prior, left, right, np.arange(compared.num_rows))
    heard = model.company_heard(len(np.union1d(left, right)))
    company["company_heard"] = np.full(compared.num_rows, heard, np.float32)
    for name, values in company.items():
        compared = compared.append_column(name, pa.array(values))
    probability = expit(model.log_odds(prior, features | company)).astype(np.float32)
    return schemas.conform(compared.append_column("probability", pa.array(probability)), "edges")


def arrays(pairs: pa.Table, names: Iterable[str]) -> dict[str, npt.NDArray[np.float32]]:
    """Some features of pairs, float32 of shape (m,) each; NaN is missing."""
    return {name: pairs[name].to_numpy().astype(np.float32) for name in names}


def ends(pairs: pa.Table) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A number for the article at either end of each pair, int64 of shape (m,) twice."""
    ids = pc.unique(pa.concat_arrays([pairs[end].combine_chunks() for end in ("left_id", "right_id")])).sort()
    left, right = (pc.index_in(pairs[end], ids).to_numpy().astype(np.int64) for end in ("left_id", "right_id"))
    return left, right
