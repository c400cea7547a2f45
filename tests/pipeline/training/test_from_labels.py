from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from newsfold import scoring, settings, store, training
from newsfold.errors import ConfigError

SHIPPED = scoring.load_scorer(settings.Scoring())


def settings_with_labels(folder: Path, *rows: tuple[str, str, str]) -> settings.Settings:
    """Return the sample's settings with these labels."""
    file = folder / "labels.csv"
    file.write_text("left,right,label\n" + "".join(f"{','.join(row)}\n" for row in rows), encoding="utf-8")
    return settings.load_settings().model_copy(update={"labels": [str(file)]})


@pytest.fixture(scope="module")
def uncertain_pairs(address: Path) -> list[tuple[str, str]]:
    """Pairs of the sample that the shipped scorer is least sure of."""
    edges = sorted(store.load(address, "edges").to_pylist(), key=lambda row: abs(row["probability"] - 0.5))
    return [(row["left_id"], row["right_id"]) for row in edges[:6]]


def probabilities(scorer: scoring.PairScorer, address: Path, custom_settings: settings.Settings) -> np.ndarray:
    return np.asarray(training.score_labelled_pairs(scorer, address, custom_settings).edges["probability"])


@pytest.mark.parametrize(("label", "sign"), [("must-link", 1), ("cannot-link", -1)])
def test_a_scorer_moves_towards_the_labels(
    address: Path, uncertain_pairs: list[tuple[str, str]], tmp_path: Path, label: str, sign: int
) -> None:
    custom_settings = settings_with_labels(tmp_path, *((*pair, label) for pair in uncertain_pairs[:1]))
    adapted = training.adapt_to_labels(SHIPPED, address, custom_settings)
    before, after = (probabilities(scorer, address, custom_settings) for scorer in (SHIPPED, adapted))
    assert (sign * (after - before) > 0.03).all()
    assert adapted.provenance["adapted_to"][0]["pairs"] == 1  # type: ignore[index]


def test_labelled_pairs_have_the_features_of_their_edition(
    address: Path, uncertain_pairs: list[tuple[str, str]], tmp_path: Path
) -> None:
    custom_settings = settings_with_labels(tmp_path, *((*pair, "must-link") for pair in uncertain_pairs[:1]))
    pairs = training.score_labelled_pairs(SHIPPED, address, custom_settings)
    assert pairs.is_same_story.tolist() == [True]
    published = {(row["left_id"], row["right_id"]): row for row in store.load(address, "edges").to_pylist()}
    assert pairs.edges.to_pylist() == [pytest.approx(published[uncertain_pairs[0]], nan_ok=True, abs=1e-5)]


def test_a_labelled_pair_need_not_be_a_candidate_pair(address: Path, tmp_path: Path) -> None:
    blocked = {frozenset((row["left_id"], row["right_id"])) for row in store.load(address, "edges").to_pylist()}
    rows = store.load(address, "story_articles").to_pylist()
    ids = sorted(row["article_id"] for row in rows if row["article_id"] == row["copy_group_id"])
    left, right = next((a, b) for a in ids for b in ids if a < b and frozenset((a, b)) not in blocked)
    pairs = training.score_labelled_pairs(
        SHIPPED, address, settings_with_labels(tmp_path, (right, left, "cannot-link"))
    )
    assert pairs.edges.select(["left_id", "right_id"]).to_pylist() == [{"left_id": left, "right_id": right}]
    assert not pairs.is_same_story.any()


def test_labels_of_another_store_are_refused_with_what_to_do(address: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing to learn from them.*--store"):
        training.adapt_to_labels(
            SHIPPED, address, settings_with_labels(tmp_path, ("nowhere", "elsewhere", "must-link"))
        )


def test_pairs_of_copies_are_refused(address: Path, tmp_path: Path) -> None:
    copied = next(row for row in store.load(address, "copies").to_pylist() if not row["is_original"])
    custom_settings = settings_with_labels(tmp_path, (copied["article_id"], copied["copy_group_id"], "must-link"))
    with pytest.raises(ConfigError, match="not copies"):
        training.score_labelled_pairs(SHIPPED, address, custom_settings)
