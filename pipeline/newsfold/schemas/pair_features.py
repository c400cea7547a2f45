"""What is compared of two articles: the columns of an edge, in their order, and what they mean."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.special import logit

MIN_EDGE_PROBABILITY = (
    0.01  # probability; below it two articles count as never paired, so the next edition need not know
)
N_NEIGHBOURS = 10  # nearest articles that say what an article is about

# The pair features, in column order, and what they mean: what the pair scorer goes by.
FEATURES: dict[str, str] = {
    "dense_zscore": "how far the cosine of the vectors lies above what the two have with the whole window, in sd",
    "shared_nearest_neighbours": "share in common of their 11 nearest (themselves included); less in a small window",
    "body_cosine": "cosine over title and opening of the body, words weighted by rarity in the language and the window",
    "title_in_text": "share of one title's weight that the other article mentions, mean of both ways",
    "rarest_shared": "mean rarity (-ln of the share of documents) of the three rarest words in both",
    "rarest_shared_name": "the same over names",
    "name_conflict": "share of an article's names that the other never mentions, mean of both ways; null without names",
    "days_apart_log": "log(1 + days between the publication times beyond the first); unknown ones as usual, or null",
    "same_outlet": "1 where both come from one outlet, 0 where not; null where either is unknown",
}
# What the pair scorer goes by before it hears company.
FIRST_PASS_FEATURES = (*FEATURES, "headline_only")
# What the other pairs of the window say of a pair, once each has been judged alone; see `scoring.company`.
GRAPH_FEATURES: dict[str, str] = {
    "graph_weight": "weight of the graph features: 1, less in a window smaller than any in training",
    "graph_trust": "how much company counts in this window, by how common one-story pairs are in it: 0 … 1",
    "graph_common_neighbours": "graph_trust × log(1 + expected number of articles in one story with both)",
    "graph_degree_min": "graph_trust × log(1 + expected number of story mates of the one that has fewer)",
    "graph_degree_max": "the same of the one that has more",
    "graph_similarity": "mates that both share, over what either has: 0 … 1",
    "graph_trusted_similarity": "graph_trust × graph_similarity",
}
# What else a person would want to know of a pair.
EVIDENCE: dict[str, str] = {
    "dense_cosine": "cosine of the two articles' vectors",
    "title_cosine": "cosine of the titles, each word by its rarity",
    "number_overlap": "share of the poorer article's numbers that the other has too; null without any",
    "hours_apart": "hours between the publication times",
    "headline_only": "1 if one of the two has no text besides its title (such pairs have curves of their own), else 0",
}

_LEAST = 1e-6  # of probability: a float32 may say 0 or 1


def edge_log_odds(edges: pa.Table) -> npt.NDArray[np.float64]:
    """The log-odds of edges, as far as their column `probability` (float32) can tell: float64 of shape (m,)."""
    return np.asarray(logit(np.clip(edges["probability"].to_numpy().astype(np.float64), _LEAST, 1 - _LEAST)))
