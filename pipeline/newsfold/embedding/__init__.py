"""Embedding: a vector for each article, by any sentence-transformers model.

`models` and `devices` load a model, `packaged_model` finds the one that needs no hub and `quantised_weights` reads it,
and `packed_layers` computes it faster. `adapter` holds corrections to a model's weights, `tuning` fits them, `vectors`
has the steps of the stage and `stage` their order.
"""

from __future__ import annotations

from newsfold.embedding.adapter import Adapter, unit_rows
from newsfold.embedding.devices import load_embedder
from newsfold.embedding.models import Embedder, load_adapter, tuning_sets
from newsfold.embedding.packaged_model import PACKAGED_MODEL, prepare_packaged_model
from newsfold.embedding.tuning import TuningSet, tune_adapter

__all__ = [
    "PACKAGED_MODEL",
    "Adapter",
    "Embedder",
    "TuningSet",
    "load_adapter",
    "load_embedder",
    "prepare_packaged_model",
    "tune_adapter",
    "tuning_sets",
    "unit_rows",
]
