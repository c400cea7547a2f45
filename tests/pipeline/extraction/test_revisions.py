from __future__ import annotations

from datetime import timedelta

import pyarrow as pa

from newsfold import extraction
from tests.factories import NOON, articles_table

LATER = NOON + timedelta(days=2)


def revised(known: pa.Table, read: pa.Table) -> pa.Table:
    return extraction.laid_out(extraction.decided(read, known, known.select(["article_id"])), read, known)[1]


def test_only_articles_with_another_text_are_revised() -> None:
    known = articles_table([{"title": "Ferry sinks"}, {"title": "Budget"}])
    read = articles_table([{"title": "Ferry sinks, captain held"}, {"title": "Budget"}, {"title": "New"}])
    found = revised(known, read).to_pylist()
    assert [(row["article_id"], row["title"]) for row in found] == [("a000", "Ferry sinks, captain held")]


def test_a_revision_keeps_the_times_that_are_known_and_learns_those_that_are_not() -> None:
    known = articles_table([{"title": "Ferry"}, {"title": "Budget", "published_at": None}])
    read = articles_table(
        [{"title": title, "published_at": LATER, "first_seen_at": LATER} for title in ("Ferry held", "Budget passed")]
    )
    ferry, budget = revised(known, read).to_pylist()
    assert (ferry["published_at"], ferry["first_seen_at"]) == (NOON, NOON)
    assert (budget["published_at"], budget["first_seen_at"]) == (LATER, NOON)


def test_nothing_read_revises_nothing() -> None:
    assert revised(articles_table([{"title": "Ferry"}]), articles_table([])).num_rows == 0


def test_the_window_holds_what_is_known_and_new_and_nothing_that_has_left_it() -> None:
    known = articles_table([{"title": "Ferry"}, {"title": "Budget"}])
    read = articles_table([{"title": "Ferry held"}, {"title": "Budget"}, {"title": "Long gone"}, {"title": "Storm"}])
    seen = pa.table({"article_id": ["a000", "a001", "a002"]})
    fresh, again, window = extraction.laid_out(extraction.decided(read, known, seen), read, known)
    assert (fresh["title"].to_pylist(), again["title"].to_pylist()) == (["Storm"], ["Ferry held"])
    assert window["title"].to_pylist() == ["Ferry held", "Budget", "Storm"]
