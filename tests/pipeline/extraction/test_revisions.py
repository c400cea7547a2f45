from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pyarrow as pa

from newsfold import schemas
from newsfold.dataflow import Context, MemoryView, end_of_day
from newsfold.extraction.lead import hash_content
from newsfold.extraction.revisions import classify_articles, split_window
from newsfold.extraction.tables import OUTLET_BOILERPLATE, RECOGNISABLE_IDS, REPEATS
from newsfold.settings import FilesSource, Settings, WebSource
from tests.factories import EDITION, NOON, articles_table

LATER = NOON + timedelta(days=2)


def split(
    known: pa.Table,
    read: pa.Table,
    known_ids: pa.Table | None = None,
    recognisable: Sequence[str] = (),
    learned: Sequence[dict[str, Any]] = (),
    settings: Settings | None = None,
    outcomes: pa.Table | None = None,
) -> dict[str, pa.Table]:
    """Return the tables that the two steps write, of articles that were read and those that are known."""
    empty = {name: MemoryView(schemas.empty_table(name)) for name in ("rejects", "source_outcomes", "retractions")}
    outlet_boilerplate = MemoryView(pa.Table.from_pylist(list(learned), schema=OUTLET_BOILERPLATE))
    changes, sightings, sources = classify_articles(
        MemoryView(read),
        empty["rejects"],
        MemoryView(REPEATS.empty_table()),
        MemoryView(pa.table({"article_id": list(recognisable)}, schema=RECOGNISABLE_IDS)),
        MemoryView(outcomes) if outcomes else empty["source_outcomes"],
        empty["retractions"],
        MemoryView(recorded(known["article_id"].to_pylist()) if known_ids is None else known_ids),
        MemoryView(known),
        outlet_boilerplate,
        Context(settings or Settings(remember_days=20), EDITION, end_of_day(EDITION)),
    )
    tables = split_window(MemoryView(changes), MemoryView(read), MemoryView(known), outlet_boilerplate)
    names = ("articles", "revisions", "window_articles", "sightings", "sources")
    return dict(zip(names, [*tables, sightings, sources], strict=True))


def outcome(n_read: int) -> pa.Table:
    """Return table `source_outcomes` of one source without failures."""
    row = {"source": "test", "n_read": n_read, "n_files": 1, "unchanged": False, "no_files": False, "failures": []}
    return schemas.build_table("source_outcomes", [row])


def recorded(ids: Sequence[str], days_ago: int = 1) -> pa.Table:
    """Return table `known_ids`."""
    rows = [{"article_id": article, "recorded_on": EDITION - timedelta(days=days_ago)} for article in ids]
    return schemas.build_table("known_ids", rows)


def revised(known: pa.Table, read: pa.Table) -> pa.Table:
    return split(known, read)["revisions"]


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
    seen = recorded(["a000", "a001", "a002"])
    tables = split(known, read, seen)
    titles = {name: tables[name]["title"].to_pylist() for name in ("articles", "revisions", "window_articles")}
    assert titles["articles"] == ["Storm"] and titles["revisions"] == ["Ferry held"]
    assert titles["window_articles"] == ["Ferry held", "Budget", "Storm"]


def test_an_article_that_is_still_delivered_is_recorded_again_when_half_of_the_days_are_over() -> None:
    read = articles_table([{"title": title} for title in ("Long known", "Known", "Evergreen", "Storm")])
    seen = pa.concat_tables([recorded(["a000", "a009"], 11), recorded(["a001"], 10), recorded(["a002"], 20)])
    tables = split(articles_table([]), read, seen)
    assert tables["articles"]["title"].to_pylist() == ["Storm"]
    assert tables["sightings"].to_pylist() == [
        {"edition_date": EDITION, "article_id": "a000"},
        {"edition_date": EDITION, "article_id": "a002"},
    ], "not a009, which nobody delivered"


def test_other_ids_of_articles_are_recorded_once_in_a_while() -> None:
    nobody = articles_table([]).slice(0, 0)
    tables = split(
        nobody,
        nobody,
        pa.concat_tables([recorded(["lately"], 3), recorded(["long-ago"], 15)]),
        ["lately", "long-ago", "never"],
    )
    assert tables["sightings"]["article_id"].to_pylist() == ["long-ago", "never"]
    assert tables["articles"].num_rows == 0


def test_a_label_that_was_learned_since_revises_nothing_and_leaves_the_window() -> None:
    printed = [
        f"Harbour Tonight: {title}" for title in ("Ferry runs aground off Lomo", "Budget passed after a long night")
    ]
    bare = ["Ferry runs aground off Lomo, captain held", "Budget passed after a long night"]

    def table(titles: Sequence[str]) -> pa.Table:
        rows = [{"title": title, "outlet": "Harbour TV", "content_hash": hash_content(title, b"")} for title in titles]
        return articles_table(rows)

    learned = [{"outlet": "Harbour TV", "sentences": [], "title_labels": ["harbour tonight"]}]
    learned = [row | {"title_endings": [], "house_endings": []} for row in learned]
    tables = split(table(printed), table(bare), learned=learned)
    assert tables["revisions"]["title"].to_pylist() == bare[:1]
    budget = tables["window_articles"].to_pylist()[1]
    assert budget["title"] == bare[1]
    assert budget["extras"] == [{"key": "title_label", "value": "Harbour Tonight:"}]
    assert budget["content_hash"] == hash_content(printed[1], b"")
    assert len(split(table(printed), table(bare))["revisions"]) == 2


def test_an_old_article_is_left_out_when_first_seen_and_an_undated_or_known_one_is_not() -> None:
    feed = WebSource(kind="feed", name="test", url="https://post.example/rss")
    times = {"Today": NOON, "Week": NOON - timedelta(days=6), "Old": NOON - timedelta(days=7), "Undated": None}
    read = articles_table([{"title": title, "published_at": time} for title, time in times.items()])
    old_and_known = articles_table([{"article_id": "a002", "title": "Old", "published_at": times["Old"]}])
    outcomes = outcome(n_read=4)
    for source, known, kept in (
        (feed, old_and_known.slice(0, 0), ["Today", "Week", "Undated"]),
        (feed, old_and_known, ["Today", "Week", "Old", "Undated"]),
        (feed.model_copy(update={"max_age_days": 8}), old_and_known.slice(0, 0), list(times)),
        (FilesSource(name="test", path="in"), old_and_known.slice(0, 0), list(times)),
    ):
        tables = split(known, read, settings=Settings(sources=[source]), outcomes=outcomes)
        assert tables["window_articles"]["title"].to_pylist() == kept
        (row,) = tables["sources"].to_pylist()
        assert (row["status"], row["n_kept"], row["n_too_old"]) == ("ok", len(kept), 4 - len(kept))


def test_a_source_with_old_articles_alone_has_not_failed() -> None:
    feed = WebSource(kind="feed", name="test", url="https://post.example/rss")
    read = articles_table([{"title": "Old", "published_at": NOON - timedelta(days=30)}])
    outcomes = outcome(n_read=1)
    tables = split(articles_table([]), read, settings=Settings(sources=[feed]), outcomes=outcomes)
    assert tables["sources"].select(["status", "n_too_old"]).to_pylist() == [{"status": "ok", "n_too_old": 1}]
