"""Threads over several nights: what links, what is remembered, and which id goes on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfold import schemas
from newsfold.dataflow import Context, end_of_day
from newsfold.settings import Scale, Settings
from newsfold.threads.stage import LINK
from tests.chunks import run_in_chunks
from tests.pipeline.threads.invented_nights import (
    BUDGET,
    ELECTION,
    FERRY,
    FIRST,
    build_night,
    link,
    near,
    only_thread,
    story,
    thread_of,
)


def test_stories_of_one_matter_are_a_thread_and_others_are_alone() -> None:
    tables = link([story("s1", FERRY), story("s2", near(FERRY, 0.9, 4)), story("s3", BUDGET)])
    threads = thread_of(tables)
    assert threads["s1"] == threads["s2"] != threads["s3"]
    assert tables["stories"]["thread_id"].to_pylist() == [threads[id_] for id_ in ("s1", "s2", "s3")]
    thread = only_thread(tables, "s1")
    assert (thread["n_stories"], thread["n_articles"], thread["n_outlets"], thread["status"]) == (2, 2, 1, "running")


def test_a_night_without_stories_has_no_threads_but_those_it_remembers() -> None:
    assert [table.num_rows for table in link([]).values()] == [0, 0, 0, 0]
    night = link([story("s1", FERRY, origins=["outlet A", "outlet B"])])
    later = link([], FIRST + timedelta(days=10), night, ended=["s1"])
    assert thread_of(later) == thread_of(night) and later["stories"].num_rows == 0


def test_two_stories_alone_need_more_evidence_than_three() -> None:
    stories = [story("s1", FERRY), story("s2", near(FERRY, 0.76, 4))]
    assert len(set(thread_of(link(stories)).values())) == 2
    assert len(set(thread_of(link([*stories, story("s3", near(FERRY, 0.92, 4))])).values())) == 1


def test_a_probable_pair_of_articles_links_stories_that_are_only_somewhat_alike() -> None:
    stories = [story("s1", FERRY), story("s2", near(FERRY, 0.55, 4))]
    edge = {"left_id": "a-s1", "right_id": "a-s2", "probability": 0.9}
    assert len(set(thread_of(link(stories)).values())) == 2
    assert len(set(thread_of(link(stories, edges=[edge])).values())) == 1


def test_a_link_by_an_edge_outlasts_the_articles_of_the_edge() -> None:
    stories = [story("s1", FERRY), story("s2", near(FERRY, 0.45, 4))]
    edge = {"left_id": "a-s1", "right_id": "a-s2", "probability": 0.97}
    night = link(stories, edges=[edge])
    second = FIRST + timedelta(days=1)
    later = link(stories[1:], second, night, ended=["s1"])
    assert thread_of(later) == thread_of(night)


def test_a_story_that_became_part_of_another_is_in_its_thread_no_longer_but_one_that_left_a_remnant_is() -> None:
    night = link([story("s1", FERRY, origins=["outlet A", "outlet B"])])
    stories, second = [story("s2", near(FERRY, 0.9, 4))], FIRST + timedelta(days=1)
    assert thread_of(link(stories, second, night, relations=[("s1", "merged")])).keys() == {"s2"}
    left = link(stories, second, night, relations=[("s1", "split"), ("s1", "ended")])
    assert thread_of(left) == dict.fromkeys(["s1", "s2"], thread_of(night)["s1"])


@pytest.mark.parametrize("kind", ["roundup", "media", "service", "live", "promo"])
def test_what_is_about_many_matters_is_in_no_thread(kind: str) -> None:
    threads = thread_of(link([story("s1", FERRY), story("s2", FERRY, kind=kind), story("s3", FERRY)]))
    assert threads["s1"] == threads["s3"] != threads["s2"]


def test_a_thread_goes_on_when_all_its_articles_have_left_the_window() -> None:
    night = link([story("s1", FERRY, origins=["outlet A", "outlet B"], entities=["Lomo"])])
    later = FIRST + timedelta(days=10)
    quiet = link([story("s9", BUDGET, later)], later, night, ended=["s1"])
    thread = only_thread(quiet, "s1")
    assert (thread["status"], thread["lead_story_id"], thread["importance"]) == ("quiet", None, 0)
    assert thread["title"] == "Headline of s1"
    back = later + timedelta(days=9)
    running = link([story("s2", near(FERRY, 0.85, 4), back)], back, quiet, ended=["s9"])
    assert thread_of(running)["s2"] == thread_of(night)["s1"]
    thread = only_thread(running, "s2")
    assert (thread["status"], thread["n_stories"], thread["n_articles"]) == ("running", 2, 2)
    assert (thread["first_day"], thread["last_day"], thread["title"]) == (FIRST, back, "Headline of s2")
    assert [(line["day"], line["text"]) for line in thread["timeline"]] == [
        (FIRST, "Headline of s1"),
        (back, "Headline of s2"),
    ]
    assert thread["entities"] == ["Lomo"] and thread["n_independent"] == 3


def test_a_lone_report_is_forgotten_with_its_articles_and_its_thread_is_closed_once() -> None:
    night = link([story("s1", FERRY)])
    second, third = FIRST + timedelta(days=10), FIRST + timedelta(days=11)
    closed = link([story("s9", BUDGET, second)], second, night, ended=["s1"])
    rows = {row["thread_id"]: row["status"] for row in closed["threads"].to_pylist()}
    assert rows[thread_of(night)["s1"]] == "closed" and "s1" not in thread_of(closed)
    after = link([story("s9", BUDGET, second)], third, closed)
    assert after["threads"]["thread_id"].to_pylist() == [thread_of(after)["s9"]]


def test_what_is_no_longer_remembered_still_counts() -> None:
    both = ["outlet A", "outlet B"]
    night = link([story("s1", FERRY, origins=both, outlet="Herald"), story("s2", FERRY, origins=both)])
    middle, late = FIRST + timedelta(days=20), FIRST + timedelta(days=40)
    grown = link([story("s3", FERRY, middle, outlet="Gazette")], middle, night, ended=["s1", "s2"])
    old = link([story("s4", FERRY, late)], late, grown, ended=["s3"])
    assert set(thread_of(old)) == {"s3", "s4"}
    thread = only_thread(old, "s4")
    assert thread["thread_id"] == thread_of(night)["s1"]
    assert (thread["n_stories"], thread["n_former_stories"], thread["n_articles"], thread["first_day"]) == (
        4,
        2,
        4,
        FIRST,
    )
    assert thread["outlets"] == ["Courier", "Gazette", "Herald"] and thread["n_independent"] == 4
    assert [line["day"] for line in thread["timeline"]] == [FIRST, middle, late]


def test_a_story_that_became_part_of_another_is_not_counted_twice() -> None:
    night = link([story("s1", FERRY), story("s2", FERRY)])
    second = FIRST + timedelta(days=1)
    tables = dict(build_night([story("s1", FERRY, FIRST)], second, night))
    row = {"edition_date": second, "story_id": "s1", "previous_story_id": "s2", "relation": "merged"}
    tables["lineage"] = schemas.build_table("lineage", [row | {"shared_articles": 1, "overlap": 0.5}])
    merged = LINK.run(tables, Context(Settings(), second, end_of_day(second)))
    assert only_thread(merged, "s1")["n_stories"] == 1 and set(thread_of(merged)) == {"s1"}


def test_if_a_thread_parts_the_id_goes_on_with_most_independent_origins() -> None:
    large = story("s2", FERRY, origins=["outlet A", "outlet B", "outlet C"])
    night = link([story("s1", FERRY), large])
    second = FIRST + timedelta(days=1)
    apart = link([story("s1", ELECTION), large], second, night)
    assert thread_of(apart)["s2"] == thread_of(night)["s2"] != thread_of(apart)["s1"]


def test_importance_is_that_of_all_stories_together() -> None:
    parts = [story(f"s{n}", FERRY, outlet=f"Outlet {n}", importance=1.0 + n / 10) for n in range(4)]
    tables = link([*parts, story("lone", BUDGET)])
    together, lone = only_thread(tables, "s0"), only_thread(tables, "lone")
    assert together["importance"] > lone["importance"] and together["lead_story_id"] == "s3"
    importance = dict(
        zip(*(tables["stories"][name].to_pylist() for name in ("story_id", "thread_importance")), strict=True)
    )
    assert importance["s0"] == importance["s3"] == together["importance"]


def test_centroids_of_another_model_are_not_compared() -> None:
    night = link([story("s1", FERRY, origins=["outlet A", "outlet B"])])
    column = pa.array(["another"] * night["thread_stories"].num_rows)
    stories = night["thread_stories"]
    past = {**night, "thread_stories": stories.set_column(stories.schema.get_field_index("model"), "model", column)}
    later = FIRST + timedelta(days=10)
    threads = thread_of(link([story("s2", FERRY, later)], later, past, ended=["s1"]))
    assert threads["s1"] != threads["s2"]


def test_a_day_says_what_its_largest_story_said_and_nothing_twice() -> None:
    second = FIRST + timedelta(days=1)
    stories = [
        story("s1", FERRY, FIRST, headline="Ferry sinks off Lomo with forty aboard"),
        story("s2", FERRY, second, headline="Ferry sinks off Lomo, forty aboard", origins=["outlet A", "outlet B"]),
        story("s3", FERRY, second, headline="Captain of the ferry held", outlet="Gazette"),
        story("s4", FERRY, second, headline="An end to ferries", kind="opinion", outlet="Gazette"),
    ]
    lines = only_thread(link(stories, second), "s1")["timeline"]
    assert [line["text"] for line in lines] == [stories[0]["headline"], stories[2]["headline"]]


nights = st.lists(
    st.tuples(st.integers(0, 3), st.floats(0.3, 0.99), st.integers(4, 7), st.sampled_from(["news", "opinion", "live"])),
    min_size=1,
    max_size=12,
)


@given(nights, nights, st.randoms(use_true_random=False), st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_neither_order_nor_chunks_change_a_thread(first: Any, second: Any, generator: Any, size: int) -> None:
    def make(rows: Any, night: str, day: date) -> list[dict[str, Any]]:
        return [
            story(f"{night}{n:02}", near(np.eye(8)[axis], cosine, own), day, kind=kind)
            for n, (axis, cosine, own, kind) in enumerate(rows)
        ]

    past = link(make(first, "s", FIRST))
    day = FIRST + timedelta(days=1)
    context = Context(Settings(), day, end_of_day(day))
    tables = build_night(
        make(second, "u", day), day, past, [(id_, "ended") for id_ in past["stories"]["story_id"].to_pylist()]
    )
    whole = LINK.run(tables, context)
    chunked = run_in_chunks(LINK, tables, context, Scale(chunk_articles=size))
    shuffled = dict(tables)
    for name in ("vectors", "story_articles", "memberships", "previous_thread_stories", "previous_threads"):
        order = list(range(tables[name].num_rows))
        generator.shuffle(order)
        shuffled[name] = tables[name].take(pa.array(order, pa.int64()))
    again = LINK.run(shuffled, context)
    for name, table in whole.items():
        assert chunked[name].combine_chunks().equals(table.combine_chunks()), name
        assert again[name].combine_chunks().equals(table.combine_chunks()), name
    ids = [row["story_id"] for row in whole["thread_stories"].to_pylist()]
    assert len(ids) == len(set(ids)), "a story belongs to one thread"
    counts = {row["thread_id"]: row["n_stories"] for row in whole["threads"].to_pylist() if row["status"] != "closed"}
    assert sum(counts.values()) == len(ids)
