"""Embedding on several devices: one process for each, with the texts divided among them."""

from __future__ import annotations

import functools
import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from newsfold.embedding.adapter import Vectors
from newsfold.embedding.models import UNIT, Embedder, Progress, SentenceTransformerEmbedder
from newsfold.settings import Embedding

_loaded: list[SentenceTransformerEmbedder] = []  # in a process of the pool: its model


def list_devices(settings: Embedding) -> tuple[str, ...]:
    """Return the devices that the settings name; "auto" lets the library pick.

    A process that may not start others, such as a Dask worker, uses one device: give each worker its own.
    """
    if isinstance(settings.device, tuple):
        return settings.device or ("auto",)
    if settings.device == "auto" and not multiprocessing.current_process().daemon:
        import torch

        count = torch.cuda.device_count()
        return tuple(f"cuda:{number}" for number in range(count)) if count > 1 else ("auto",)
    return (settings.device,)


class PooledEmbedder:
    """An embedder with a copy of the model in several processes, each on its own device."""

    def __init__(self, settings: Embedding, devices: Sequence[str]) -> None:
        context = multiprocessing.get_context("spawn")  # CUDA does not survive a fork
        self._processes = [
            ProcessPoolExecutor(1, context, _load, (settings.model_copy(update={"device": device}),))
            for device in devices
        ]
        self.identity: Mapping[str, str] = self._processes[0].submit(_identity).result()
        self._dimension = self._processes[0].submit(_dimension).result()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return unit-norm vectors, float32 of shape (len(texts), dimension), in the same batches as one process."""
        starts = range(0, len(texts), UNIT)
        futures = [
            self._processes[at % len(self._processes)].submit(_encode, list(texts[start : start + UNIT]))
            for at, start in enumerate(starts)
        ]
        parts = [np.zeros((0, self._dimension), np.float32)]
        for start, future in zip(starts, futures, strict=True):
            parts.append(future.result())
            if progress:
                progress(min(start + UNIT, len(texts)), len(texts))
        return np.concatenate(parts)


def load_embedder(settings: Embedding) -> Embedder:
    """Load the embedder that the settings name, once per process, and again when its adapter file changes.

    Raises:
        ModelError: it, or its adapter, cannot be loaded.
    """
    file = Path(settings.adapter)
    return _load_cached(settings, file.stat().st_mtime_ns if file.is_file() else 0)


@functools.lru_cache(maxsize=2)
def _load_cached(settings: Embedding, written: int) -> Embedder:  # noqa: ARG001 - `written` is for the cache
    """Load an embedder; `written` (nanoseconds) tells versions of the adapter file apart. The last two are kept."""
    return load_on_devices(settings)


def load_on_devices(settings: Embedding) -> Embedder:
    """Load the embedder on the devices that the settings name.

    Raises:
        ModelError: it, or its adapter, cannot be loaded.
    """
    devices = list_devices(settings)
    if len(devices) == 1:
        return SentenceTransformerEmbedder(settings.model_copy(update={"device": devices[0]}))
    return PooledEmbedder(settings, devices)


def _load(settings: Embedding) -> None:
    _loaded.append(SentenceTransformerEmbedder(settings))


def _identity() -> dict[str, str]:
    return dict(_loaded[0].identity)


def _dimension() -> int:
    return _loaded[0].dimension


def _encode(texts: Sequence[str]) -> Vectors:
    return _loaded[0].encode(texts)
