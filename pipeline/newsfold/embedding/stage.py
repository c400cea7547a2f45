"""The stage that turns texts into vectors; a known vector is never computed again."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import embedding
from newsfold.dataflow import Context, Stage, Step, TableView
from newsfold.settings import Scale

_TEXT = ("article_id", "title", "body")


def require_vectors(copies: TableView, window_articles: TableView, context: Context) -> pa.Table:
    """List the originals and the digests of their texts."""
    groups = copies.read(["article_id", "is_original"])
    articles = window_articles.where("article_id", groups["article_id"], columns=_TEXT)
    return embedding.wanted(articles, groups, context.settings.embedding)


def find_uncached(
    required_embeddings: TableView, known_embeddings: TableView, cached_embeddings: TableView
) -> tuple[pa.Table, pa.Table]:
    """List the texts without a vector."""
    required = required_embeddings.read()
    known, cached = (view.read(["article_id", "text_digest"]) for view in (known_embeddings, cached_embeddings))
    # By id too: two articles may have one text and yet be no copies, and each needs a row of its own.
    there = (pc.is_in(required[name], known[name].combine_chunks()) for name in ("article_id", "text_digest"))
    return (embedding.missing(required, [known, cached]), required.append_column("fresh", pc.invert(pc.and_(*there))))


def encode_texts(uncached_texts: TableView, window_articles: TableView, context: Context) -> pa.Table:
    """Compute the vectors of texts."""

    def progress(done: int, total: int) -> None:
        context.progress("embed", done, total)

    texts = uncached_texts.read()
    articles = window_articles.where("article_id", texts["article_id"], columns=_TEXT)
    return embedding.encode(articles, texts, context.settings.embedding, progress)


def whole_batches(scale: Scale) -> int:
    """Return the rows of a chunk of texts: batches shape the last bits of a vector, so a chunk holds whole ones."""
    return max(embedding.UNIT, scale.chunk_articles // embedding.UNIT * embedding.UNIT)


def collect_vectors(
    embedding_requests: TableView, known_embeddings: TableView, cached_embeddings: TableView, new_embeddings: TableView
) -> tuple[pa.Table, pa.Table]:
    """Collect the vectors of all originals, known or new."""
    asked = embedding_requests.read()
    views = (known_embeddings, cached_embeddings, new_embeddings)
    tables = [view.where("text_digest", asked["text_digest"]) for view in views]
    vectors = embedding.gather(asked, [table for table in tables if table.num_rows] or [tables[-1]])
    return vectors, vectors.filter(asked["fresh"])


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
