from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from newsfold import embedding, evaluation
from newsfold.evaluation.baselines import BERTOPIC, average_linkage

FERRY, COUNCIL = "ferry sinks off the island", "council approves the yearly budget"
HAS_BERTOPIC = BERTOPIC not in evaluation.unavailable_baselines(1000)


def two_stories(of_each: int) -> tuple[list[str], np.ndarray]:
    angles = [0.02 * i for i in range(of_each)]
    vectors = np.array([[1, angle] for angle in angles] + [[angle, 1] for angle in angles])
    return [FERRY] * of_each + [COUNCIL] * of_each, embedding.unit_rows(vectors)


def test_baselines_separate_two_clearly_different_stories() -> None:
    texts, vectors = two_stories(3)
    gold = [0, 0, 0, 1, 1, 1]
    clusterings = evaluation.run_baselines(texts, vectors, 2)
    assert len(clusterings) == 5
    for method, labels in clusterings.items():
        score = evaluation.clustering_metrics(gold, labels.tolist())["b3_f1"]
        assert score == (0.5 if method == "every article alone" else 1), method


def test_baselines_are_deterministic() -> None:
    texts, vectors = two_stories(12)
    first, second = evaluation.run_baselines(texts, vectors, 5), evaluation.run_baselines(texts, vectors, 5)
    assert list(first) == list(second)
    for method, labels in first.items():
        assert labels.tolist() == second[method].tolist(), method


def test_fewer_distinct_texts_than_stories_are_accepted() -> None:
    vectors = embedding.unit_rows(np.array([[1.0, 0], [1, 0], [1, 0]]))
    assert all(len(labels) == 3 for labels in evaluation.run_baselines([FERRY] * 3, vectors, 3).values())


def test_progress_counts_the_methods() -> None:
    texts, vectors = two_stories(3)
    seen: list[tuple[int, int]] = []
    clusterings = evaluation.run_baselines(texts, vectors, 2, lambda done, total: seen.append((done, total)))
    assert seen == [(i, len(clusterings)) for i in range(len(clusterings))]


@pytest.mark.parametrize("seed", range(24))
def test_linkage_by_components_equals_linkage_of_the_whole(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = embedding.unit_rows(random.normal(size=(random.integers(2, 60), 3)))
    distance = float(random.choice([0.1, 0.3, 0.6, 0.75]))
    whole = AgglomerativeClustering(n_clusters=None, metric="cosine", linkage="average", distance_threshold=distance)
    expected = whole.fit_predict(rows)
    for labels in (average_linkage(rows, distance), average_linkage(sparse.csr_matrix(rows), distance)):
        assert adjusted_rand_score(labels, expected) == 1


def test_texts_without_words_are_singletons() -> None:
    _, vectors = two_stories(2)
    labels = evaluation.run_baselines(["…", "!", FERRY, FERRY], vectors, 2)["TF-IDF, average linkage"]
    assert len(set(labels.tolist())) == 3
    assert labels[2] == labels[3]


@pytest.mark.skipif(HAS_BERTOPIC, reason="the extra `bench` is installed")
def test_without_the_extra_bertopic_is_skipped_with_the_install_command() -> None:
    texts, vectors = two_stories(12)
    assert BERTOPIC not in evaluation.run_baselines(texts, vectors, 2)
    assert "newsfold[bench]" in evaluation.unavailable_baselines(24)[BERTOPIC]


@pytest.mark.skipif(not HAS_BERTOPIC, reason="the extra `bench` is not installed")
def test_bertopic_runs_if_installed_and_the_set_is_large_enough() -> None:
    texts, vectors = two_stories(20)
    labels = evaluation.run_baselines(texts, vectors, 2)[BERTOPIC]
    assert labels.min() >= 0
    assert BERTOPIC in evaluation.unavailable_baselines(5)
