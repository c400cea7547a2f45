"""The model of kinds as a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from newsfold.errors import ModelError
from newsfold.extraction import kinds
from newsfold.extraction.kinds.habits import N_FEATURES, UNIT, count_kinds, measure_habits
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


def test_a_section_of_columns_makes_one_more_column_likelier() -> None:
    model, opinion, news = kinds.load_kind_model(Kinds()), list(KINDS).index("opinion"), list(KINDS).index("news")
    undecided = np.log(np.full((1, len(KINDS)), 1 / len(KINDS)))

    def probability(of_section: int) -> float:
        scores = np.zeros((12, len(KINDS)), np.int64)
        scores[:6, of_section] = scores[6:, news + opinion - of_section] = UNIT
        groups = [["post\t", f"post\t{'one' if n < 6 else 'other'}", "", "", ""] for n in range(12)]
        habits = measure_habits(groups[:1], scores[:1], count_kinds(groups, scores))
        return float(model.predict(undecided, habits)[0, opinion])

    assert probability(opinion) > probability(news)
