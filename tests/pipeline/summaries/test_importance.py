"""The importance of stories and its parts."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.schemas.importance import IMPORTANCE_PARTS
from newsfold.settings import Importance
from tests.pipeline.summaries.invented_stories import SEEN_AT, describe, member

BEFORE: dict[str, Any] = {"first_seen_at": SEEN_AT - timedelta(days=1)}


def rank(*rows: dict[str, Any], weights: Importance | None = None) -> list[str]:
    stories = describe(*rows, importance=weights).stories
    return sorted(stories, key=lambda id_: -stories[id_]["importance"])


def test_a_reader_can_redo_the_sum_from_the_columns() -> None:
    weights = Importance(independent=1.5, families=0.75, volume=0.5, growth=0.25, recency=2.0, recency_hours=12)
    rows = [
        member("a", "Ferry sinks", publisher_family="Tidewater", **BEFORE),
        member("b", "Ferry sinks", copy_of="a", publisher_family="Tidewater"),
        member("c", "Ferry lost off Lomo", published_at=SEEN_AT - timedelta(hours=3)),
    ]
    row = describe(*rows, importance=weights).story
    assert (row["n_independent"], row["n_families"], row["n_articles"], row["n_new_independent"]) == (2, 2, 3, 1)
    faded = math.exp(-1 / 1.5)
    assert row["importance_independent"] == pytest.approx(1.5 * math.log1p(faded + 1))
    assert row["importance_families"] == pytest.approx(0.75 * math.log1p(2))
    assert row["importance_volume"] == pytest.approx(0.5 * math.log1p(faded + 2))
    assert row["importance_growth"] == pytest.approx(0.25 * math.log(2))
    assert row["importance_recency"] == pytest.approx(2 * math.exp(-3 / 12))
    assert row["importance"] == pytest.approx(sum(row[f"importance_{part}"] for part in IMPORTANCE_PARTS))


def test_origins_outrank_copies_of_one_text() -> None:
    independent = [member(f"i{n}", "Ferry sinks", story="reported") for n in range(3)]
    copied = [member("c0", "Dam breaks", story="copied")]
    copied += [member(f"c{n}", "Dam breaks", story="copied", copy_of="c0") for n in range(1, 9)]
    assert rank(*independent, *copied) == ["reported", "copied"]


def test_of_two_equal_stories_the_one_that_grew_tonight_is_first() -> None:
    old = [member(f"o{n}", "Dam breaks", story="old", **BEFORE) for n in range(3)]
    grown = [member(f"g{n}", "Ferry sinks", story="grown", **(BEFORE if n < 2 else {})) for n in range(3)]
    assert rank(*old, *grown) == ["grown", "old"]


def test_what_is_new_tonight_outranks_a_larger_story_that_lay_still() -> None:
    old = [member(f"o{n}", "Dam breaks", story="old", **BEFORE) for n in range(6)]
    new = [member(f"n{n}", "Ferry sinks", story="new") for n in range(3)]
    assert rank(*old, *new) == ["new", "old"]
    assert rank(*old, *new, weights=Importance(reach_days=100, growth=0)) == ["old", "new"]


def test_the_reach_of_a_story_fades_by_the_days_since_each_report() -> None:
    def reach(days: int) -> float:
        known: dict[str, Any] = {"first_seen_at": SEEN_AT - timedelta(days=days)}
        row = describe(member("a", "Ferry sinks", **known), member("b", "Ferry lost", **known)).story
        return float(sum(row[f"importance_{part}"] for part in ("independent", "families", "volume")))

    assert reach(0) == pytest.approx(1.75 * math.log1p(2))
    assert reach(3) == pytest.approx(1.75 * math.log1p(2 * math.exp(-2)))
    grown = describe(member("a", "Ferry sinks", first_seen_at=SEEN_AT - timedelta(days=3)), member("b", "Ferry lost"))
    assert grown.story["importance_independent"] == pytest.approx(math.log1p(1 + math.exp(-2)))


def test_one_report_does_not_bring_back_all_that_a_story_reached() -> None:
    old = [member(f"o{n}", "Dam breaks", story="old", first_seen_at=SEEN_AT - timedelta(days=4)) for n in range(12)]
    old.append(member("last", "Dam mended", story="old"))
    new = [member(f"n{n}", "Ferry sinks", story="new") for n in range(4)]
    assert rank(*old, *new) == ["new", "old"]


def test_an_undated_article_does_not_make_a_story_recent() -> None:
    undated, dated = (member(name, "Ferry sinks", story=name, published_at=time)
                      for name, time in (("undated", None), ("dated", SEEN_AT - timedelta(days=6))))  # fmt: skip
    assert describe(undated, dated).stories["undated"]["importance_recency"] == 0.0
    assert rank(undated, dated) == ["dated", "undated"]


def test_a_new_copy_of_a_known_text_is_not_growth() -> None:
    row = describe(member("a", "Ferry sinks", **BEFORE), member("b", "Ferry sinks", copy_of="a")).story
    assert (row["n_new_articles"], row["n_new_independent"]) == (1, 0)


def test_a_channel_of_an_outlet_is_no_second_family() -> None:
    rows = [member("a", "Ferry sinks", outlet="Norrhavn"), member("b", "Ferry lost off Lomo", outlet="norrhavntv")]
    families = {"outlet": ["Norrhavn", "norrhavntv"], "publisher_family": ["Norrhavn", "Norrhavn"]}
    assert describe(*rows, families=pa.table(families)).story["n_families"] == 1
    assert describe(*rows).story["n_families"] == 2


def test_the_configuration_decides_what_counts() -> None:
    rows = [member(f"w{n}", "Ferry sinks", story="wide", published_at=SEEN_AT - timedelta(hours=60)) for n in range(4)]
    rows.append(member("f", "Dam breaks", story="fresh", published_at=SEEN_AT))
    assert rank(*rows) == ["wide", "fresh"]
    only_recency = Importance(independent=0, families=0, volume=0, growth=0, recency=1)
    assert rank(*rows, weights=only_recency) == ["fresh", "wide"]


@given(st.integers(1, 6), st.integers(0, 200))
def test_another_origin_never_lowers_a_story(outlets: int, hours: int) -> None:
    rows = [member(f"a{n}", "Ferry", published_at=SEEN_AT - timedelta(hours=hours)) for n in range(outlets + 1)]
    fewer, more = (describe(*rows[:n]).story["importance"] for n in (outlets, outlets + 1))
    assert more > fewer
