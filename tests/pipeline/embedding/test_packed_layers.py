"""Packed layers are faster, and nothing else: the vectors stay the same, bit by bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from newsfold.embedding.models import SentenceTransformerEmbedder
from newsfold.embedding.packed_layers import can_pack, pack_linear_layers
from newsfold.settings import Embedding

pytestmark = pytest.mark.skipif(not can_pack(), reason="this processor has no bfloat16, or PyTorch cannot pack for it")

TEXTS = ["Dockers vote to end the strike", "Port strike is over", "A recipe for plum cake", "", "word " * 400]


def count_linear_layers(model: SentenceTransformerEmbedder) -> int:
    return sum(isinstance(layer, torch.nn.Linear) for layer in model.transformer.modules())


@pytest.mark.parametrize("adapter", ["none", "default"])
def test_the_packaged_model_gives_the_same_bits_packed(adapter: str) -> None:
    chosen = Embedding(adapter=adapter, precision="bfloat16", device="cpu")
    packed, plain = (SentenceTransformerEmbedder(chosen, trainable=trainable) for trainable in (False, True))
    assert count_linear_layers(packed) == 0
    assert count_linear_layers(plain) > 0
    texts = [f"{text} {number}" for number in range(20) for text in TEXTS]  # several batches, one of them not full
    assert np.array_equal(packed.encode(texts), plain.encode(texts))
    assert packed.identity == plain.identity


def test_in_full_precision_nothing_is_packed(tiny: Path) -> None:
    model = SentenceTransformerEmbedder(Embedding(model=str(tiny), adapter="none", precision="float32"))
    assert count_linear_layers(model) > 0


@pytest.mark.parametrize("bias", [True, False])
def test_layers_at_any_depth_are_packed(bias: bool) -> None:
    torch.manual_seed(0)
    plain = torch.nn.Sequential(torch.nn.Linear(32, 48, bias), torch.nn.Sequential(torch.nn.Linear(48, 16, bias)))
    inputs = torch.randn(3, 5, 32)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        expected = plain(inputs)
        pack_linear_layers(plain)
        found = plain(inputs)
    assert not any(isinstance(layer, torch.nn.Linear) for layer in plain.modules())
    assert found.dtype == expected.dtype == torch.bfloat16
    torch.testing.assert_close(found, expected)
