"""Splits of labelled sets into what models are trained on and what they are measured on.

A story never is on both sides, whatever set it is in: two sets that name the same story share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsfold import text
from newsfold.errors import ConfigError
from newsfold.training.datasets import LabelledSet


@dataclass(frozen=True)
class Split:
    """The sets that models are trained on, and the sets and stories that they are measured on."""

    name: str
    """Such as `without feeds` or `fold 2 of 5`; empty: the models of the settings are measured."""
    training: tuple[LabelledSet, ...]
    """Without the measured stories, and without sets that have no other."""
    measured: tuple[LabelledSet, ...]
    stories: frozenset[str]
    """The stories of the measured sets that are scored."""


def as_configured(sets: Sequence[LabelledSet]) -> list[Split]:
    """Measure the models of the settings, set by set: nothing is trained."""
    return [Split("", (), (labelled,), frozenset(labelled.stories)) for labelled in sets]


def leave_one_out(sets: Sequence[LabelledSet], trainable: Sequence[LabelledSet]) -> list[Split]:
    """Measure each set with models that are trained on the others.

    Args:
        sets: the sets to measure.
        trainable: the sets to train on; those of `sets` that are not among them are only measured. If there is just
            one, it is not measured itself, unless nothing else is.

    Raises:
        ConfigError: a set has no other to train on.
    """
    splits = []
    for measured in sets:
        stories = frozenset(measured.stories)
        others = [labelled for labelled in trainable if labelled.name != measured.name]
        if not others and len(sets) > 1:
            continue
        splits.append(Split(f"without {measured.name}", _drop_stories(others, stories), (measured,), stories))
        if not splits[-1].training:
            raise ConfigError(
                f"Leave-one-out needs two labelled sets or more: without the stories of {measured.name}, none is left."
            )
    return splits


def cross_validate(sets: Sequence[LabelledSet], trainable: Sequence[LabelledSet], n_folds: int) -> list[Split]:
    """Measure the stories of each fold, in all sets, with models that are trained on all other stories.

    The name of a story decides its fold, so a story that two sets share is left out of both.

    Args:
        sets: the sets to measure.
        trainable: the sets to train on; those of `sets` that are not among them are only measured.
        n_folds: number of folds, two or more.

    Raises:
        ConfigError: a fold has no story to train on.
    """
    splits = []
    fold_of = {story: assign_fold(story, n_folds) for labelled in (*sets, *trainable) for story in labelled.stories}
    for fold in range(n_folds):
        stories = frozenset(story for story, number in fold_of.items() if number == fold)
        measured = tuple(labelled for labelled in sets if labelled.stories & stories)
        split = Split(f"fold {fold + 1} of {n_folds}", _drop_stories(trainable, stories), measured, stories)
        if not split.training:
            raise ConfigError(f"{n_folds} folds need more labelled stories: without {split.name}, none is left.")
        if measured:
            splits.append(split)
    return splits


def assign_fold(story: str, n_folds: int) -> int:
    """Return the fold of a story, from 0."""
    return int(text.compute_digest("fold", story), 16) % n_folds


def _drop_stories(sets: Sequence[LabelledSet], stories: frozenset[str]) -> tuple[LabelledSet, ...]:
    rest = (labelled.drop_stories(set(stories)) for labelled in sets)
    return tuple(labelled for labelled in rest if labelled.stories)
