"""How near embedding is to what the processor can do: its arithmetic beside a plain product of matrices."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

_SIDE, _PRODUCTS, _TRIES = 2048, 3, 5


def measure_share(texts: Sequence[str], max_tokens: int, cpu_seconds: float) -> dict[str, float]:
    """Return the tokens, the model's arithmetic on them, the machine's rates, and the share of the bfloat16 one.

    Counted are the tokens of the texts alone, not those that fill up batches: filling up is part of what is measured.

    Args:
        texts: that were embedded by the packaged model.
        max_tokens: of a text that were embedded.
        cpu_seconds: that it took, of all threads; all rates are by processor second, so that other work on the
            machine does not count.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    from newsfold.embedding.packaged_model import E5_PROMPT, prepare_packaged_model

    model: Any = SentenceTransformer(str(prepare_packaged_model()), device="cpu")
    transformer, tokenizer = model[0].model, model.tokenizer
    rows = tokenizer([E5_PROMPT + text for text in texts], truncation=True, max_length=max_tokens)["input_ids"]
    lengths = [len(row) for row in rows]
    layers = [each for each in transformer.encoder.modules() if isinstance(each, torch.nn.Linear)]
    weights = sum(layer.weight.numel() for layer in layers)
    config = transformer.config
    # A product by a weight is a multiplication and an addition; attention is two products of all tokens with all.
    attention = 4 * config.num_hidden_layers * config.hidden_size * sum(length**2 for length in lengths)
    operations = 2 * weights * sum(lengths) + attention
    rate, full_rate = measure_matmul_rate(torch.bfloat16), measure_matmul_rate(torch.float32)
    return {
        "texts": len(texts),
        "tokens": sum(lengths),
        "gflops": round(operations / 1e9 / cpu_seconds, 1),
        "bfloat16_gflops": round(rate / 1e9, 1),
        "float32_gflops": round(full_rate / 1e9, 1),
        "share": round(operations / cpu_seconds / rate, 3),
    }


def measure_matmul_rate(dtype: Any) -> float:
    """Return the operations by processor second of products of square matrices: the best of several tries."""
    import torch

    left, right = (torch.randn(_SIDE, _SIDE).to(dtype) for _ in range(2))
    best = float("inf")
    for _ in range(_TRIES):
        began = time.process_time()
        for _ in range(_PRODUCTS):
            left @ right
        best = min(best, (time.process_time() - began) / _PRODUCTS)
    return 2 * _SIDE**3 / best
