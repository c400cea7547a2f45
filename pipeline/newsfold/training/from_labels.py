"""Training from people's labels of pairs of articles in a store's editions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from newsfold import constraints, scoring, store, text
from newsfold.blocking.extra_pairs import add_pairs
from newsfold.blocking.stage import find_candidate_pairs
from newsfold.copies.stage import collapse_copies
from newsfold.dataflow import Progress, no_progress
from newsfold.embedding.stage import embed_articles
from newsfold.errors import ConfigError
from newsfold.schemas import pair_features
from newsfold.scoring.stage import compare_candidate_pairs
from newsfold.settings import Settings

Pair = tuple[str, str]


@dataclass(frozen=True)
class LabelledPairs:
    """LabelledSet pairs of a store's articles, scored among all pairs of their window."""

    edges: pa.Table
    """Schema `edges`, m rows."""
    is_same_story: npt.NDArray[np.bool_]
    """The label of each pair, shape (m,)."""


def adapt_to_labels(
    scorer: scoring.PairScorer, address: str | Path, settings: Settings, progress: Progress = no_progress
) -> scoring.PairScorer:
    """Adapt a scorer to the labelled pairs of a store: `settings.labels`.

    Args:
        scorer: the scorer to start from.
        address: the store of the labelled articles.
        settings: the configuration of its editions.
        progress: called with (stage, done, to do).

    Raises:
        ConfigError: a label cannot be used, labels contradict each other, or the store holds none of their articles.
        ModelError: the scorer does not fit these features.
        StoreError: the store cannot be read.
    """
    pairs = score_labelled_pairs(scorer, address, settings, progress)
    provenance = {
        "labels": text.compute_digest(repr(constraints.read_labels(settings.labels).to_pylist())),
        "pairs": len(pairs.is_same_story),
        "same_story_pairs": int(pairs.is_same_story.sum()),
    }
    return scoring.adapt_scorer(
        scorer,
        scoring.feature_arrays(pairs.edges, pair_features.FEATURES),
        pair_features.edge_log_odds(pairs.edges),
        pairs.is_same_story,
        provenance,
    )


def score_labelled_pairs(
    scorer: scoring.PairScorer, address: str | Path, settings: Settings, progress: Progress = no_progress
) -> LabelledPairs:
    """Score the pairs in `settings.labels`, each in the last edition with both articles in its window.

    Pairs of copies are left out, because they are not scored. Arguments and errors are those of `adapt_to_labels`.
    """
    labels = constraints.read_labels(settings.labels)
    editions = store.list_editions(address)
    label_of: dict[Pair, bool] = {}
    scored: list[pa.Table] = []
    for done, edition in enumerate(reversed(editions)):
        progress("labels", done, len(editions))
        # The window of the next edition includes this edition's articles.
        past = store.load_window(address, edition + timedelta(days=1), settings.window_days + 1)
        resolved = constraints.resolve_labels(labels, past.articles).constraints
        if not resolved.num_rows:
            continue
        copy_groups = collapse_copies(past.articles, settings)
        originals = _label_originals(resolved, copy_groups)
        new = {pair: must_link for pair, must_link in originals.items() if pair not in label_of}
        if new:
            scored.append(_score_pairs(past, copy_groups, new, scorer, settings))
            label_of |= new
    if not label_of:
        raise ConfigError(
            f"No edition in {address} holds two articles (and not copies) that one of the {labels.num_rows} labels "
            "names, so there is nothing to learn from them. Name the labelled store with --store."
        )
    edges = pa.concat_tables(scored)
    return LabelledPairs(edges, np.array([label_of[pair] for pair in _to_pairs(edges)], dtype=np.bool_))


def _label_originals(resolved: pa.Table, copy_groups: pa.Table) -> dict[Pair, bool]:
    links = constraints.map_to_originals(resolved, constraints.split_copies(copy_groups, resolved))
    originals = set(copy_groups.filter(copy_groups["is_original"])["article_id"].to_pylist())
    labelled = zip(_to_pairs(links), links["must_link"].to_pylist(), strict=True)
    return {pair: must_link for pair, must_link in labelled if originals.issuperset(pair)}


def _score_pairs(
    past: store.PastWindow,
    copy_groups: pa.Table,
    pairs: Collection[Pair],
    scorer: scoring.PairScorer,
    settings: Settings,
) -> pa.Table:
    """Score pairs of a window's originals among all its candidate pairs: schema `edges`."""
    vectors = embed_articles(past.articles, copy_groups, settings.embedding, known=past.article_embeddings)
    blocked = find_candidate_pairs(past.articles, vectors, settings.candidates)
    lefts, rights = zip(*pairs, strict=True)
    requested = pa.table({"left_id": lefts, "right_id": rights})
    blocked["candidate_pairs"] = add_pairs(blocked["candidate_pairs"], blocked["time_index"], requested)
    edges = scoring.score_window(scorer, compare_candidate_pairs(blocked, vectors))
    return edges.filter(pa.array([pair in pairs for pair in _to_pairs(edges)], pa.bool_()))


def _to_pairs(table: pa.Table) -> list[Pair]:
    return list(zip(table["left_id"].to_pylist(), table["right_id"].to_pylist(), strict=True))
