"""What people said of pairs of articles in a store's editions, for a pair scorer to learn from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from newsfold import constraints, copies, embedding, publishers, scoring, store, text
from newsfold.blocking import candidates
from newsfold.dataflow import Progress, no_progress
from newsfold.errors import ConfigError
from newsfold.schemas import pair_features
from newsfold.settings import Settings

Pair = tuple[str, str]


@dataclass(frozen=True)
class LabelledPairs:
    """Pairs of a store's articles that people labelled, as a scorer sees them among all pairs of their window."""

    edges: pa.Table
    """Schema `edges`, m rows."""
    one_story: npt.NDArray[np.bool_]
    """What people said of each, shape (m,)."""


def adjust_to_labels(
    scorer: scoring.PairScorer, address: str | Path, settings: Settings, progress: Progress = no_progress
) -> scoring.PairScorer:
    """Move a scorer towards what people said of pairs in a store: `settings.labels`.

    Args:
        scorer: the scorer to start from.
        address: the store whose articles were labelled.
        settings: the configuration that its editions are made with.
        progress: called with (stage, done, to do).

    Raises:
        ConfigError: a label cannot be used, labels contradict each other, or the store holds nothing they name.
        ModelError: the scorer does not fit these features.
        StoreError: the store cannot be read.
    """
    found = labelled_pairs(scorer, address, settings, progress)
    provenance = {
        "labels": text.compute_digest(repr(constraints.read_labels(settings.labels).to_pylist())),
        "pairs": len(found.one_story),
        "same_story_pairs": int(found.one_story.sum()),
    }
    return scoring.adapt_scorer(
        scorer,
        scoring.arrays(found.edges, pair_features.FIRST_PASS_FEATURES),
        pair_features.edge_log_odds(found.edges),
        found.one_story,
        provenance,
    )


def labelled_pairs(
    scorer: scoring.PairScorer, address: str | Path, settings: Settings, progress: Progress = no_progress
) -> LabelledPairs:
    """The pairs that `settings.labels` names, each judged in the last edition whose window holds both its articles.

    Copies of each other are left out: their texts tell them, not the scorer. Arguments and errors are those of
    `adjust_to_labels`.
    """
    labels = constraints.read_labels(settings.labels)
    editions = store.list_editions(address)
    said: dict[Pair, bool] = {}
    judged: list[pa.Table] = []
    for done, edition in enumerate(reversed(editions)):
        progress("labels", done, len(editions))
        # What the edition after it would be told: the window with the edition's own articles.
        past = store.load_window(address, edition + timedelta(days=1), settings.window_days + 1)
        told = constraints.resolve_labels(labels, past.articles).constraints
        if not told.num_rows:
            continue
        folded = copies.collapse(past.articles, settings.copies, publishers.load_publishers(settings))
        new = {pair: must for pair, must in _between_originals(told, folded).items() if pair not in said}
        if new:
            judged.append(_edges(past, folded, new, scorer, settings))
            said |= new
    if not said:
        raise ConfigError(
            f"No edition in {address} holds two articles (and not copies) that one of the {labels.num_rows} labels "
            "names, so there is nothing to learn from them. Name the labelled store with --store."
        )
    edges = pa.concat_tables(judged)
    return LabelledPairs(edges, np.array([said[pair] for pair in _ends(edges)], dtype=np.bool_))


def _between_originals(told: pa.Table, folded: pa.Table) -> dict[Pair, bool]:
    links = constraints.map_to_originals(told, constraints.split_copies(folded, told))
    there = set(folded.filter(folded["is_original"])["article_id"].to_pylist())
    labelled = zip(_ends(links), links["must_link"].to_pylist(), strict=True)
    return {pair: must for pair, must in labelled if there.issuperset(pair)}


def _edges(
    past: store.PastWindow, folded: pa.Table, wanted: Iterable[Pair], scorer: scoring.PairScorer, settings: Settings
) -> pa.Table:
    """Some pairs of a window's originals, judged among all its candidate pairs: schema `edges`."""
    vectors = embedding.embed(past.articles, folded, past.article_embeddings, settings.embedding)
    blocked = candidates.block(past.articles, vectors, settings.candidates)
    chosen = set(wanted)
    lefts, rights = zip(*sorted(chosen.union(_ends(blocked))), strict=True)
    pairs = pa.table([pa.array(lefts), pa.array(rights)], schema=blocked.schema)
    edges = scoring.judge(scorer, scoring.features_of(past.articles, vectors, pairs))
    return edges.filter(pa.array([pair in chosen for pair in _ends(edges)], pa.bool_()))


def _ends(pairs: pa.Table) -> list[Pair]:
    return list(zip(pairs["left_id"].to_pylist(), pairs["right_id"].to_pylist(), strict=True))
