from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from newsfold.embedding.quantised_weights import parse_quantised_model, save_as_sentence_transformer
from newsfold.errors import ModelError
from tests.quantised_models import HIDDEN, PIECES, pack_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    save_as_sentence_transformer(parse_quantised_model(pack_model()[0]), folder, "query: ")
    return folder


@given(st.integers(0, 3), st.integers(0, 1000))
def test_every_weight_is_read_as_it_was_packed(layers: int, seed: int) -> None:
    data, packed = pack_model(layers, seed)
    weights = parse_quantised_model(data).weights
    assert np.array_equal(weights["embeddings.word_embeddings.weight"], packed["emb.word"])
    assert np.array_equal(weights["embeddings.position_embeddings.weight"], packed["emb.pos"])
    assert np.array_equal(weights["embeddings.token_type_embeddings.weight"][:1], packed["emb.type"])
    for layer in range(layers):
        inside = f"encoder.layer.{layer}"
        assert np.array_equal(weights[f"{inside}.attention.self.key.weight"], packed[f"l{layer}.k.w"])
        assert np.array_equal(weights[f"{inside}.output.dense.weight"], packed[f"l{layer}.fo.w"])
        assert np.array_equal(weights[f"{inside}.output.LayerNorm.bias"], packed[f"l{layer}.oln.b"])


def test_the_model_in_the_file_is_described() -> None:
    model = parse_quantised_model(pack_model(layers=2)[0])
    assert model.config["num_hidden_layers"] == 2
    assert model.config["layer_norm_eps"] == pytest.approx(1e-12)
    assert model.pieces[-1] == (PIECES[-1], -len(PIECES) + 1.0)
    assert model.special_ids == (0, 2, 1, 3)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a wheel", b"E5S2"])
def test_another_format_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError, match="E5S1"):
        parse_quantised_model(data)


def test_the_folder_is_a_sentence_transformers_model_that_says_nothing_while_it_loads(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    model = SentenceTransformer(str(folder), device="cpu")
    vectors = model.encode_query(["a ferry", "a cake"])
    assert vectors.shape == (2, HIDDEN)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert np.allclose(vectors, model.encode(["query: a ferry", "query: a cake"]), atol=1e-6)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("ferry", ["<s>", "▁ferry", "</s>"]),
        ("query:  a", ["<s>", "▁query", ":", "▁", "a", "</s>"]),
        ("ＡＢ".lower(), ["<s>", "▁", "a", "b", "</s>"]),  # full-width letters
        ("a\u200bb\x01", ["<s>", "▁", "a", "▁", "b", "</s>"]),
        ("🙂", ["<s>", "▁", "<unk>", "</s>"]),
        ("", ["<s>", "</s>"]),
    ],
)
def test_texts_are_normalised_and_cut_into_known_pieces(folder: Path, text: str, pieces: list[str]) -> None:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    ids = tokenizer.encode(text).ids
    assert [PIECES[index] for index in ids] == pieces


def test_the_same_model_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    save_as_sentence_transformer(parse_quantised_model(pack_model()[0]), tmp_path, "query: ")
    files = {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert files == {file.relative_to(tmp_path): file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
