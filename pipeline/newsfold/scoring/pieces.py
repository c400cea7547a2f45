"""Scoring by the piece: some pairs, from the articles in them, and what the window as a whole says of them.

What all pairs of a window have to do with one another are counts, sums of whole numbers, one median and the likely
pairs; each is computed from thin tables, and none depends on how the pairs were cut into chunks.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.schemas import pair_features
from newsfold.scoring import features, predict
from newsfold.scoring.model import PairScorer

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


def spans(rows: pa.Table, times: pa.Table) -> pa.Table:
    """Table `pair_time_gaps`: the hours between the ends of some pairs.

    Args:
        rows: table `candidate_pairs`, or some of its rows.
        times: table `time_index`, whole.
    """
    times = times.sort_by("row")
    hours = features.hours_seen_apart(times, *_ends(rows), one_time=features.one_time(times))
    return pa.table({"hours": pa.array(hours, from_pandas=True)}, schema=schemas.SCHEMAS["pair_time_gaps"])


def summed(vectors: pa.Table) -> pa.Table:
    """Table `vector_moments` of some vectors, schema `article_embeddings`."""
    count, sums, products = features.moments(matrix(vectors))
    columns = {"articles": [count], "sums": [sums], "products": [products.ravel()]}
    return pa.table(columns, schema=schemas.SCHEMAS["vector_moments"])


def facts(moments: pa.Table, hours: pa.Table, times: pa.Table) -> tuple[pa.Table, pa.Table]:
    """What is known of a whole window.

    Args:
        moments: table `vector_moments`, of chunks that make up all vectors.
        hours: table `pair_time_gaps`, of all pairs.
        times: table `time_index`; when its articles were first seen.

    Returns:
        Table `window_moments`, the sum of `moments` in one row, and table `usual_time_gap`.
    """
    filled = [row for row in moments.to_pylist() if row["articles"]]
    total = {
        "articles": [sum(row["articles"] for row in filled)],
        "sums": [np.sum([row["sums"] for row in filled], axis=0) if filled else []],
        "products": [np.sum([row["products"] for row in filled], axis=0) if filled else []],
    }
    known = features.usual(hours["hours"].to_numpy().astype(np.float32))
    span = {"hours": pa.array([known], pa.float32()), "one_time": [features.one_time(times)]}
    return (
        pa.table(total, schema=schemas.SCHEMAS["window_moments"]),
        pa.table(span, schema=schemas.SCHEMAS["usual_time_gap"]),
    )


def compared(
    model: PairScorer,
    pairs: pa.Table,
    articles: tuple[pa.Table, pa.Table, pa.Table],
    window: tuple[pa.Table, pa.Table, pa.Table],
) -> pa.Table:
    """`scoring.features_of` some of a window's pairs, from the articles in them alone, and what the model makes of it.

    Args:
        model: the scorer.
        pairs: table `candidate_pairs`, or some of its rows.
        articles: tables `article_terms`, `vectors` and `nearest`, of the articles in these pairs at least.
        window: tables `vocabulary`, `window_moments` and `usual_time_gap`.

    Returns:
        Table `pair_scores`, in the order of the pairs.

    Raises:
        ModelError: the scorer does not fit these features.
    """
    if not pairs.num_rows:
        return schemas.empty_table("pair_scores")
    left, right = _ends(pairs)
    numbers, first = np.unique(np.concatenate([left, right]), return_index=True)
    ids = pa.concat_arrays([pairs[end].combine_chunks() for end in ("left_id", "right_id")]).take(pa.array(first))
    wordings, vectors, nearest = (
        table.take(pc.index_in(ids, table["article_id"].combine_chunks())) for table in articles
    )
    listed = np.full((len(ids), pair_features.N_NEIGHBOURS), -1, np.int64)
    for at, found in enumerate(nearest["rows"].to_pylist()):
        listed[at, : len(found)] = found
    vocabulary, moments, span = window
    count, sums, products = (moments[name][0].as_py() for name in moments.column_names)
    known = features.Window(
        vocabulary,
        (count, np.array(sums), np.array(products).reshape(len(sums), -1)),
        span["hours"][0].as_py(),
        span["one_time"][0].as_py(),
    )
    places = np.searchsorted(numbers, left), np.searchsorted(numbers, right)
    columns = features.compare(wordings, matrix(vectors), listed, numbers, known, *places)
    found = {
        **{end: pairs[end] for end in ("left_id", "right_id", "left", "right")},
        "evidence": model.evidence({name: columns[name] for name in pair_features.FIRST_PASS_FEATURES}),
        **{name: pa.array(values, pa.float32(), from_pandas=True) for name, values in columns.items()},
    }
    return pa.table(found, schema=schemas.SCHEMAS["pair_scores"])


def outlook(model: PairScorer, found: pa.Table, known: pa.Table, times: pa.Table) -> tuple[pa.Table, pa.Table]:
    """What a window's pairs say of one another.

    Args:
        model: the scorer.
        found: table `pair_scores`, all of it: ends, evidence and whether a title stands alone.
        known: table `kept_edges`: ends and probability.
        times: table `time_index`; ids and rows.

    Returns:
        Tables `window_context`, of one row, and `likely_pairs`.
    """
    ids = times.sort_by("row")["article_id"].combine_chunks()
    old = (pc.index_in(known[end], ids).to_numpy().astype(np.int64) for end in ("left_id", "right_id"))
    left, right = (np.concatenate(both) for both in zip(_ends(found), old, strict=True))
    evidence, headline_only = (found[name].to_numpy() for name in ("evidence", "headline_only"))
    seen = predict.look(model, evidence, headline_only, left, right, known)
    one, other, probability = seen.mates
    return (
        pa.table({"prior": [seen.prior], "paired": [seen.paired]}, schema=schemas.SCHEMAS["window_context"]),
        pa.table(
            {"left": one.astype(np.int32), "right": other.astype(np.int32), "probability": probability},
            schema=schemas.SCHEMAS["likely_pairs"],
        ),
    )


def judged(model: PairScorer, found: pa.Table, seen: pa.Table, mates: pa.Table) -> pa.Table:
    """Edges: some of a window's pairs with a probability, once their company is heard.

    Args:
        model: the scorer.
        found: table `pair_scores`, or some of its rows.
        seen: table `window_context`.
        mates: table `likely_pairs`.
    """
    if not found.num_rows:
        return schemas.empty_table("edges")
    company = (*_ends(mates), mates["probability"].to_numpy().astype(np.float32))
    outlook = predict.Outlook(seen["prior"][0].as_py(), seen["paired"][0].as_py(), company)
    return predict.in_company(model, found, *_ends(found), outlook)


def matrix(vectors: pa.Table) -> Floats:
    """The vectors of schema `article_embeddings`, float32 of shape (n, d)."""
    column = vectors["vector"].combine_chunks()
    return np.asarray(column.flatten(), dtype=np.float32).reshape(len(column), -1 if len(column) else 0)


def _ends(rows: pa.Table) -> tuple[Rows, Rows]:
    left, right = (rows[end].to_numpy().astype(np.int64) for end in ("left", "right"))
    return left, right
