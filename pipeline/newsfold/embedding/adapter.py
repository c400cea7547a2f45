"""The adapter: small corrections to a model's weights that draw articles on one event together.

General sentence embeddings put texts on one *theme* side by side. The corrections are low-rank (LoRA; Hu et al. 2021,
https://arxiv.org/abs/2106.09685), fitted to labelled stories by `newsfold train --embedding`, and merged into
the weights when the model is loaded: a megabyte on disk, nothing at run time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from newsfold.checksums import add_checksum
from newsfold.errors import ModelError
from newsfold.model_files import REINSTALL, verify_model

Vectors = npt.NDArray[np.float32]
Half = npt.NDArray[np.float16]

_FORMAT = "newsfold adapter 2"
_DOWN, _UP = ".down", ".up"


@dataclass(frozen=True, eq=False)
class Adapter:
    """Corrections by layer, and where they come from."""

    corrections: Mapping[str, tuple[Half, Half]]
    """By the layer's name `down` (rank, inputs) and `up` (outputs, rank), float16: weight += up @ down."""
    model: str
    """The model they were fitted to."""
    provenance: Mapping[str, object]

    @property
    def digest(self) -> str:
        """Changes with the corrections: vectors of different adapters are not comparable."""
        state = hashlib.sha256()
        for name, (down, up) in sorted(self.corrections.items()):
            state.update(name.encode() + down.tobytes() + up.tobytes())
        return state.hexdigest()[:16]

    def merge(self, transformer: Any) -> None:
        """Add the corrections to a transformer's weights, in place.

        Raises:
            ModelError: it has no such layers, or of another shape.
        """
        import torch

        layers = dict(transformer.named_modules())
        for name, (down, up) in self.corrections.items():
            weight = getattr(layers.get(name), "weight", None)
            if weight is None or tuple(weight.shape) != (len(up), down.shape[1]):
                raise ModelError(
                    f"The adapter was fitted to {self.model!r} and does not fit this model's layer {name}. "
                    "Train one for it, or set embedding.adapter to `none`."
                )
            product = torch.from_numpy(up.astype(np.float32) @ down.astype(np.float32))
            with torch.no_grad():
                weight += product.to(weight.device, weight.dtype)

    def save(self, path: Path) -> None:
        """Write safetensors, the provenance in its header; the same bytes for the same adapter.

        Raises:
            ModelError: it cannot be written.
        """
        from safetensors.numpy import save

        tensors = {name + _DOWN: np.ascontiguousarray(down) for name, (down, _) in self.corrections.items()}
        tensors |= {name + _UP: np.ascontiguousarray(up) for name, (_, up) in self.corrections.items()}
        about = add_checksum({"model": self.model, "provenance": dict(self.provenance), "digest": self.digest})
        # One entry: safetensors writes several in an order of its own.
        header = {_FORMAT: json.dumps(about, sort_keys=True, ensure_ascii=False)}
        try:
            path.write_bytes(save(dict(sorted(tensors.items())), header))
        except OSError as error:
            raise ModelError(f"The adapter {path} cannot be written: {error}") from error


def load_file(path: Path) -> Adapter:
    """Read an adapter written by `Adapter.save` (`newsfold train --embedding`).

    Raises:
        ModelError: there is no such file, or it is damaged or not an adapter.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            about = verify_model(path, json.loads((file.metadata() or {})[_FORMAT]))
            names = sorted(key.removesuffix(_DOWN) for key in file.keys() if key.endswith(_DOWN))  # noqa: SIM118
            corrections = {name: (file.get_tensor(name + _DOWN), file.get_tensor(name + _UP)) for name in names}
            adapter = Adapter(corrections, about["model"], about["provenance"])
    except FileNotFoundError as error:
        raise ModelError(
            f"There is no adapter {path}. Set embedding.adapter to `default`, `none` or a file of "
            "`newsfold train --embedding`."
        ) from error
    except (OSError, KeyError, ValueError, SafetensorError) as error:
        raise ModelError(f"{path} is not an adapter written by `newsfold train --embedding`: {error}") from error
    if adapter.digest != about.get("digest", adapter.digest):  # earlier versions named none
        raise ModelError(
            f"The adapter {path} is damaged: its corrections do not have the digest that it names. Restore it, train "
            f"it again, or {REINSTALL}."
        )
    return adapter


def unit_rows(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Rows scaled to norm 1, in float32; a zero row stays zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0), dtype=np.float32)
