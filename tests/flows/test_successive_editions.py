"""How later editions follow from earlier ones: story ids, late articles, revisions, retractions, and reruns."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

import newsfold
from newsfold import stages, store
from newsfold.dataflow import Stage
from newsfold.errors import StoreError
from newsfold.queries.explain import explain_pair
from newsfold.settings import load_settings
from newsfold_flows.nightly import backfill, nightly
from newsfold_flows.run import Run
from tests.flows.conftest import (
    FIRST,
    ON_PREFECT,
    SECOND,
    SINKS,
    THIRD,
    after_stage,
    deliver,
    extend_config,
    input_row,
    load_ferry_story,
    parquet_bytes,
)

pytestmark = ON_PREFECT

STAGES = [stage.name for stage in stages.STAGES]


def test_the_history_of_a_story_says_what_each_edition_added(three_nights: Path, tmp_path: Path) -> None:
    backfill(FIRST, THIRD, str(three_nights))
    story = load_ferry_story(tmp_path / "store")
    (new,) = story["what_is_new"]
    assert new["text"].startswith("Fishermen found Captain Arrieta")
    history = newsfold.story(tmp_path / "store", story["story_id"])
    assert history.timeline["event"].to_pylist() == ["born", "grew", "grew"]
    assert history.members["day"].to_pylist() == [FIRST, FIRST, SECOND, THIRD]


def test_single_runs_and_a_backfill_give_the_same_bytes(three_nights: Path, tmp_path: Path) -> None:
    for night in (FIRST, SECOND, THIRD):
        nightly(str(three_nights), night, str(tmp_path / "nightly"))
    backfill(FIRST, THIRD, str(three_nights), str(tmp_path / "filled"))
    assert parquet_bytes(tmp_path / "nightly") == parquet_bytes(tmp_path / "filled")


def test_the_pairs_of_a_small_first_night_are_compared_anew_in_a_window_three_times_as_large(
    three_nights: Path, tmp_path: Path
) -> None:
    town = ["council", "harbour", "school", "bridge", "museum", "theatre", "market", "library", "station", "hospital"]
    rows = [
        input_row(SECOND, "Herald", f"The {name} of Norrhavn reopens", f"Workers repaired the {name} in May.", number)
        for number, name in enumerate(town)
    ]
    deliver(tmp_path, SECOND, *rows)
    manifests = backfill(FIRST, THIRD, str(three_nights))
    sizes = [manifest["quality"]["articles"] for manifest in manifests]
    assert [manifest["compared_articles"] for manifest in manifests] == [sizes[0], sizes[0], sizes[2]]

    def read_edges(edition: date) -> dict[tuple[str, str], float]:
        edges = newsfold.load(tmp_path / "store", "edges", edition)
        pairs = zip(edges["left_id"].to_pylist(), edges["right_id"].to_pylist(), strict=True)
        return dict(zip(pairs, edges["probability"].to_pylist(), strict=True))

    first, second, third = map(read_edges, (FIRST, SECOND, THIRD))
    assert first and all(second[pair] == probability for pair, probability in first.items())
    assert all(third.get(pair) != probability for pair, probability in first.items())


def test_an_edition_published_from_the_same_inputs_is_left_as_it_is(
    three_nights: Path, tmp_path: Path, executed_stages: list[str]
) -> None:
    backfill(FIRST, THIRD, str(three_nights))
    assert executed_stages == 3 * STAGES
    executed_stages.clear()
    backfill(FIRST, THIRD, str(three_nights))
    assert executed_stages == []
    assert not list((tmp_path / "store" / ".staging").glob("*"))


def test_a_late_article_joins_its_story_and_moves_its_beginning(three_nights: Path, tmp_path: Path) -> None:
    early = f"{FIRST - timedelta(days=1)}T22:00:00Z"
    late = input_row(THIRD, "Herald", "Lomo ferry in distress, captain Arrieta calls for help", SINKS, 7)
    deliver(tmp_path, THIRD, late | {"published_at": early})
    manifest = backfill(FIRST, THIRD, str(three_nights))[-1]
    address = tmp_path / "store"
    assert manifest["quality"]["late_articles"] == 1
    before, after = load_ferry_story(address, SECOND), load_ferry_story(address, THIRD)
    assert before["story_id"] == after["story_id"]
    assert after["first_outlet"] == "Herald"
    assert after["first_published_at"] < before["first_published_at"]
    members = newsfold.story(address, after["story_id"]).members.to_pylist()
    assert (members[0]["day"], members[0]["joined"]) == (FIRST - timedelta(days=1), THIRD)


def test_a_revision_is_the_same_article_with_its_new_text(three_nights: Path, tmp_path: Path) -> None:
    revised = input_row(FIRST, "Gazette", "Ferry sinks off Lomo with 214 aboard, captain Arrieta arrested", SINKS, 0)
    deliver(tmp_path, SECOND, revised | {"published_at": f"{SECOND}T09:00:00Z"})
    second = backfill(FIRST, THIRD, str(three_nights))[1]
    address = tmp_path / "store"
    assert (second["quality"]["revised_articles"], second["quality"]["new_articles"]) == (1, 2)
    (revision,) = newsfold.load(address, "revisions", SECOND).to_pylist()
    assert revision["published_at"].date() == FIRST
    assert revision["first_seen_at"].date() == FIRST
    for night in (SECOND, THIRD):
        members = newsfold.load(address, "story_articles", night).to_pylist()
        assert [row["title"] for row in members if row["article_id"] == revision["article_id"]] == [revised["title"]]
    assert load_ferry_story(address, FIRST)["story_id"] == load_ferry_story(address, THIRD)["story_id"]
    other = next(row["article_id"] for row in members if "plum cake" in row["title"])
    explanation = explain_pair(address, revision["article_id"], other, load_settings(three_nights))
    assert "arrested" in {explanation[side]["title"].split()[-1] for side in ("left", "right")}
    assert explanation["verdict"].endswith("The previous edition, where they were in different stories, counts, too.")
    first = newsfold.load(address, "articles", FIRST)
    assert revised["title"] not in first["title"].to_pylist(), "what was published stays as it was"


def test_a_retracted_article_does_not_count_from_the_next_edition_on(three_nights: Path, tmp_path: Path) -> None:
    backfill(FIRST, SECOND, str(three_nights))
    cake = "https://courier.example/2013-06-06/1"
    (tmp_path / "retracted.csv").write_text(f"article,by,note\n{cake},Ida,it was salt\n")
    retracting = extend_config(three_nights, retractions=["retracted.csv"])
    manifest = nightly(str(retracting), THIRD)
    address = tmp_path / "store"
    assert manifest["quality"]["retracted_articles"] == 1
    assert cake in newsfold.load(address, "story_articles", SECOND)["url"].to_pylist()
    assert cake not in newsfold.load(address, "story_articles", THIRD)["url"].to_pylist()
    ended = [row for row in newsfold.load(address, "lineage", THIRD).to_pylist() if row["relation"] == "ended"]
    assert len(ended) == 1
    nightly(str(retracting), SECOND)
    rejected = newsfold.load(address, "sources", SECOND).to_pylist()[0]["rejections"]
    assert [(item["location"], "retracted.csv row 2 (Ida: it was salt)" in item["reason"]) for item in rejected] == [
        (cake, True)
    ]


def test_pairs_of_known_articles_keep_their_edges_and_are_not_scored_again(
    three_nights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    revised = input_row(
        FIRST, "Gazette", "Council of Pellara rejects the yearly budget", "The council voted it down.", 2
    )
    deliver(tmp_path, THIRD, revised)
    backfill(FIRST, SECOND, str(three_nights))
    scored: list[set[str]] = []

    def record_pairs(run: Run, stage: Stage) -> None:
        if stage.name == "score":
            ids = run.staging.read("time_index", ["row", "article_id"]).sort_by("row")["article_id"].to_pylist()
            pairs = run.staging.read("candidate_pairs", ["left", "right"]).to_pylist()
            scored.extend({ids[pair["left"]], ids[pair["right"]]} for pair in pairs)

    after_stage(monkeypatch, record_pairs)
    nightly(str(three_nights), THIRD)
    store = tmp_path / "store"
    changed = set(newsfold.load(store, "articles", THIRD)["article_id"].to_pylist())
    changed |= set(newsfold.load(store, "revisions", THIRD)["article_id"].to_pylist())
    assert len(changed) == 2
    assert scored
    assert all(pair & changed for pair in scored)
    assert set().union(*scored) > changed

    def edges_of_unchanged(edition: date) -> list[dict[str, Any]]:
        edges = newsfold.load(store, "edges", edition).to_pylist()
        return [edge for edge in edges if not {edge["left_id"], edge["right_id"]} & changed]

    assert edges_of_unchanged(THIRD) == edges_of_unchanged(SECOND) != []


def test_old_editions_are_removed_and_what_sources_keep_delivering_stays_known(
    three_nights: Path, tmp_path: Path
) -> None:
    fourth = THIRD + timedelta(days=1)
    evergreen = input_row(FIRST, "Herald", "How to reach our newsroom", "Write to us at any time of the day.")
    for night in (FIRST, SECOND, THIRD, fourth):
        deliver(tmp_path, night, evergreen)
    days = {"window_days": 1, "remember_days": 2, "gate": {"action": "warn"}}
    backfill(FIRST, fourth, str(extend_config(three_nights, **days)), str(tmp_path / "kept"))
    backfill(FIRST, fourth, str(extend_config(three_nights, **days, keep_days=2)))
    address = tmp_path / "store"
    assert store.list_editions(address) == [SECOND, THIRD, fourth]
    all_files = parquet_bytes(tmp_path / "kept")
    assert parquet_bytes(address) == {path: content for path, content in all_files.items() if str(FIRST) not in path}
    (sighted,) = newsfold.load(address, "sightings", "all").to_pylist()
    first_seen = newsfold.load(tmp_path / "kept", "articles", "all").filter(pc.field("url") == evergreen["url"])
    assert sighted == {"edition_date": THIRD, "article_id": first_seen["article_id"][0].as_py()}
    assert first_seen.num_rows == 1
    with pytest.raises(StoreError, match="were removed"):
        nightly(str(three_nights), FIRST)
