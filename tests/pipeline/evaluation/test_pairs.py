from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import evaluation
from newsfold.evaluation.pairs import ACROSS, DAY_BANDS, UNKNOWN, WITHIN, agreement_by_days, agreement_by_languages

START = datetime(2020, 4, 23, tzinfo=UTC)
articles = st.lists(
    st.tuples(
        st.sampled_from(["ferry", "budget", "cake", None]),
        st.integers(0, 3),
        st.sampled_from(["de", "en", "es"]),
        st.one_of(st.none(), st.integers(0, 20 * 24)),
    ),
    min_size=1,
    max_size=30,
)


def everything(n: int) -> np.ndarray:
    return np.ones(n, dtype=bool)


@given(articles)
def test_cells_count_the_pairs_that_a_loop_over_all_pairs_finds(
    drawn: list[tuple[str | None, int, str, int | None]],
) -> None:
    gold, clusters, languages, hours = (list(column) for column in zip(*drawn, strict=True))
    times = [None if hour is None else START + timedelta(hours=hour) for hour in hours]
    expected: dict[str, list[int]] = {}
    for i, j in combinations([row for row, story in enumerate(gold) if story is not None], 2):
        true, joined = gold[i] == gold[j], clusters[i] == clusters[j]
        days = None if hours[i] is None or hours[j] is None else abs(hours[i] - hours[j]) / 24
        band = UNKNOWN if days is None else next(name for name, limit in DAY_BANDS.items() if days < limit)
        code = "-".join(sorted({languages[i], languages[j]}))
        for cell in (band, code, ACROSS if "-" in code else WITHIN):
            counts = expected.setdefault(cell, [0, 0, 0])
            counts[0] += true
            counts[1] += joined
            counts[2] += true and joined
    whole = [(clusters, everything(len(gold)))]
    found = agreement_by_days(gold, whole, times) | agreement_by_languages(gold, whole, languages)
    counted = {cell: [a.true_pairs, a.joined_pairs, a.correct_pairs] for cell, a in found.items()}
    if len(set(languages)) < 2:
        expected = {cell: counts for cell, counts in expected.items() if cell in DAY_BANDS or cell == UNKNOWN}
    assert {c: n for c, n in counted.items() if n[:2] != [0, 0]} == {
        c: n for c, n in expected.items() if n[:2] != [0, 0]
    }


@given(articles)
def test_the_cells_of_a_table_add_up_to_pairwise_precision_and_recall(
    drawn: list[tuple[str | None, int, str, int | None]],
) -> None:
    gold, clusters, languages, _ = (list(column) for column in zip(*drawn, strict=True))
    metrics = evaluation.clustering_metrics(gold, clusters)
    cells = agreement_by_days(gold, [(clusters, everything(len(gold)))], [None] * len(gold))
    if cells:
        assert list(cells) == [UNKNOWN]
        assert cells[UNKNOWN].recall in (None, pytest.approx(metrics["pairwise_recall"], abs=1e-4))
        assert cells[UNKNOWN].precision in (None, pytest.approx(metrics["pairwise_precision"], abs=1e-4))
    by_language = agreement_by_languages(gold, [(clusters, everything(len(gold)))], languages)
    for name, cell in by_language.items():
        if name in (WITHIN, ACROSS):
            parts = [
                c for key, c in by_language.items() if key not in (WITHIN, ACROSS) and ("-" in key) == (name == ACROSS)
            ]
            assert cell.true_pairs == sum(part.true_pairs for part in parts)
            assert cell.joined_pairs == sum(part.joined_pairs for part in parts)


@given(articles, st.data())
def test_folds_of_one_clustering_add_up_to_the_whole(
    drawn: list[tuple[str | None, int, str, int | None]], data: st.DataObject
) -> None:
    gold, clusters, languages, _ = (list(column) for column in zip(*drawn, strict=True))
    fold_of = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(gold), max_size=len(gold))))
    folds = [(clusters, fold_of == fold) for fold in range(3)]
    whole = [(clusters, everything(len(gold)))]
    assert agreement_by_languages(gold, folds, languages) == agreement_by_languages(gold, whole, languages)
    times = [START + timedelta(days=row) for row in range(len(gold))]
    assert agreement_by_days(gold, folds, times) == agreement_by_days(gold, whole, times)


def test_the_most_frequent_pair_of_languages_comes_first() -> None:
    gold = ["ferry"] * 5
    table = agreement_by_languages(gold, [([0, 0, 0, 1, 1], everything(5))], ["de", "en", "en", "en", "en"])
    assert list(table) == [WITHIN, ACROSS, "en", "de-en"]
    assert (table["de-en"].true_pairs, table["de-en"].recall, table["de-en"].precision) == (4, 0.5, 1)
    assert table[WITHIN] == table["en"]


def test_sets_in_one_language_have_no_table_of_languages() -> None:
    assert agreement_by_languages(["ferry", "ferry"], [([0, 0], everything(2))], ["en", "en"]) == {}


def test_a_band_ends_below_its_number_of_days() -> None:
    times = [START, START + timedelta(days=1)]
    assert list(agreement_by_days(["ferry", "ferry"], [([0, 0], everything(2))], times)) == ["1-2"]
    times[1] -= timedelta(seconds=1)
    assert list(agreement_by_days(["ferry", "ferry"], [([0, 0], everything(2))], times)) == ["0-1"]
