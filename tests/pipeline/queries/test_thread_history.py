"""The history of a thread over published editions."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pytest

import newsfold
from newsfold.errors import EditionNotFound


def test_a_thread_is_followed_through_its_editions(sample_store: Path) -> None:
    threads = newsfold.load(sample_store, "threads")
    row = threads.filter(pc.greater(threads["n_stories"], 2)).to_pylist()[0]
    history = newsfold.thread(sample_store, row["thread_id"])
    editions = history.editions.to_pylist()
    assert [edition["n_stories"] for edition in editions] == sorted(edition["n_stories"] for edition in editions)
    assert editions[-1]["timeline"] == history.timeline.to_pylist() == row["timeline"]
    assert history.stories.num_rows == row["n_stories"]
    days = history.stories["first_day"].to_pylist()
    assert days == sorted(days) and days[0] == row["first_day"]
    stories = newsfold.load(sample_store, "stories")
    inside = stories.filter(pc.equal(stories["thread_id"], row["thread_id"]))["story_id"].to_pylist()
    assert set(inside) == set(history.stories["story_id"].to_pylist())


def test_the_error_on_an_unknown_thread_names_it(sample_store: Path) -> None:
    with pytest.raises(EditionNotFound, match="t20130605-nothing"):
        newsfold.thread(sample_store, "t20130605-nothing")
