"""What later nights do to earlier ones: ids, late articles, revisions, retractions, the gate, and making again."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
import yaml
from typer.testing import CliRunner, Result

import newsfold
from newsfold import settings, store
from newsfold.queries.explain import explain_pair
from newsfold_flows.cli.app import app
from newsfold_flows.nightly import backfill, nightly
from tests.flows.conftest import ON_PREFECT, parquet_bytes, written

pytestmark = ON_PREFECT

FIRST, SECOND, THIRD = (date(2013, 6, 5) + timedelta(days=day) for day in range(3))
SINKS = "A ferry sank off Lomo island before dawn. Captain Arrieta is missing."
FOUND = "Fishermen found Captain Arrieta, missing since the Lomo ferry sank, alive on a sandbank near the wreck."


@pytest.fixture
def third(config: Path, tmp_path: Path) -> Path:
    """The configuration with a third night, on which the story of the ferry goes on."""
    deliver(tmp_path, THIRD, article(THIRD, "Courier", "Captain Arrieta of the sunken Lomo ferry is found", FOUND))
    return config


def article(night: date, outlet: str, title: str, body: str, number: int = 0, **known: Any) -> dict[str, Any]:
    url = f"https://{outlet.lower()}.example/{night}/{number}"
    return {"outlet": outlet, "title": title, "text": body, "published_at": f"{night}T06:00:00Z", "url": url} | known


def deliver(folder: Path, night: date, *articles: dict[str, Any]) -> None:
    """Put articles beside those that are in the folder of a night."""
    file = folder / "in" / str(night) / "articles.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    there = file.read_text().splitlines() if file.exists() else []
    file.write_text("\n".join([*there, *map(json.dumps, articles)]))


def configured(config: Path, **more: Any) -> Path:
    return written(config.parent, yaml.safe_load(config.read_text()) | more)


def command(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def ferry(address: Path, night: date | str = "latest") -> dict[str, Any]:
    stories = newsfold.load(address, "stories", night)
    rows = stories.filter(pc.match_substring(stories["headline"], "ferry", ignore_case=True)).to_pylist()
    return dict(max(rows, key=lambda row: int(row["n_articles"])))


def test_a_story_is_followed_through_its_nights_with_what_each_added(third: Path, tmp_path: Path) -> None:
    backfill(FIRST, THIRD, str(third))
    story = ferry(tmp_path / "store")
    assert [said["text"] for said in story["what_is_new"]] == [FOUND]
    life = newsfold.story(tmp_path / "store", story["story_id"])
    assert life.timeline["event"].to_pylist() == ["born", "grew", "grew"]
    assert life.members["day"].to_pylist() == [FIRST, FIRST, SECOND, THIRD]
    shown = command("show", story["story_id"][:14], "--config", third)
    assert shown.exit_code == 0, shown.output
    assert "2013-06-05 to 2013-06-07, 3 editions" in shown.output
    assert "+ Fishermen found Captain Arrieta" in shown.output
    assert command("show", "2013060", "--config", third).exit_code == 2


def test_nights_one_by_one_and_a_backfill_give_the_same_bytes(third: Path, tmp_path: Path) -> None:
    for night in (FIRST, SECOND, THIRD):
        nightly(str(third), night, str(tmp_path / "nightly"))
    backfill(FIRST, THIRD, str(third), str(tmp_path / "filled"))
    assert parquet_bytes(tmp_path / "nightly") == parquet_bytes(tmp_path / "filled")


def test_an_edition_that_is_there_from_the_same_inputs_is_not_made_again(
    third: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backfill(FIRST, THIRD, str(third))
    before = parquet_bytes(tmp_path / "store")
    with monkeypatch.context() as patched:
        patched.setattr("newsfold.extraction.articles.build_article", lambda *_: pytest.fail("it was made again"))
        backfill(FIRST, THIRD, str(third))
    assert not list((tmp_path / "store" / ".staging").glob("*"))
    damaged = tmp_path / "store" / "stories" / f"edition={SECOND}" / "part-0.parquet"
    damaged.write_bytes(b"not Parquet")
    backfill(FIRST, THIRD, str(third))
    assert parquet_bytes(tmp_path / "store") == before


def test_an_article_that_arrives_late_joins_its_story_and_moves_its_beginning(third: Path, tmp_path: Path) -> None:
    early = f"{FIRST - timedelta(days=1)}T22:00:00Z"
    late = article(THIRD, "Herald", "Lomo ferry in distress, captain Arrieta calls for help", SINKS, 7)
    deliver(tmp_path, THIRD, late | {"published_at": early})
    manifest = backfill(FIRST, THIRD, str(third))[-1]
    address = tmp_path / "store"
    assert manifest["quality"]["late_articles"] == 1
    then, now = ferry(address, SECOND), ferry(address, THIRD)
    assert then["story_id"] == now["story_id"]
    assert now["first_outlet"] == "Herald"
    assert now["first_published_at"] < then["first_published_at"]
    members = newsfold.story(address, now["story_id"]).members.to_pylist()
    assert (members[0]["day"], members[0]["joined"]) == (FIRST - timedelta(days=1), THIRD)


def test_a_revision_is_the_same_article_with_its_new_text(third: Path, tmp_path: Path) -> None:
    again = article(FIRST, "Gazette", "Ferry sinks off Lomo with 214 aboard, captain Arrieta arrested", SINKS, 0)
    deliver(tmp_path, SECOND, again | {"published_at": f"{SECOND}T09:00:00Z"})
    second = backfill(FIRST, THIRD, str(third))[1]
    address = tmp_path / "store"
    assert (second["quality"]["revised_articles"], second["quality"]["new_articles"]) == (1, 2)
    (revision,) = newsfold.load(address, "revisions", SECOND).to_pylist()
    assert revision["published_at"].date() == FIRST
    assert revision["first_seen_at"].date() == FIRST
    for night in (SECOND, THIRD):
        members = newsfold.load(address, "story_articles", night).to_pylist()
        assert [row["title"] for row in members if row["article_id"] == revision["article_id"]] == [again["title"]]
    assert ferry(address, FIRST)["story_id"] == ferry(address, THIRD)["story_id"]
    other = next(row["article_id"] for row in members if "plum cake" in row["title"])
    explanation = explain_pair(address, revision["article_id"], other, settings.load_settings(third))
    assert "arrested" in {explanation[side]["title"].split()[-1] for side in ("left", "right")}
    assert explanation["verdict"].endswith("the previous edition, where they were in different stories.")
    first = newsfold.load(address, "articles", FIRST)
    assert again["title"] not in first["title"].to_pylist(), "what was published stays as it was"


def test_a_retracted_article_is_gone_from_the_next_edition_on(third: Path, tmp_path: Path) -> None:
    backfill(FIRST, SECOND, str(third))
    cake = "https://courier.example/2013-06-06/1"
    (tmp_path / "retracted.csv").write_text(f"article,by,note\n{cake},Ida,it was salt\n")
    chosen = configured(third, retractions=["retracted.csv"])
    manifest = nightly(str(chosen), THIRD)
    address = tmp_path / "store"
    assert manifest["quality"]["retracted_articles"] == 1
    assert cake in newsfold.load(address, "story_articles", SECOND)["url"].to_pylist()
    assert cake not in newsfold.load(address, "story_articles", THIRD)["url"].to_pylist()
    ended = [row for row in newsfold.load(address, "lineage", THIRD).to_pylist() if row["relation"] == "ended"]
    assert len(ended) == 1
    nightly(str(chosen), SECOND)
    rejected = newsfold.load(address, "sources", SECOND).to_pylist()[0]["rejections"]
    assert [(item["location"], "retracted.csv row 2 (Ida: it was salt)" in item["reason"]) for item in rejected] == [
        (cake, True)
    ]


def test_an_edition_made_again_names_those_it_leaves_stale_and_they_can_be_made_again(
    third: Path, tmp_path: Path
) -> None:
    address = tmp_path / "store"
    backfill(FIRST, THIRD, str(third))
    assert command("backfill", "--stale", "--config", third).output.strip().endswith("from those before it.")
    deliver(tmp_path, FIRST, article(FIRST, "Herald", "Ferry off Lomo sinks with captain Arrieta", SINKS, 9))
    ran = command("run", "--edition", FIRST, "--config", third)
    assert ran.exit_code == 0, ran.output
    assert "2 later editions are stale" in ran.output
    assert f"{THIRD}: {FIRST} was made again" in ran.output
    assert command("backfill", "--stale", "--config", third).exit_code == 0
    assert store.find_stale_editions(address) == {}
    backfill(FIRST, THIRD, str(third), str(tmp_path / "anew"))
    assert parquet_bytes(address) == parquet_bytes(tmp_path / "anew")


def test_the_gate_holds_an_odd_edition_until_a_person_decides(third: Path, tmp_path: Path) -> None:
    chosen = configured(third, gate={"min_articles": 4})
    address = tmp_path / "store"
    held = command("backfill", "--from", FIRST, "--to", SECOND, "--config", chosen)
    assert held.exit_code == 4, held.output
    assert "The window holds 3 articles; `gate.min_articles` is 4." in held.output
    assert store.list_editions(address) == [], "nothing is published, and nothing is made after it"
    looked = command("publish", "--config", chosen)
    assert looked.exit_code == 4
    assert "Gate (held)" in looked.output
    forced = command("publish", "--force", "--config", chosen)
    assert forced.exit_code == 0, forced.output
    assert store.list_editions(address) == [FIRST]
    assert store.load_manifest(address, FIRST)["gate"]["released"]
    assert command("publish", "--force", "--config", chosen).exit_code == 1
    assert command("backfill", "--from", FIRST, "--to", SECOND, "--config", chosen).exit_code == 0
    assert store.list_editions(address) == [FIRST, SECOND]


def test_the_gate_publishes_with_a_warning_where_it_is_told_to(third: Path, tmp_path: Path) -> None:
    chosen = configured(third, gate={"min_articles": 4, "action": "warn"})
    done = command("run", "--edition", FIRST, "--config", chosen)
    assert done.exit_code == 0, done.output
    assert "Gate (warning)" in done.output
    assert store.list_editions(tmp_path / "store") == [FIRST]


def test_what_an_edition_knew_of_its_articles_is_not_judged_again(
    third: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    revised = article(FIRST, "Gazette", "Council of Pellara rejects the yearly budget", "The council voted it down.", 2)
    deliver(tmp_path, THIRD, revised)
    backfill(FIRST, SECOND, str(third))
    settled = newsfold.load(tmp_path / "store", "edges", SECOND)
    from newsfold.scoring import features

    compared: list[set[str]] = []
    compute_features = features.compute_features

    def recording(terms: Any, *arguments: Any) -> Any:
        ids = terms["article_id"].to_pylist()
        compared.extend({ids[left], ids[right]} for left, right in zip(*arguments[-2:], strict=True))
        return compute_features(terms, *arguments)

    monkeypatch.setattr(features, "compute_features", recording)
    nightly(str(third), THIRD)
    changed = set(newsfold.load(tmp_path / "store", "articles", THIRD)["article_id"].to_pylist())
    changed |= set(newsfold.load(tmp_path / "store", "revisions", THIRD)["article_id"].to_pylist())
    assert len(changed) == 2
    assert compared
    assert all(pair & changed for pair in compared)
    assert set().union(*compared) > changed

    def unchanged(edges: Any) -> list[dict[str, Any]]:
        return [row for row in edges.to_pylist() if not {row["left_id"], row["right_id"]} & changed]

    assert unchanged(newsfold.load(tmp_path / "store", "edges", THIRD)) == unchanged(settled) != []
