"""The embedding and the scorer, trained together on labelled sets: what `newsfold train` does, in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsfold.dataflow import Progress, no_progress
from newsfold.settings import Settings
from newsfold.training.datasets import LabelledSet, PairDataset, build_pair_dataset
from newsfold.training.fit import fit_pair_scorer, train_embedding


@dataclass(frozen=True)
class TrainedModels:
    """An embedding and a scorer in files, and what was computed on the way."""

    settings: Settings
    """The given settings with the new adapter and scorer."""
    datasets: Sequence[PairDataset]
    """The pairs of the sets that the scorer learnt from, under the new embedding: nothing need be computed twice."""


def train_models(
    sets: Sequence[LabelledSet],
    settings: Settings,
    folder: Path,
    progress: Progress = no_progress,
    weights: Mapping[str, float] | None = None,
) -> TrainedModels:
    """Tune the embedding on labelled sets, and fit the scorer to them.

    Args:
        sets: the sets; unlabelled articles take part in blocking and teach nothing.
        settings: all settings; the embedding's adapter and the scorer are replaced.
        folder: where the models are written; it must exist as long as they are used.
        progress: called with (stage, done, to do).
        weights: relative weight of each set by name; 1 if a set is not named.

    Raises:
        ModelError: the sets are not sufficient to train on, or a library for training is missing.
        ConfigError: a weight names an unknown set.
    """
    adapter, model = folder / "adapter.safetensors", folder / "scorer.json"
    train_embedding(sets, settings, progress, weights).save(adapter)
    tuned = settings.model_copy(update={"embedding": settings.embedding.model_copy(update={"adapter": str(adapter)})})
    datasets = [build_pair_dataset(labelled, tuned, progress) for labelled in sets]
    progress("fit", 0, 0)
    fit_pair_scorer(datasets, tuned, weights or {}).save(model)
    trained = tuned.model_copy(update={"scoring": tuned.scoring.model_copy(update={"model": str(model)})})
    return TrainedModels(trained, datasets)
