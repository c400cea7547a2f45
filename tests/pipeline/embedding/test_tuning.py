from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from newsfold import embedding, settings
from newsfold.embedding.adapter import Adapter
from newsfold.embedding.models import SentenceTransformerEmbedder
from newsfold.errors import ModelError
from tests.events import Report, reports

PLAIN = settings.Embedding(adapter="none")
SEEN, UNSEEN = reports(range(5)), reports(range(6, 10))
FEW = SEEN[:18]


def tune(examples: Sequence[Report], seed: int = 0) -> Adapter:
    texts = [f"{report.title}\n{report.body}" for report in examples]
    return embedding.tune_adapter(PLAIN, texts, [report.event for report in examples], {"from": "invented"}, seed=seed)


def separation(adapter: str, examples: Sequence[Report]) -> float:
    """Mean cosine within events less that between events."""
    model = SentenceTransformerEmbedder(settings.Embedding(adapter=adapter))
    vectors = model.encode([f"{report.title}\n{report.body}" for report in examples])
    events = np.array([report.event for report in examples])
    cosines, same = vectors @ vectors.T, events[:, None] == events[None]
    return float(cosines[same & ~np.eye(len(examples), dtype=bool)].mean() - cosines[~same].mean())


@pytest.fixture(scope="module")
def fitted() -> Adapter:
    return tune(SEEN)


@pytest.fixture(scope="module")
def saved(fitted: Adapter, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("adapter") / "tuned.safetensors"
    fitted.save(file)
    return str(file)


def test_tuning_tells_the_events_it_saw_apart(saved: str) -> None:
    assert separation(saved, SEEN) > separation("none", SEEN) + 0.05


def test_tuning_tells_events_apart_that_it_never_saw(saved: str) -> None:
    assert separation(saved, UNSEEN) > separation("none", UNSEEN) + 0.02


def test_the_same_labels_and_seed_give_the_same_adapter() -> None:
    first = tune(FEW).digest
    assert tune(FEW).digest == first
    assert tune(FEW, seed=1).digest != first


def test_an_adapter_knows_its_model_and_its_training_and_is_small(fitted: Adapter, saved: str) -> None:
    assert fitted.model == embedding.PACKAGED_MODEL
    assert fitted.provenance == {"from": "invented"}
    assert Path(saved).stat().st_size < 10_000_000


def test_progress_reaches_the_end() -> None:
    seen: list[tuple[int, int]] = []
    texts, events = [report.title for report in FEW], [report.event for report in FEW]
    embedding.tune_adapter(PLAIN, texts, events, {}, lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(1, seen[-1][1] + 1))


@pytest.mark.parametrize("stories", [["one"] * 3, ["one", "two", "three"], []])
def test_labels_that_tell_nothing_cannot_tune(stories: list[str]) -> None:
    with pytest.raises(ModelError, match="at least two stories"):
        embedding.tune_adapter(PLAIN, [f"Text {number}" for number in range(len(stories))], stories, {})
