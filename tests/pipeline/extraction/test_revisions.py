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
from newsfold.settings import Settings
from tests.factories import EDITION, NOON, articles_table

LATER = NOON + timedelta(days=2)


def split(
    known: pa.Table,
    read: pa.Table,
    known_ids: pa.Table | None = None,
    recognisable: Sequence[str] = (),
    learned: Sequence[dict[str, Any]] = (),
) -> dict[str, pa.Table]:
    """Return `articles`, `revisions`, `window_articles` and `sightings`, of articles that were read and those known."""
    empty = {name: MemoryView(schemas.empty_table(name)) for name in ("rejects", "source_outcomes", "retractions")}
    outlet_boilerplate = MemoryView(pa.Table.from_pylist(list(learned), schema=OUTLET_BOILERPLATE))
    changes, sightings, _ = classify_articles(
        MemoryView(read),
        empty["rejects"],
        MemoryView(REPEATS.empty_table()),
        MemoryView(pa.table({"article_id": list(recognisable)}, schema=RECOGNISABLE_IDS)),
        empty["source_outcomes"],
        empty["retractions"],
        MemoryView(recorded(known["article_id"].to_pylist()) if known_ids is None else known_ids),
        MemoryView(known),
        outlet_boilerplate,
        Context(Settings(remember_days=20), EDITION, end_of_day(EDITION)),
    )
    tables = split_window(MemoryView(changes), MemoryView(read), MemoryView(known), outlet_boilerplate)
    return dict(zip(("articles", "revisions", "window_articles", "sightings"), [*tables, sightings], strict=True))


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
        rows = [{"title": title, "outlet": "Harbour TV", "content_hash": hash_content(title, "")} for title in titles]
        return articles_table(rows)

    learned = [{"outlet": "Harbour TV", "sentences": [], "title_labels": ["harbour tonight"]}]
    learned = [row | {"title_endings": [], "house_endings": []} for row in learned]
    tables = split(table(printed), table(bare), learned=learned)
    assert tables["revisions"]["title"].to_pylist() == bare[:1]
    budget = tables["window_articles"].to_pylist()[1]
    assert budget["title"] == bare[1]
    assert budget["extras"] == [{"key": "title_label", "value": "Harbour Tonight:"}]
    assert budget["content_hash"] == hash_content(printed[1], "")
    assert len(split(table(printed), table(bare))["revisions"]) == 2
