"""The stage that turns texts into vectors."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from newsfold import schemas
from newsfold.dataflow import Context, Stage, Step
from newsfold.embedding.models import Progress
from newsfold.embedding.vectors import collect_vectors, encode_texts, find_uncached, require_vectors, whole_batches
from newsfold.settings import Embedding, Settings

EMBED = Stage(
    "embed",
    "turn texts into vectors",
    steps=(
        Step(require_vectors, writes=("required_embeddings",), chunk_by="copies"),
        Step(find_uncached, writes=("uncached_texts", "embedding_requests")),
        Step(encode_texts, writes=("new_embeddings",), chunk_by="uncached_texts", chunk_rows=whole_batches),
        Step(collect_vectors, writes=("vectors", "article_embeddings"), chunk_by="embedding_requests"),
    ),
    writes=("vectors", "article_embeddings"),
    settings=("embedding",),
)


def embed_articles(
    articles: pa.Table,
    copies: pa.Table,
    settings: Embedding,
    known: Sequence[pa.Table] = (),
    progress: Progress | None = None,
) -> pa.Table:
    """Run the stage by itself, outside any edition.

    Args:
        articles: schema `articles`.
        copies: their copy groups.
        settings: the model.
        known: tables `article_embeddings` whose vectors are reused for equal texts.
        progress: called with (texts done, texts to do).

    Returns:
        Schema `article_embeddings`, the vectors of all originals, sorted by article_id.

    Raises:
        ModelError: the model cannot be loaded.
    """
    tables = {
        "window_articles": articles,
        "copies": copies,
        "known_embeddings": schemas.concat_tables("article_embeddings", known),
        "cached_embeddings": schemas.empty_table("article_embeddings"),
    }

    def report(_stage: str, done: int, total: int) -> None:
        if progress:
            progress(done, total)

    return EMBED.run(tables, Context.undated(Settings(embedding=settings), report))["vectors"]
