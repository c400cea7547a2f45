"""Articles to vectors, by any sentence-transformers model; what is known is never computed twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schemas, settings, terms, text
from pipeline.embedding.adapter import Adapter, Vectors, unit_rows
from pipeline.embedding.models import (
    PACKAGED_MODEL,
    RECIPE,
    Embedder,
    Progress,
    SentenceTransformerEmbedder,
    adapter_of,
    embedder,
)
from pipeline.embedding.tuning import tune

__all__ = [
    "PACKAGED_MODEL",
    "RECIPE",
    "Adapter",
    "Embedder",
    "SentenceTransformerEmbedder",
    "adapter_of",
    "as_table",
    "comparable",
    "embed",
    "embedder",
    "matrix",
    "recipes",
    "tune",
    "tuned_on",
    "unit_rows",
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
    model = embedder(chosen)
    originals = pc.unique(copies["copy_group_id"]).to_pylist()
    rows = articles.filter(pc.is_in(articles["article_id"], pa.array(originals, pa.string()))).sort_by("article_id")
    identity = [f"{key}={value}" for key, value in sorted(model.identity.items())]
    texts = recipes(rows)
    digests = [text.digest(*identity, recipe) for recipe in texts]
    found = _lookup(known, set(digests))
    # Batches shape the last bits of a vector, so their order depends on the texts alone.
    missing = sorted(
        {digest: recipe for digest, recipe in zip(digests, texts, strict=True) if digest not in found}.items()
    )
    computed = model.encode([recipe for _, recipe in missing], progress)
    found |= {digest: vector for (digest, _), vector in zip(missing, computed, strict=True)}
    vectors = np.stack([found[digest] for digest in digests]) if digests else computed
    return as_table(rows["article_id"], digests, vectors, model.identity)


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


def comparable(tables: Sequence[pa.Table]) -> pa.Table:
    """Tables of schema `article_embeddings` as one: those made as the last one was; an empty one of none."""
    if not tables:
        return schemas.empty("article_embeddings")
    return pa.concat_tables([table for table in tables if table.schema.equals(tables[-1].schema, check_metadata=True)])


def matrix(embeddings: pa.Table) -> Vectors:
    """The vectors of an article_embeddings table, float32 of shape (n, d), in row order."""
    column = embeddings["vector"].combine_chunks()
    flat = column.flatten() if len(column) else pa.array([], pa.float32())
    return np.asarray(flat.to_numpy(zero_copy_only=False), dtype=np.float32).reshape(
        len(column), -1 if len(column) else 0
    )


def _lookup(known: Sequence[pa.Table], wanted: set[str]) -> dict[str, Vectors]:
    found: dict[str, Vectors] = {}
    for table in known:
        chosen = table.filter(pc.is_in(table["text_digest"], pa.array(sorted(wanted - found.keys()), pa.string())))
        found |= dict(zip(chosen["text_digest"].to_pylist(), matrix(chosen), strict=True))
    return found
