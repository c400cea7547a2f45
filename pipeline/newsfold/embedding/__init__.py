"""Articles to vectors, by any sentence-transformers model; what is known is never computed twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas, settings, terms, text
from newsfold.embedding.adapter import Adapter, Vectors, unit_rows
from newsfold.embedding.devices import embedder
from newsfold.embedding.models import (
    PACKAGED_MODEL,
    RECIPE,
    UNIT,
    Embedder,
    Progress,
    SentenceTransformerEmbedder,
    adapter_of,
)
from newsfold.embedding.tuning import tune

__all__ = [
    "PACKAGED_MODEL",
    "RECIPE",
    "UNIT",
    "Adapter",
    "Embedder",
    "SentenceTransformerEmbedder",
    "adapter_of",
    "as_table",
    "embed",
    "embedder",
    "encode",
    "gather",
    "matrix",
    "missing",
    "recipes",
    "tune",
    "tuned_on",
    "unit_rows",
    "wanted",
]


def embed(
    articles: pa.Table,
    copies: pa.Table,
    known: Sequence[pa.Table],
    chosen: settings.Embedding,
    progress: Progress | None = None,
) -> pa.Table:
    """Vectors of all originals (copies share their original's), sorted by article_id.

    Args:
        articles: the window's articles.
        copies: their copy groups.
        known: article_embeddings tables of earlier runs; rows with the same text and model are reused
            bit for bit, whatever article they were computed for.
        chosen: the model.
        progress: called with (texts done, texts to do).

    Returns:
        A table of schema `article_embeddings`, the model named in its metadata.

    Raises:
        ModelError: the model cannot be loaded.
    """
    sought = wanted(articles, copies, chosen)
    given = [table for table in known if table.num_rows]
    computed = encode(articles, missing(sought, given), chosen, progress)
    return gather(sought, [*given, computed])


def wanted(articles: pa.Table, copies: pa.Table, chosen: settings.Embedding) -> pa.Table:
    """Which vectors are asked for: table `required_embeddings`, the originals among `copies`, sorted by article_id.

    Args:
        articles: the window's articles, or those of these copies.
        copies: table `copies`, or some of its rows.
        chosen: the model.

    Raises:
        ModelError: the model cannot be loaded.
    """
    identity = [f"{key}={value}" for key, value in sorted(embedder(chosen).identity.items())]
    originals = copies.filter(copies["is_original"])["article_id"].combine_chunks()
    rows = articles.filter(pc.is_in(articles["article_id"], originals)).sort_by("article_id")
    digests = [text.compute_digest(*identity, recipe) for recipe in recipes(rows)]
    return pa.table(
        {"article_id": rows["article_id"], "text_digest": digests}, schema=schemas.SCHEMAS["required_embeddings"]
    )


def missing(sought: pa.Table, known: Sequence[pa.Table]) -> pa.Table:
    """Which texts no known vector is of: table `uncached_texts`, each digest once, ascending, with its first article.

    Batches shape the last bits of a vector, so their order depends on the texts alone.

    Args:
        sought: table `required_embeddings`.
        known: tables with a column `text_digest`.
    """
    unknown = sought
    for table in known:
        unknown = unknown.filter(pc.invert(pc.is_in(unknown["text_digest"], table["text_digest"].combine_chunks())))
    first = unknown.group_by("text_digest").aggregate([("article_id", "min")]).sort_by("text_digest")
    named = {"text_digest": first["text_digest"], "article_id": first["article_id_min"]}
    return pa.table(named, schema=schemas.SCHEMAS["uncached_texts"])


def encode(
    articles: pa.Table, asked: pa.Table, chosen: settings.Embedding, progress: Progress | None = None
) -> pa.Table:
    """Compute vectors.

    Args:
        articles: those of `asked`, at least.
        asked: table `uncached_texts`, or rows of it that begin at a multiple of `UNIT`.
        chosen: the model.
        progress: called with (texts done, texts to do).

    Returns:
        Schema `article_embeddings`, in the order of `asked`, the model named in its metadata.

    Raises:
        ModelError: the model cannot be loaded.
    """
    model = embedder(chosen)
    rows = articles.take(pc.index_in(asked["article_id"], articles["article_id"].combine_chunks()))
    vectors = model.encode(recipes(rows), progress)
    return as_table(asked["article_id"], asked["text_digest"].to_pylist(), vectors, model.identity)


def gather(sought: pa.Table, found: Sequence[pa.Table]) -> pa.Table:
    """The vector of each text that is asked for, by its digest, from the first table that has it.

    Args:
        sought: table `required_embeddings`, or some of its rows.
        found: schema `article_embeddings`; the last one's schema, metadata and dimension are the result's.

    Returns:
        Schema `article_embeddings`, in the order of `sought`.
    """
    like = found[-1].schema
    vectors = np.empty((sought.num_rows, like.field("vector").type.list_size), np.float32)
    still = np.arange(sought.num_rows)
    for table in (table for table in found if table.num_rows):
        asked = sought["text_digest"].take(pa.array(still))
        at = pc.index_in(asked, table["text_digest"].combine_chunks())
        there = at.is_valid().to_numpy(zero_copy_only=False)
        vectors[still[there]] = matrix(table)[at.drop_null().to_numpy()]
        still = still[~there]
    metadata = {key.decode(): value.decode() for key, value in (like.metadata or {}).items()}
    return as_table(sought["article_id"], sought["text_digest"].to_pylist(), vectors, metadata)


def recipes(articles: pa.Table) -> list[str]:
    """What is embedded of each article, in row order: title, newline, body, without web addresses."""
    return terms.openings(articles)


def tuned_on(chosen: settings.Embedding) -> frozenset[str]:
    """Digests (sha256) of the labelled files that the embedding's adapter was fitted to; none without an adapter.

    Raises:
        ModelError: the adapter cannot be loaded.
    """
    found = adapter_of(chosen)
    known: Any = found.provenance.get("sets", ()) if found else ()
    return frozenset(one["sha256"] for one in known)


def as_table(ids: pa.ChunkedArray, digests: Sequence[str], vectors: Vectors, identity: Mapping[str, str]) -> pa.Table:
    """Vectors of shape (n, d) as a table of schema `article_embeddings`."""
    dimension = vectors.shape[1]
    schema = schemas.embeddings_schema(dimension, identity)
    flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).ravel(), pa.float32())
    column = pa.FixedSizeListArray.from_arrays(flat, type=schema.field("vector").type)
    return pa.Table.from_arrays(
        [ids.combine_chunks() if ids.num_chunks else pa.array([], pa.string()), pa.array(digests, pa.string()), column],
        schema=schema,
    )


def matrix(embeddings: pa.Table) -> Vectors:
    """The vectors of an article_embeddings table, float32 of shape (n, d), in row order."""
    column = embeddings["vector"].combine_chunks()
    flat = column.flatten() if len(column) else pa.array([], pa.float32())
    return np.asarray(flat.to_numpy(zero_copy_only=False), dtype=np.float32).reshape(
        len(column), -1 if len(column) else 0
    )
