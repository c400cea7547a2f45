"""What newsfold and other methods predict for a labelled set: the input of its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from newsfold.evaluation.metrics import Mask


@dataclass(frozen=True)
class Predictions:
    """The clusters and the pair probabilities that one embedding and one scorer predict for a set of n articles."""

    scored: Mask
    """The articles that count, shape (n,): of stories on which the models were not trained."""
    clusters: npt.NDArray[np.int64]
    """Newsfold's, shape (n,)."""
    own_vectors: npt.NDArray[np.int32]
    """Clusters of the vectors alone by threshold, shape (thresholds, n); (0, n) if there are too many articles."""
    pair_labels: npt.NDArray[np.int8]
    """Of the labelled candidate pairs that count, shape (pairs,): 1 same story, 0 different stories."""
    probabilities: npt.NDArray[np.float32]
    """Of the same pairs, shape (pairs,)."""
    true_pairs: npt.NDArray[np.int64]
    """Same-story pairs of originals that count, shape (2,): those that are candidate pairs, and all."""

    def save(self, file: Path) -> None:
        """Write a NumPy archive; the file appears completely or not at all."""
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        with part.open("wb") as stream:
            np.savez_compressed(stream, **asdict(self))
        part.replace(file)

    @classmethod
    def load(cls, file: Path) -> Predictions:
        """Read what `save` wrote."""
        with np.load(file, allow_pickle=False) as arrays:
            return cls(**arrays)


@dataclass(frozen=True)
class SetResult:
    """All predictions for one labelled set of n articles."""

    name: str
    gold: Sequence[str | None]
    """Labels, shape (n,); None is unlabelled."""
    languages: Sequence[str]
    published_at: Sequence[datetime | None]
    rejected: int
    """Rows that could not be read as articles."""
    without: Sequence[str]
    """Inputs that were taken away: some of `gold.INPUTS`."""
    predictions: Sequence[Predictions]
    """One, or one per fold of a cross-validation; no two score the same article."""
    baselines: Mapping[str, Sequence[object]]
    """Clusters of other methods, each of shape (n,)."""
    absent: Mapping[str, str]
    """Methods that were skipped, with the reason."""

    @property
    def masks(self) -> list[Mask]:
        """The articles that count, of each prediction."""
        return [prediction.scored for prediction in self.predictions]
