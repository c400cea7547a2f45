"""The steps of the embed stage: a vector for each original; a known one is never computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas, text
from newsfold.dataflow import Context, TableView
from newsfold.embedding import tables
from newsfold.embedding.adapter import Vectors
from newsfold.embedding.devices import load_embedder
from newsfold.embedding.models import UNIT
from newsfold.schemas.vectors import matrix_to_vectors, vectors_to_matrix
from newsfold.settings import Scale
from newsfold.vocabulary import extract_openings

_TEXT = ("article_id", "title", "body")


def require_vectors(copies: TableView, window_articles: TableView, context: Context) -> pa.Table:
    """List the originals that need a vector, and a digest of each one's text and model.

    Returns:
        Table `required_embeddings`, sorted by article_id.

    Raises:
        ModelError: the model cannot be loaded.
    """
    identity = [f"{key}={value}" for key, value in sorted(load_embedder(context.settings.embedding).identity.items())]
    groups = copies.read(["article_id", "is_original"])
    originals = groups.filter(groups["is_original"])["article_id"]
    articles = window_articles.where("article_id", originals, columns=_TEXT).sort_by("article_id")
    digests = [text.compute_digest(*identity, opening) for opening in extract_openings(articles)]
    columns = {"article_id": articles["article_id"], "text_digest": digests}
    return pa.table(columns, schema=tables.REQUIRED_EMBEDDINGS)


def find_uncached(
    required_embeddings: TableView, known_embeddings: TableView, cached_embeddings: TableView
) -> tuple[pa.Table, pa.Table]:
    """List the texts without a known vector, each once.

    Returns:
        Table `uncached_texts`, sorted by digest: batches shape the last bits of a vector, so their order depends on
        the texts alone. Table `embedding_requests`, in the order of `required_embeddings`.
    """
    required = required_embeddings.read()
    known, cached = (view.read(["article_id", "text_digest"]) for view in (known_embeddings, cached_embeddings))
    # By id too: two articles may have one text and yet be no copies, and each needs a row of its own.
    is_known = (pc.is_in(required[name], known[name].combine_chunks()) for name in ("article_id", "text_digest"))
    requests = required.append_column(tables.EMBEDDING_REQUESTS.field("fresh"), pc.invert(pc.and_(*is_known)))
    uncached = required
    for table in (known, cached):
        is_cached = pc.is_in(uncached["text_digest"], table["text_digest"].combine_chunks())
        uncached = uncached.filter(pc.invert(is_cached))
    first = uncached.group_by("text_digest").aggregate([("article_id", "min")]).sort_by("text_digest")
    columns = {"text_digest": first["text_digest"], "article_id": first["article_id_min"]}
    return pa.table(columns, schema=tables.UNCACHED_TEXTS), requests


def encode_texts(uncached_texts: TableView, window_articles: TableView, context: Context) -> pa.Table:
    """Compute the vectors of texts.

    Args:
        uncached_texts: rows of the table that begin at a multiple of `UNIT`.
        window_articles: at least the articles that it names.
        context: its `settings.embedding` names the model.

    Returns:
        Table `new_embeddings` of schema `article_embeddings`, in the order of `uncached_texts`, with the model's
        identity in its metadata.

    Raises:
        ModelError: the model cannot be loaded.
    """

    def report(done: int, total: int) -> None:
        context.progress("embed", done, total)

    texts, model = uncached_texts.read(), load_embedder(context.settings.embedding)
    articles = window_articles.where("article_id", texts["article_id"], columns=_TEXT)
    articles = articles.take(pc.index_in(texts["article_id"], articles["article_id"].combine_chunks()))
    vectors = model.encode(extract_openings(articles), report)
    return build_embeddings(texts["article_id"], texts["text_digest"].to_pylist(), vectors, model.identity)


def whole_batches(scale: Scale) -> int:
    """Return the rows of a chunk of texts: a multiple of `UNIT`, so that chunks do not change the batches."""
    return max(UNIT, scale.chunk_articles // UNIT * UNIT)


def collect_vectors(
    embedding_requests: TableView, known_embeddings: TableView, cached_embeddings: TableView, new_embeddings: TableView
) -> tuple[pa.Table, pa.Table]:
    """Collect the vector of each original, from the first table that has its text.

    Returns:
        Tables `vectors` and `article_embeddings` (the vectors that this edition adds), in the order of the requests,
        with the metadata and dimension of the last table that has rows.
    """
    requests = embedding_requests.read()
    views = (known_embeddings, cached_embeddings, new_embeddings)
    known = [view.where("text_digest", requests["text_digest"]) for view in views]
    known = [table for table in known if table.num_rows] or [known[-1]]
    like = known[-1].schema
    matrix = np.empty((requests.num_rows, like.field("vector").type.list_size), np.float32)
    missing = np.arange(requests.num_rows)
    for table in known:
        places = pc.index_in(requests["text_digest"].take(pa.array(missing)), table["text_digest"].combine_chunks())
        is_found = places.is_valid().to_numpy(zero_copy_only=False)
        if table.num_rows:
            matrix[missing[is_found]] = vectors_to_matrix(table["vector"])[places.drop_null().to_numpy()]
        missing = missing[~is_found]
    identity = {key.decode(): value.decode() for key, value in (like.metadata or {}).items()}
    vectors = build_embeddings(requests["article_id"], requests["text_digest"].to_pylist(), matrix, identity)
    return vectors, vectors.filter(requests["fresh"])


def build_embeddings(
    ids: pa.ChunkedArray, digests: Sequence[str], matrix: Vectors, identity: Mapping[str, str]
) -> pa.Table:
    """Return vectors of shape (n, d) as a table of schema `article_embeddings`, the model in its metadata."""
    columns = [
        ids.combine_chunks() if ids.num_chunks else pa.array([], pa.string()),
        pa.array(digests, pa.string()),
        matrix_to_vectors(matrix),
    ]
    return pa.Table.from_arrays(columns, schema=schemas.embeddings_schema(matrix.shape[1], identity))
