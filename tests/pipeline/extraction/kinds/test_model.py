"""The model of kinds as a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from newsfold.errors import ModelError
from newsfold.extraction import kinds
from newsfold.extraction.kinds.habits import N_FEATURES
from newsfold.schemas.kinds import KINDS
from newsfold.settings import Kinds


def test_a_saved_model_is_the_same_model(tmp_path: Path) -> None:
    model = kinds.load_kind_model(Kinds())
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    model.save(one)
    kinds.load_kind_model(Kinds(model=str(one))).save(two)
    assert one.read_bytes() == two.read_bytes()


def test_probabilities_sum_to_one_whatever_the_judgement() -> None:
    model = kinds.load_kind_model(Kinds())
    judgements = np.full((2, len(KINDS)), -50.0)
    judgements[:, 0] = 0
    assert np.allclose(model.predict(judgements, np.zeros((2, N_FEATURES))).sum(axis=1), 1)


@pytest.mark.parametrize("content", ["", "{}", '{"format": "newsfold scorer 1"}', "[]"])
def test_another_file_is_no_model(tmp_path: Path, content: str) -> None:
    path = tmp_path / "kinds.json"
    path.write_text(content)
    with pytest.raises(ModelError, match=r"kinds\.json"):
        kinds.load_kind_model(Kinds(model=str(path)))


def test_a_missing_model_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"kinds\.model"):
        kinds.load_kind_model(Kinds(model=str(tmp_path / "none.json")))
