"""Large nights, in which a story is compared with those of the nearest lists only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from newsfold import schemas
from newsfold.blocking import inverted_lists
from newsfold.dataflow import Context, end_of_day
from newsfold.settings import Scale, Settings
from newsfold.threads.stage import LINK
from tests.chunks import run_in_chunks
from tests.pipeline.threads.invented_nights import FERRY, FIRST, build_night, link, near, story, thread_of

CONTEXT = Context(Settings(), FIRST, end_of_day(FIRST))


def compare(stories: Sequence[dict[str, Any]], **fields: Any) -> dict[tuple[int, int], float]:
    """Return the log-odds of compared pairs of a night's stories, by their numbers in it."""
    tables = {**build_night(stories, FIRST, {}), "edges": schemas.build_table("edges", fields.get("edges", []))}
    found = LINK.run(tables, CONTEXT, ("story_links",))["story_links"]
    return {(row["left"], row["right"]): row["log_odds"] for row in found.to_pylist()}


def large_night() -> list[dict[str, Any]]:
    """Forty matters of three stories each, in no order."""
    rng = np.random.default_rng(3)
    matters = rng.normal(size=(40, 8))
    vectors = (matters / np.linalg.norm(matters, axis=1, keepdims=True)).repeat(3, axis=0)
    vectors = vectors + rng.normal(scale=0.07, size=vectors.shape)
    return [story(f"s{number:03}", vectors[row]) for number, row in enumerate(rng.permutation(len(vectors)))]


def use_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare each story with those of the nearest lists of six, until these hold thirty."""
    monkeypatch.setattr(inverted_lists, "COMPARED", 30)
    monkeypatch.setattr(inverted_lists, "_LIST_SIZE", 6)


def test_in_a_large_night_what_makes_threads_is_found_among_a_part_of_the_stories(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stories = large_night()
    exact = compare(stories)
    use_lists(monkeypatch)
    found = compare(stories)
    probable = {pair for pair, log_odds in exact.items() if log_odds > 0}
    assert len(probable) > 100
    assert found.items() < exact.items(), "some are not compared"
    assert len(probable & found.keys()) >= 0.99 * len(probable)


def test_an_edge_links_stories_that_are_on_lists_far_from_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    use_lists(monkeypatch)
    stories = [*large_night(), story("x1", FERRY), story("x2", near(-FERRY, 0.8, 4))]
    edges = [{"left_id": "a-x1", "right_id": "a-x2", "probability": 0.9}]
    assert (120, 121) in compare(stories, edges=edges)
    assert (120, 121) not in compare(stories)


def test_chunks_change_no_thread_of_a_large_night(monkeypatch: pytest.MonkeyPatch) -> None:
    use_lists(monkeypatch)
    tables = build_night(large_night(), FIRST, {})
    whole = LINK.run(tables, CONTEXT)
    for size in (7, 50):
        parts = run_in_chunks(LINK, tables, CONTEXT, Scale(chunk_articles=size))
        assert all(parts[name].combine_chunks().equals(table.combine_chunks()) for name, table in whole.items())


def test_a_story_without_a_vector_is_a_thread_of_its_own() -> None:
    edge = {"left_id": "a-s1", "right_id": "a-s2", "probability": 0.97}
    threads = thread_of(link([story("s1", FERRY), story("s2", 0 * FERRY), story("s3", FERRY)], edges=[edge]))
    assert threads["s1"] == threads["s3"] != threads["s2"]
