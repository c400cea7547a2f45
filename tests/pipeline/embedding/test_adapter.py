from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from newsfold import embedding, settings
from newsfold.embedding import adapter
from newsfold.embedding.adapter import Adapter, unit_rows
from newsfold.embedding.models import SentenceTransformerEmbedder
from newsfold.errors import ModelError
from tests.quantised_models import HIDDEN, INNER

LAYER = "encoder.layer.0.output.dense"  # of the tiny model
TEXTS = ["Ferry sinks off Lomo", "Council approves the yearly budget", "A recipe for plum cake"]


def invented(layer: str = LAYER, inputs: int = INNER, outputs: int = HIDDEN, scale: float = 0.1) -> Adapter:
    rng = np.random.default_rng(7)
    down, up = rng.normal(size=(4, inputs)) * scale, rng.normal(size=(outputs, 4)) * scale
    corrections = {layer: (down.astype(np.float16), up.astype(np.float16))}
    return Adapter(corrections, embedding.PACKAGED_MODEL, {"sets": [{"set": "mine", "sha256": "abc"}]})


def load_tiny(tiny: Path, name: str) -> embedding.Embedder:
    return SentenceTransformerEmbedder(settings.Embedding(model=str(tiny), adapter=name))


def test_a_saved_adapter_is_the_same_adapter_and_saving_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    saved = invented()
    saved.save(tmp_path / "one.safetensors")
    loaded = adapter.load_file(tmp_path / "one.safetensors")
    loaded.save(tmp_path / "two.safetensors")
    assert (tmp_path / "one.safetensors").read_bytes() == (tmp_path / "two.safetensors").read_bytes()
    assert (loaded.model, loaded.provenance, loaded.digest) == (saved.model, saved.provenance, saved.digest)
    for given_, read in zip(saved.corrections[LAYER], loaded.corrections[LAYER], strict=True):
        assert read.dtype == np.float16
        assert np.array_equal(given_, read)


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "mine.safetensors"
    invented().save(file)
    written = file.read_bytes()
    for place in range(len(written) - 1, 0, -len(written) // 40):
        file.write_bytes(written[:place] + bytes([written[place] ^ 4]) + written[place + 1 :])
        with pytest.raises(ModelError):
            adapter.load_file(file)


def test_the_order_in_which_layers_are_named_changes_no_byte(tmp_path: Path) -> None:
    parts = {**invented().corrections, **invented("encoder.layer.0.intermediate.dense").corrections}
    for name, order in (("one", parts), ("two", dict(reversed(parts.items())))):
        Adapter(order, embedding.PACKAGED_MODEL, {}).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_other_corrections_have_another_digest() -> None:
    assert invented(scale=0.1).digest != invented(scale=0.2).digest
    assert invented().digest != invented("encoder.layer.0.intermediate.dense").digest


def test_an_adapter_changes_the_vectors_and_is_named_in_their_identity(tiny: Path, tmp_path: Path) -> None:
    mine = invented(scale=0.3)
    mine.save(tmp_path / "mine.safetensors")
    plain, tuned = load_tiny(tiny, "none"), load_tiny(tiny, str(tmp_path / "mine.safetensors"))
    assert plain.identity["adapter"] == "none"
    assert tuned.identity["adapter"] == mine.digest
    cosines = (plain.encode(TEXTS) * tuned.encode(TEXTS)).sum(axis=1)
    assert (cosines < 0.99).all()
    assert np.allclose(np.linalg.norm(tuned.encode(TEXTS), axis=1), 1, atol=1e-6)


def test_an_adapter_that_is_written_anew_is_loaded_anew(tiny: Path, tmp_path: Path) -> None:
    custom_settings = settings.Embedding(model=str(tiny), adapter=str(tmp_path / "mine.safetensors"))
    invented().save(tmp_path / "mine.safetensors")
    before = embedding.load_embedder(custom_settings)
    assert embedding.load_embedder(custom_settings) is before
    invented(scale=0.2).save(tmp_path / "mine.safetensors")
    os.utime(tmp_path / "mine.safetensors", ns=(1, 1))
    assert embedding.load_embedder(custom_settings).identity["adapter"] == invented(scale=0.2).digest


def test_merging_adds_up_times_down_to_the_weights() -> None:
    layer = torch.nn.Linear(3, 2, bias=False)
    before = layer.weight.detach().numpy().copy()
    down, up = np.array([[1, 2, 3]], np.float16), np.array([[1], [-0.5]], np.float16)
    Adapter({"0": (down, up)}, "any", {}).merge(torch.nn.Sequential(layer))
    wanted = np.array([[1, 2, 3], [-0.5, -1, -1.5]])
    assert np.allclose(layer.weight.detach().numpy() - before, wanted, atol=1e-6)


@pytest.mark.parametrize("wrong", [invented("encoder.layer.99.output.dense"), invented(inputs=HIDDEN)])
def test_an_adapter_that_does_not_fit_names_the_layer_and_what_to_do(
    tiny: Path, tmp_path: Path, wrong: Adapter
) -> None:
    wrong.save(tmp_path / "wrong.safetensors")
    with pytest.raises(ModelError, match=rf"{next(iter(wrong.corrections))}.*`none`"):
        load_tiny(tiny, str(tmp_path / "wrong.safetensors"))


def test_an_adapter_of_another_model_is_refused_by_name(tiny: Path, tmp_path: Path) -> None:
    Adapter(invented().corrections, "somebody/else", {}).save(tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match=r"'somebody/else'.*multilingual-e5-small"):
        load_tiny(tiny, str(tmp_path / "other.safetensors"))


def test_an_adapter_that_is_not_there_says_what_to_set(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no adapter .*none\.safetensors.*`default`, `none`"):
        load_tiny(tiny, str(tmp_path / "none.safetensors"))


@pytest.mark.parametrize("content", [b"", b"not tensors", "foreign"])
def test_what_is_no_adapter_is_refused(tmp_path: Path, content: bytes | str) -> None:
    from safetensors.numpy import save

    file = tmp_path / "wrong.safetensors"
    file.write_bytes(content if isinstance(content, bytes) else save({"w": np.zeros(2, np.float32)}, {"by": content}))
    with pytest.raises(ModelError, match=r"wrong\.safetensors is not an adapter"):
        adapter.load_file(file)


def test_a_folder_is_no_adapter(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not an adapter"):
        adapter.load_file(tmp_path)


def test_an_adapter_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        invented().save(tmp_path / "nowhere" / "mine.safetensors")


# The squares of smaller numbers are nothing in float32.
SQUARABLE = st.floats(-100, 100, width=32).filter(lambda number: number == 0 or abs(number) > 1e-15)


@given(arrays.arrays(np.float32, (3, 4), elements=SQUARABLE))
def test_rows_get_norm_1_and_zero_rows_stay_zero(rows: np.ndarray) -> None:
    norms = np.linalg.norm(unit_rows(rows), axis=1)
    there = np.linalg.norm(rows, axis=1) > 0
    assert np.allclose(norms[there], 1, atol=1e-3)
    assert not norms[~there].any()
