"""What a scorer makes of pairs: each alone, then all of a window's together, then each in its company."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import expit

from newsfold import schemas
from newsfold.schemas import pair_features
from newsfold.scoring.graph_features import Mates, likely_mates, of_mates
from newsfold.scoring.model import PairScorer

Floats = npt.NDArray[np.float32]
LogOdds = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


def judge(model: PairScorer, found: pa.Table, known: pa.Table | None = None) -> pa.Table:
    """Edges: what a scorer says of a window's pairs, each alone and then by its company.

    Args:
        model: the scorer.
        found: the pairs with their features, as `features_of` gives them; at least one.
        known: schema `edges`, other pairs of the window that were judged before: they are company too.

    Raises:
        ModelError: the scorer does not fit these features.
    """
    features = arrays(found, pair_features.FIRST_PASS_FEATURES)
    evidence = model.evidence(features)
    pairs = found.select(["left_id", "right_id"])
    if known is not None:
        pairs = pa.concat_tables([pairs, known.select(pairs.column_names)])
    left, right = ends(pairs)
    outlook = look(model, evidence, features["headline_only"], left, right, known)
    rows = slice(0, found.num_rows)
    return in_company(model, found, left[rows], right[rows], outlook)


@dataclass(frozen=True)
class Outlook:
    """What a window's pairs, each taken alone, say of the others.

    Attributes:
        prior: log-odds that a candidate pair of this window is one story's.
        paired: articles in any pair.
        mates: the numbers of the two articles of each likely pair, and its probability.
    """

    prior: float
    paired: int
    mates: Mates


def look(
    model: PairScorer, evidence: LogOdds, headline_only: Floats, left: Rows, right: Rows, known: pa.Table | None
) -> Outlook:
    """The outlook of a window.

    Args:
        model: the scorer.
        evidence: of each new pair, shape (m,).
        headline_only: the feature of that name, shape (m,).
        left: numbers of the first articles of these pairs, and of the known ones after them, shape (m + k,).
        right: of their second ones.
        known: schema `edges`, the k pairs that were judged before.
    """
    prior = model.prior(evidence, headline_only)
    alone = evidence + prior
    if known is not None:
        alone = np.concatenate([alone, pair_features.edge_log_odds(known)])
    return Outlook(prior, len(np.union1d(left, right)), likely_mates(alone, left, right))


def in_company(model: PairScorer, found: pa.Table, left: Rows, right: Rows, outlook: Outlook) -> pa.Table:
    """Edges: pairs with a probability, once their company is heard.

    Args:
        model: the scorer.
        found: some of the window's pairs, with their features.
        left: numbers of their first articles, as in the outlook.
        right: of their second ones.
        outlook: of the whole window.

    Returns:
        Schema `edges`, in the order of `found`.
    """
    company = of_mates(outlook.mates, outlook.prior, left, right)
    company["graph_weight"] = np.full(found.num_rows, model.graph_weight(outlook.paired), np.float32)
    for name, values in company.items():
        found = found.append_column(name, pa.array(values))
    features = arrays(found, pair_features.FIRST_PASS_FEATURES) | company
    probability = expit(model.log_odds(outlook.prior, features)).astype(np.float32)
    return schemas.conform_table(found.append_column("probability", pa.array(probability)), "edges")


def arrays(pairs: pa.Table, names: Iterable[str]) -> dict[str, npt.NDArray[np.float32]]:
    """Some features of pairs, float32 of shape (m,) each; NaN is missing."""
    return {name: pairs[name].to_numpy().astype(np.float32) for name in names}


def ends(pairs: pa.Table) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A number for the article at either end of each pair, int64 of shape (m,) twice."""
    ids = pc.unique(pa.concat_arrays([pairs[end].combine_chunks() for end in ("left_id", "right_id")])).sort()
    left, right = (pc.index_in(pairs[end], ids).to_numpy().astype(np.int64) for end in ("left_id", "right_id"))
    return left, right
