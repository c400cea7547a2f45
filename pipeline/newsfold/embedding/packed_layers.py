"""Linear layers in bfloat16, on processors, with their weights packed once.

PyTorch computes such a layer by oneDNN (https://uxlfoundation.github.io/oneDNN): for every batch it casts the weights,
packs them anew and first copies the bias to every row of the result. A packed layer gives the same values in less time.
"""

from __future__ import annotations

from typing import Any


def can_pack() -> bool:
    """Return whether the processor computes in bfloat16, and PyTorch has the operators, which are not public."""
    import torch

    operators = torch.ops.mkldnn
    needed = ("_is_mkldnn_bf16_supported", "_reorder_linear_weight", "_linear_pointwise")
    return all(hasattr(operators, name) for name in needed) and bool(operators._is_mkldnn_bf16_supported())


def pack_linear_layers(transformer: Any) -> None:
    """Pack all linear layers of a transformer in place. It computes no gradients any more."""
    import torch

    linear = [
        (module, name, layer)
        for module in transformer.modules()
        for name, layer in module.named_children()
        if type(layer) is torch.nn.Linear
    ]
    for module, name, layer in linear:
        setattr(module, name, _pack(layer))


def _pack(layer: Any) -> Any:
    """Return a layer of PyTorch that computes what a linear layer does with numbers in bfloat16."""
    import torch

    with torch.inference_mode():
        weight = torch.ops.mkldnn._reorder_linear_weight(layer.weight.to(torch.bfloat16))
        bias = None if layer.bias is None else layer.bias.to(torch.bfloat16)

    class PackedLinear(torch.nn.Module):
        def forward(self, inputs: Any) -> Any:
            rows = inputs.to(torch.bfloat16)
            return torch.ops.mkldnn._linear_pointwise(rows, weight, bias, "none", [], "")

    return PackedLinear()
