"""Embedding on several devices: a process for each, and the texts dealt out among them."""

from __future__ import annotations

import functools
import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from newsfold import settings
from newsfold.embedding.adapter import Vectors
from newsfold.embedding.models import UNIT, Embedder, Progress, SentenceTransformerEmbedder

_loaded: list[SentenceTransformerEmbedder] = []  # in a process of the pool: its model


def devices(chosen: settings.Embedding) -> tuple[str, ...]:
    """The devices that the settings ask for; "auto" stands for whichever the library picks.

    A process that may not start others (a Dask worker: give each a device of its own) has one.
    """
    if isinstance(chosen.device, tuple):
        return chosen.device or ("auto",)
    if chosen.device == "auto" and not multiprocessing.current_process().daemon:
        import torch

        count = torch.cuda.device_count()
        return tuple(f"cuda:{number}" for number in range(count)) if count > 1 else ("auto",)
    return (chosen.device,)


class PooledEmbedder:
    """One model in several processes, each on a device of its own."""

    def __init__(self, chosen: settings.Embedding, devices: Sequence[str]) -> None:
        context = multiprocessing.get_context("spawn")  # CUDA does not survive a fork
        self._processes = [
            ProcessPoolExecutor(1, context, _load, (chosen.model_copy(update={"device": device}),))
            for device in devices
        ]
        self.identity: Mapping[str, str] = self._processes[0].submit(_identity).result()
        self._dimension = self._processes[0].submit(_dimension).result()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Unit-norm vectors, float32 of shape (len(texts), dimension): the same units of texts as in one process."""
        starts = range(0, len(texts), UNIT)
        under_way = [
            self._processes[at % len(self._processes)].submit(_encode, list(texts[start : start + UNIT]))
            for at, start in enumerate(starts)
        ]
        found = [np.zeros((0, self._dimension), np.float32)]
        for start, unit in zip(starts, under_way, strict=True):
            found.append(unit.result())
            if progress:
                progress(min(start + UNIT, len(texts)), len(texts))
        return np.concatenate(found)


def embedder(chosen: settings.Embedding) -> Embedder:
    """The embedder that the settings ask for, loaded once per process and again when its adapter is written anew.

    Raises:
        ModelError: it, or its adapter, cannot be loaded.
    """
    file = Path(chosen.adapter)
    return loaded(chosen, file.stat().st_mtime_ns if file.is_file() else 0)


@functools.lru_cache(maxsize=2)
def loaded(chosen: settings.Embedding, written: int) -> Embedder:  # noqa: ARG001 - `written` is for the cache
    """The embedder of these settings, as their adapter was at a time (nanoseconds); the last two are kept."""
    return embedder_on(chosen)


def embedder_on(chosen: settings.Embedding) -> Embedder:
    """The embedder on the devices that the settings ask for.

    Raises:
        ModelError: it, or its adapter, cannot be loaded.
    """
    asked = devices(chosen)
    if len(asked) == 1:
        return SentenceTransformerEmbedder(chosen.model_copy(update={"device": asked[0]}))
    return PooledEmbedder(chosen, asked)


def _load(chosen: settings.Embedding) -> None:
    _loaded.append(SentenceTransformerEmbedder(chosen))


def _identity() -> dict[str, str]:
    return dict(_loaded[0].identity)


def _dimension() -> int:
    return _loaded[0].dimension


def _encode(texts: Sequence[str]) -> Vectors:
    return _loaded[0].encode(texts)
