from __future__ import annotations

from typing import Any

import pytest

from newsfold.settings import Gate
from newsfold_flows import quality_gate

USUAL: dict[str, Any] = {
    "articles": 4000,
    "new_articles": 600,
    "largest_story": 30,
    "churn": 0.005,
    "changed_articles": 20,
    "stories": 3000,
    "singletons": 2500,
    "mean_cohesion": 0.8,
}
SOURCES = [{"source": name, "status": "ok", "error": None} for name in ("bbc", "cnn", "dw")]
MISSING = [row | {"status": "empty", "error": "no file is there for this night"} for row in SOURCES]
EARLIER = {"quality": USUAL, "sources": SOURCES}
OFF = Gate(
    min_articles=None,
    max_size_ratio=None,
    max_story_share=None,
    max_churn=None,
    min_cohesion=None,
    max_failed_sources=None,
)


def find_problems(settings: Gate | None = None, failed: int = 0, earlier: int = 5, **odd: Any) -> list[str]:
    sources = [row | ({"status": "failed"} if i < failed else {}) for i, row in enumerate(SOURCES)]
    return quality_gate.find_problems(USUAL | odd, [EARLIER] * earlier, sources, settings or Gate())


def test_a_usual_edition_has_no_problems() -> None:
    assert find_problems() == []


@pytest.mark.parametrize(
    ("odd", "named"),
    [
        ({"articles": 0, "largest_story": 0}, "min_articles"),
        ({"new_articles": 40}, "max_size_ratio"),
        ({"new_articles": 9000}, "max_size_ratio"),
        ({"largest_story": 1500}, "max_story_share"),
        ({"churn": 0.3, "changed_articles": 1000}, "max_churn"),
        ({"mean_cohesion": 0.1}, "min_cohesion"),
        ({"failed": 2}, "max_failed_sources"),
    ],
)
def test_each_problem_names_its_figure_and_its_setting(odd: dict[str, Any], named: str) -> None:
    (problem,) = find_problems(**odd)
    assert f"`gate.{named}`" in problem
    assert any(figure in problem for figure in ("0 art", "40", "9,000", "1,500", "30.0%", "0.10", "2 of 3"))
    assert find_problems(OFF, **odd) == []


def test_the_first_editions_are_not_compared() -> None:
    assert find_problems(earlier=2, new_articles=9000) == []


def test_the_edition_of_a_missing_night_is_not_too_small() -> None:
    empty = USUAL | {"articles": 0, "new_articles": 0, "largest_story": 0}
    assert quality_gate.find_problems(empty, [EARLIER] * 5, MISSING, Gate()) == []
    assert len(quality_gate.find_problems(empty | {"changed_articles": 900, "churn": 0.3}, [], MISSING, Gate())) == 1


def test_missing_nights_do_not_say_how_many_articles_are_usual() -> None:
    quiet = {"quality": USUAL | {"new_articles": 0}, "sources": MISSING}
    (problem,) = quality_gate.find_problems(
        USUAL | {"new_articles": 9000}, [quiet] * 9 + [EARLIER] * 3, SOURCES, Gate()
    )
    assert "600 are usual" in problem


def test_shares_of_small_numbers_are_not_problems() -> None:
    small = {"articles": 12, "new_articles": 4, "largest_story": 9, "stories": 4, "singletons": 3}
    assert (
        quality_gate.find_problems(
            USUAL | small | {"churn": 0.5, "changed_articles": 4, "mean_cohesion": 0.1}, [], [], Gate()
        )
        == []
    )


def test_a_first_edition_has_no_churn_and_singletons_no_cohesion() -> None:
    assert find_problems(churn=None, changed_articles=0, mean_cohesion=None, singletons=3000) == []
