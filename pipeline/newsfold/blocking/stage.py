"""The stage that finds candidate pairs."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import vocabulary as words
from newsfold.blocking import candidates
from newsfold.dataflow import Context, Stage, Step, TableView, pairs_per_chunk

_TEXT = ("article_id", "title", "body", "outlet", "language", "published_at", "first_seen_at")


def describe_terms(vectors: TableView, window_articles: TableView) -> tuple[pa.Table, pa.Table]:
    """List the words of originals, and how each word is used."""
    ids = vectors.read(["article_id"])["article_id"]
    articles = window_articles.where("article_id", ids, columns=_TEXT)
    return words.describe(articles.take(pc.index_in(ids, articles["article_id"].combine_chunks())))


def weigh_terms(
    article_terms: TableView,
    term_counts: TableView,
    revisions: TableView,
    previous_originals: TableView,
    known_edges: TableView,
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Weigh words by rarity, order originals by time, and keep the edges that still hold."""
    terms = article_terms.read(["article_id", "language", "published_at", "first_seen_at"])
    revised = revisions.read(["article_id"])["article_id"].combine_chunks()
    originals, ids = previous_originals.read()["article_id"], terms["article_id"].combine_chunks()
    # What was a copy yesterday, or has another text today, was not paired as what it is now.
    still = pc.and_not(pc.is_in(originals, ids), pc.is_in(originals, revised))
    settled, old = originals.filter(still).combine_chunks(), known_edges.read()
    kept = (pc.is_in(old[end], settled) for end in ("left_id", "right_id"))
    return (
        words.weigh(term_counts.read(), terms["language"].to_pylist()),
        candidates.timeline(terms, settled),
        old.filter(pc.and_(*kept)),
    )


def build_search_index(
    time_index: TableView, vectors: TableView, article_terms: TableView, vocabulary: TableView
) -> pa.Table:
    """Lay out vectors and words in the order of time."""
    times = time_index.read()
    return candidates.arrange(
        times,
        vectors.where("article_id", times["article_id"]),
        article_terms.where("article_id", times["article_id"], columns=["article_id", "words", "counts"]),
        vocabulary.read(),
    )


def find_neighbours(
    time_index: TableView, search_index: TableView, vocabulary: TableView, context: Context
) -> tuple[pa.Table, pa.Table]:
    """Find each original's nearest neighbours by meaning and by words."""
    return candidates.search(
        search_index.where("article_id", time_index.read(["article_id"])["article_id"]),
        search_index,
        vocabulary.num_rows,
        context.settings.candidates,
    )


def unique_pairs(neighbour_pairs: TableView) -> pa.Table:
    """List each pair once."""
    return candidates.paired(neighbour_pairs.read())


def pair_ids(pair_rows: TableView, time_index: TableView) -> pa.Table:
    """Name pairs by their articles' ids."""
    return candidates.named(pair_rows.read(), time_index.read(["row", "article_id"]))


BLOCK = Stage(
    "block",
    "find candidate pairs",
    steps=(
        Step(describe_terms, writes=("article_terms", "term_counts"), chunk_by="vectors"),
        Step(weigh_terms, writes=("vocabulary", "time_index", "kept_edges")),
        Step(build_search_index, writes=("search_index",), chunk_by="time_index"),
        Step(find_neighbours, writes=("neighbour_pairs", "nearest"), chunk_by="time_index"),
        Step(unique_pairs, writes=("pair_rows",)),
        Step(pair_ids, writes=("candidate_pairs",), chunk_by="pair_rows", chunk_rows=pairs_per_chunk),
    ),
    writes=("candidate_pairs", "kept_edges", "time_index", "vocabulary", "article_terms", "nearest"),
    settings=("candidates",),
)
