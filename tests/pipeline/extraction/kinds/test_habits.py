"""What else an outlet prints in a section, under a label, in a series."""

from __future__ import annotations

from typing import Any

import numpy as np

from newsfold.extraction.kinds.habits import GROUPS, UNIT, count_kinds, list_groups, measure_habits
from newsfold.schemas.kinds import KINDS
from tests import factories

OPINION = list(KINDS).index("opinion")


def groups_of(title: str, url: str | None = None, **columns: Any) -> dict[str, str]:
    row = factories.article("a", title, "", **{"url": url, "outlet": "Post", **columns})
    return dict(zip(GROUPS, list_groups(row), strict=True))


def scores_of(kind: str, n: int = 1) -> np.ndarray:
    scores = np.zeros((n, len(KINDS)), np.int64)
    scores[:, list(KINDS).index(kind)] = UNIT
    return scores


def test_titles_that_differ_by_date_or_number_are_one_series() -> None:
    one, other = groups_of("Quiz, Monday, March 3"), groups_of("Quiz, Tuesday, April 14")
    assert one["series"] == other["series"]
    assert one["series"] != groups_of("Quiz master dies")["series"]


def test_an_article_without_folder_or_label_is_in_no_such_group() -> None:
    found = groups_of("Ferry sinks", "https://post.example/a")
    assert found["section"] == "" and found["beginning"] == found["ending"] == ""
    assert groups_of("UB: Ferry sinks | Late Show")["beginning"].endswith("ub")
    moved = [{"key": "title_ending", "value": " | Late Show"}]
    assert groups_of("Ferry sinks", extras=moved)["ending"] == groups_of("Ferry sinks | Late Show")["ending"]


def test_an_article_is_told_by_the_others_of_its_section_not_by_itself() -> None:
    groups = [list(groups_of(f"Title {name}", "https://post.example/thoughts/x").values()) for name in "abcd"]
    scores = np.vstack([scores_of("news"), scores_of("opinion", 3)])
    habits = measure_habits(groups, scores, count_kinds(groups, scores))
    section = habits[:, GROUPS.index("section") * (len(KINDS) + 1) + OPINION]
    assert section[0] > section[1]
    alone = measure_habits(groups[:1], scores[:1], count_kinds(groups[:1], scores[:1]))
    assert np.allclose(alone[0, : len(KINDS)], 0)


def test_the_order_of_articles_changes_no_count() -> None:
    groups = [list(groups_of(f"Title {n}", f"https://post.example/{n % 3}s/x").values()) for n in range(30)]
    scores = np.random.default_rng(0).integers(0, UNIT, (30, len(KINDS)))
    one = count_kinds(groups, scores)
    other = count_kinds(groups[::-1], scores[::-1])
    assert one.keys() == other.keys() and all((one[key] == other[key]).all() for key in one)
