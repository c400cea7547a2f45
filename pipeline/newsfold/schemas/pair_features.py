"""The features of a pair of articles: the columns of an edge, in their order, and their meanings."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

MIN_EDGE_PROBABILITY = 0.01  # less likely pairs are not published: the next edition treats them as never paired
N_NEIGHBOURS = 10  # nearest neighbours of an article that are compared

# Features of the two articles, in column order: what the pair scorer reads.
FEATURES: dict[str, str] = {
    "dense_cosine": "Cosine of the two articles' vectors.",
    "dense_zscore": "Z-score of the vectors' cosine among the cosines of the two articles with the whole window.",
    "shared_nearest_neighbours": "Share of the 11 nearest neighbours (the article included) that both have in common, "
    "scaled down in a small window.",
    "body_cosine": "Cosine of title and opening as bags of words, weighted by rarity in the language and the window.",
    "title_in_text": "Share of one title's word weight that the other article mentions, averaged over both directions.",
    "rarest_shared": "Mean rarity (-ln of the document frequency) of the three rarest words that both contain.",
    "name_conflict": "Share of one article's names that the other never mentions, averaged over both directions; null "
    "without names.",
    "number_overlap": "Share of the poorer article's numbers that the other has too; null if either has no numbers.",
    "days_apart_log": "Log(1 + days between the publication times beyond the first day). An unknown time counts as the "
    "window's usual distance, or is null.",
    "unexplained_days_log": "days_apart_log, scaled down by the rarity of the words that both contain: nothing is left "
    "if rarest_shared is 8, all if it is 4 or less. Rare words in common account for a distance in time.",
    "same_outlet": "1 if both articles come from one outlet, else 0; null if either outlet is unknown.",
}
# Further columns for a person who compares the two articles.
EXTRA_COLUMNS: dict[str, str] = {
    "title_cosine": "Cosine of the two titles as bags of words, weighted by rarity.",
    "hours_apart": "Hours between the publication times; null if either is unknown.",
    "headline_only": "1 if either article has no text besides its title, else 0.",
}
# Columns of earlier versions, which the scorer had before it read the tuned vectors' cosine: always null.
RETIRED_COLUMNS: tuple[str, ...] = (
    "rarest_shared_name",
    "graph_weight",
    "graph_trust",
    "graph_common_neighbours",
    "graph_degree_min",
    "graph_degree_max",
    "graph_similarity",
    "graph_trusted_similarity",
)

_MIN_PROBABILITY = 1e-6  # keeps the log-odds finite: a float32 may hold 0 or 1


def edge_log_odds(edges: pa.Table) -> npt.NDArray[np.float64]:
    """Return the log-odds of the column `probability` (float32), within its precision: float64 of shape (m,)."""
    probability = edges["probability"].to_numpy().astype(np.float64)
    from scipy.special import logit  # here, so that commands that only read a store do not wait for SciPy

    return np.asarray(logit(np.clip(probability, _MIN_PROBABILITY, 1 - _MIN_PROBABILITY)))
