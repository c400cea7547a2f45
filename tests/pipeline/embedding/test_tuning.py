from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from newsfold import embedding, settings
from newsfold.embedding import TuningSet, tuning
from newsfold.embedding.adapter import Adapter
from newsfold.errors import ModelError
from tests.events import Report, reports

SEEN, UNSEEN = reports(range(5)), reports(range(6, 10))
FEW, OTHERS = SEEN[:9], UNSEEN[:9]


def tuning_set(examples: Sequence[Report], weight: float = 1.0) -> TuningSet:
    texts = [f"{report.title}\n{report.body}" for report in examples]
    return TuningSet(texts, [report.event for report in examples], weight)


def tune_tiny(tiny: Path, *sets: TuningSet, seed: int = 0) -> Adapter:
    return embedding.tune_adapter(settings.Embedding(model=str(tiny), adapter="none"), sets, {}, seed=seed)


def separation(adapter: str, examples: Sequence[Report]) -> float:
    """Mean cosine within events less that between events."""
    model = embedding.load_embedder(settings.Embedding(adapter=adapter))
    vectors = model.encode([f"{report.title}\n{report.body}" for report in examples])
    events = np.array([report.event for report in examples])
    cosines, same = vectors @ vectors.T, events[:, None] == events[None]
    return float(cosines[same & ~np.eye(len(examples), dtype=bool)].mean() - cosines[~same].mean())


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tune in a few batches."""
    monkeypatch.setattr(tuning, "_MIN_BATCHES", 3)


@pytest.fixture(scope="module")
def fitted() -> Adapter:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tuning, "_MIN_BATCHES", 12)
        return embedding.tune_adapter(settings.Embedding(), [tuning_set(SEEN)], {"from": "invented"})


@pytest.fixture(scope="module")
def saved(fitted: Adapter, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("adapter") / "tuned.safetensors"
    fitted.save(file)
    return str(file)


def test_tuning_tells_the_events_it_saw_apart(saved: str) -> None:
    assert separation(saved, SEEN) > separation("none", SEEN) + 0.05


def test_tuning_tells_events_apart_that_it_never_saw(saved: str) -> None:
    assert separation(saved, UNSEEN) > separation("none", UNSEEN) + 0.02


def test_the_same_labels_and_seed_give_the_same_adapter(quick: None, tiny: Path) -> None:
    first = tune_tiny(tiny, tuning_set(FEW)).digest
    assert tune_tiny(tiny, tuning_set(FEW)).digest == first
    assert tune_tiny(tiny, tuning_set(FEW), seed=1).digest != first


def test_set_weights_change_the_adapter(quick: None, tiny: Path) -> None:
    digests = {tune_tiny(tiny, tuning_set(FEW), tuning_set(OTHERS, weight)).digest for weight in (0.2, 5)}
    assert len(digests) == 2


def test_an_adapter_knows_its_model_and_its_training_and_is_small(fitted: Adapter, saved: str) -> None:
    assert fitted.model == embedding.PACKAGED_MODEL
    assert fitted.provenance == {"from": "invented"}
    assert Path(saved).stat().st_size < 10_000_000


def test_progress_reaches_the_end(quick: None, tiny: Path) -> None:
    seen: list[tuple[int, int]] = []
    custom_settings = settings.Embedding(model=str(tiny), adapter="none")
    embedding.tune_adapter(custom_settings, [tuning_set(FEW)], {}, lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(1, seen[-1][1] + 1))


@pytest.mark.parametrize("stories", [["one"] * 3, ["one", "two", "three"], []])
def test_labels_that_tell_nothing_cannot_tune(stories: list[str]) -> None:
    useless = TuningSet([f"Text {number}" for number in range(len(stories))], stories)
    with pytest.raises(ModelError, match="at least two stories"):
        embedding.tune_adapter(settings.Embedding(), [useless], {})


def test_a_set_that_tells_nothing_is_left_out(quick: None, tiny: Path) -> None:
    useless = TuningSet(["One", "Two"], ["one", "two"], weight=100)
    assert tune_tiny(tiny, useless, tuning_set(FEW)).digest == tune_tiny(tiny, tuning_set(FEW)).digest


class Sampled:
    """Batches drawn from one set, with vectors in which story 0 is nearest to 1, 1 to 2, and so on."""

    def __init__(self, n_stories: int = 200, per_story: int = 5, batches: int = 300) -> None:
        stories = [f"{story:03d}" for story in range(n_stories) for _ in range(per_story)]
        texts = [f"Title {story} {number}\nBody" for number, story in enumerate(stories)]
        grouped = tuning._Stories(TuningSet(texts, stories))
        angles = np.linspace(0, np.pi, n_stories)
        vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
        rng = np.random.default_rng(0)
        self.batches = [tuning._draw_batch(grouped, vectors, rng) for _ in range(batches)]


@pytest.fixture(scope="module")
def sampled() -> Sampled:
    return Sampled()


def test_a_batch_holds_neighbouring_stories_with_two_articles_each(sampled: Sampled) -> None:
    for texts, codes in sampled.batches:
        assert len(set(texts)) == len(texts) == 48
        assert Counter(Counter(codes).values()) == {2: 24}
        assert max(abs(code - codes[0]) for code in codes) <= 72  # of 200: the nearest ones only
        assert all(f"Title {code:03d} " in text for text, code in zip(texts, codes, strict=True))


def test_every_story_begins_a_batch_sometimes(sampled: Sampled) -> None:
    assert len({codes[0] for _, codes in sampled.batches}) > 120  # of 200, in 300 batches


def test_in_some_batches_articles_are_titles(sampled: Sampled) -> None:
    are_titles = [{"\n" not in text for text in texts} for texts, _ in sampled.batches]
    assert all(len(kinds) == 1 for kinds in are_titles)
    assert 0.1 < sum(kinds == {True} for kinds in are_titles) / 300 < 0.3


def test_an_article_without_a_title_keeps_its_text() -> None:
    grouped = tuning._Stories(TuningSet(["\nOnly a body", "\nAnother body"] * 2, ["a", "a", "b", "b"]))
    rng = np.random.default_rng(0)
    batches = [tuning._draw_batch(grouped, np.eye(2, dtype=np.float32), rng) for _ in range(50)]
    assert {text for texts, _ in batches for text in texts} == {"\nOnly a body", "\nAnother body"}


def test_a_set_is_drawn_as_often_as_it_weighs(quick: None, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: Counter[str] = Counter()

    def count_batches(stories: tuning._Stories, vectors: np.ndarray, rng: np.random.Generator) -> object:
        drawn["few" if stories.texts == few.texts else "others"] += 1
        return ["Ferry sinks", "Ferry lost", "Plant shuts", "Plant closes"], [0, 0, 1, 1]

    monkeypatch.setattr(tuning, "_draw_batch", count_batches)
    monkeypatch.setattr(tuning, "_MIN_BATCHES", 60)
    few, others = tuning_set(FEW, 5), tuning_set(OTHERS, 1)
    tune_tiny(tiny, few, others)
    assert drawn.total() == 60
    assert 0.7 < drawn["few"] / 60 < 0.95
