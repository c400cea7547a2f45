from __future__ import annotations

from datetime import timedelta

from pipeline import extraction
from tests.conftest import NOON, articles_of

LATER = NOON + timedelta(days=2)


def test_only_articles_with_another_text_are_revised() -> None:
    known = articles_of([{"title": "Ferry sinks"}, {"title": "Budget"}])
    read = articles_of([{"title": "Ferry sinks, captain held"}, {"title": "Budget"}, {"title": "New"}])
    found = extraction.revised(known, read).to_pylist()
    assert [(row["article_id"], row["title"]) for row in found] == [("a000", "Ferry sinks, captain held")]


def test_a_revision_keeps_the_times_that_are_known_and_learns_those_that_are_not() -> None:
    known = articles_of([{"title": "Ferry"}, {"title": "Budget", "published_at": None}])
    read = articles_of(
        [{"title": title, "published_at": LATER, "first_seen_at": LATER} for title in ("Ferry held", "Budget passed")]
    )
    ferry, budget = extraction.revised(known, read).to_pylist()
    assert (ferry["published_at"], ferry["first_seen_at"]) == (NOON, NOON)
    assert (budget["published_at"], budget["first_seen_at"]) == (LATER, NOON)


def test_nothing_read_revises_nothing() -> None:
    assert extraction.revised(articles_of([{"title": "Ferry"}]), articles_of([])).num_rows == 0
