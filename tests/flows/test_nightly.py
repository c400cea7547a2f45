from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pytest
import yaml
from typer.testing import CliRunner

import newsfold
from newsfold import schemas, store
from newsfold.errors import ConfigError, SourceError, StoreLocked
from newsfold_flows.cli.app import app
from newsfold_flows.nightly import backfill, nightly
from tests.flows.conftest import ON_PREFECT, parquet_bytes, written

pytestmark = ON_PREFECT

FIRST, SECOND = date(2013, 6, 5), date(2013, 6, 6)


def test_two_nights_are_published_and_a_story_keeps_its_id(config: Path, tmp_path: Path) -> None:
    address = tmp_path / "store"
    manifests = backfill(FIRST, SECOND, str(config))
    assert [manifest["status"] for manifest in manifests] == ["published", "published"]
    assert set(manifests[0]["tables"]) == set(schemas.PUBLISHED)
    assert manifests[0]["quality"]["new_articles"] == 3
    assert manifests[1]["quality"]["articles"] == 5

    first, second = (newsfold.load(address, "stories", night) for night in (FIRST, SECOND))
    ferry = first.filter(pc.match_substring(first["headline"], "ferry", ignore_case=True)).to_pylist()
    assert len(ferry) == 1
    assert ferry[0]["n_outlets"] == 2
    again = second.filter(pc.equal(second["story_id"], ferry[0]["story_id"])).to_pylist()[0]
    assert (again["n_articles"], again["n_new_articles"], again["status"]) == (3, 1, "updated")


def test_a_rerun_of_either_night_changes_no_byte(config: Path, tmp_path: Path) -> None:
    backfill(FIRST, SECOND, str(config))
    before = parquet_bytes(tmp_path / "store")
    nightly(str(config), FIRST)
    nightly(str(config), SECOND)
    assert parquet_bytes(tmp_path / "store") == before
    assert not list((tmp_path / "store" / ".staging").glob("*"))


def test_a_known_article_is_not_new_when_it_is_delivered_again(config: Path, tmp_path: Path) -> None:
    night = tmp_path / "in" / "2013-06-06" / "articles.jsonl"
    night.write_text(night.read_text() + "\n" + (tmp_path / "in" / "2013-06-05" / "articles.jsonl").read_text())
    second = backfill(FIRST, SECOND, str(config))[1]
    assert second["quality"]["new_articles"] == 2
    report = newsfold.load(tmp_path / "store", "sources", SECOND).to_pylist()[0]
    assert (report["n_read"], report["n_kept"]) == (5, 5)


def test_a_broken_source_is_named_and_the_others_go_on(config: Path, tmp_path: Path) -> None:
    content = yaml.safe_load(config.read_text())
    content["sources"] += [{"name": "lost", "path": "nowhere/*.jsonl"}, {"name": "torn", "path": "torn.jsonl"}]
    (tmp_path / "torn.jsonl").write_text(
        '{"title": "A bridge opens in Pellara", "text": "It spans the river."}\n{"title": '
    )
    manifest = nightly(str(written(tmp_path, content)), FIRST)
    assert manifest["status"] == "incomplete"
    report = {row["source"]: row for row in newsfold.load(tmp_path / "store", "sources").to_pylist()}
    assert report["lost"]["status"] == "failed"
    assert "nowhere" in report["lost"]["error"]
    assert (report["torn"]["status"], report["torn"]["n_kept"], report["torn"]["n_rejected"]) == ("ok", 1, 1)
    assert "torn.jsonl:2" in report["torn"]["rejections"][0]["location"]
    assert report["wire"]["n_kept"] == 3


def test_a_stage_that_fails_leaves_the_edition_before_whole(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly(str(config), FIRST)
    before = parquet_bytes(tmp_path / "store")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no summaries today")

    with monkeypatch.context() as patched:
        patched.setattr("newsfold.summaries.describe.load_salience_model", broken)
        with pytest.raises(RuntimeError, match="no summaries today"):
            nightly(str(config), SECOND)
    assert parquet_bytes(tmp_path / "store") == before
    assert store.list_editions(tmp_path / "store") == [FIRST]

    resumed: list[str] = []
    monkeypatch.setattr("newsfold.clustering.originals.build_clusterer", lambda *_: resumed.append("clustered again"))
    assert nightly(str(config), SECOND)["quality"]["articles"] == 5
    assert resumed == []


def test_two_runs_of_one_store_do_not_overlap(config: Path, tmp_path: Path) -> None:
    with store.lock_store(tmp_path / "store"), pytest.raises(StoreLocked):
        nightly(str(config), FIRST)


def test_a_night_on_which_nothing_can_be_read_is_not_published(config: Path, tmp_path: Path) -> None:
    nightly(str(config), FIRST)
    with pytest.raises(SourceError, match="2013-07-01"):
        nightly(str(config), date(2013, 7, 1))
    assert store.list_editions(tmp_path / "store") == [FIRST]


def test_a_night_without_news_is_published_without_new_articles(config: Path, tmp_path: Path) -> None:
    nightly(str(config), FIRST)
    (tmp_path / "in" / "2013-06-06" / "articles.jsonl").write_bytes(
        (tmp_path / "in" / "2013-06-05" / "articles.jsonl").read_bytes()
    )
    manifest = nightly(str(config), SECOND)
    assert (manifest["status"], manifest["quality"]["new_articles"]) == ("published", 0)
    assert set(newsfold.load(tmp_path / "store", "stories")["status"].to_pylist()) == {"unchanged"}


def labelled(folder: Path, config: Path, *rows: str) -> str:
    """The configuration with these rows of labels."""
    (folder / "labels.csv").write_text("\n".join(["left,right,label", *rows]), encoding="utf-8")
    return str(written(folder, yaml.safe_load(config.read_text()) | {"labels": ["labels.csv"]}))


def together(address: Path, one: str, other: str) -> bool:
    """Whether the last edition has two articles, named by words of their titles, in one story."""
    members = newsfold.load(address, "story_articles").to_pylist()
    stories = [{row["story_id"] for row in members if words in row["title"]} for words in (one, other)]
    assert [len(found) for found in stories] == [1, 1]
    return stories[0] == stories[1]


APART = "https://gazette.example/2013-06-05/0,https://courier.example/2013-06-05/1,cannot-link"
JOINED = "https://gazette.example/2013-06-05/2,https://courier.example/2013-06-06/1,must-link"
GONE = "https://gazette.example/2012-01-01/0,https://gazette.example/2013-06-05/2,must-link"


def test_labels_are_honoured_across_nights_and_counted(config: Path, tmp_path: Path) -> None:
    address = tmp_path / "store"
    backfill(FIRST, SECOND, str(config))
    assert together(address, "Ferry sinks", "ferry disaster")
    assert not together(address, "yearly budget", "plum cake")
    chosen = labelled(tmp_path, config, APART, JOINED, GONE)
    counts = [manifest["quality"]["labels"] for manifest in backfill(FIRST, SECOND, chosen)]
    assert counts == [{"honoured": 1, "not_in_window": 2}, {"honoured": 2, "not_in_window": 1}]
    assert not together(address, "Ferry sinks", "ferry disaster")
    assert together(address, "yearly budget", "plum cake")
    shown = CliRunner().invoke(app, ["show", "--config", chosen, "--store", str(address)])
    assert "Labels: 2 honoured, 1 of articles not in the window." in shown.output
    before = parquet_bytes(address)
    backfill(FIRST, SECOND, chosen)
    assert parquet_bytes(address) == before
    backfill(FIRST, SECOND, labelled(tmp_path, config))
    assert together(address, "Ferry sinks", "ferry disaster"), "labels that were taken back"


def test_a_run_that_goes_on_notices_other_labels(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = labelled(tmp_path, config)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no summaries today")

    with monkeypatch.context() as patched:
        patched.setattr("newsfold.summaries.describe.load_salience_model", broken)
        with pytest.raises(RuntimeError, match="no summaries today"):
            nightly(chosen, FIRST)
    assert labelled(tmp_path, config, APART) == chosen
    nightly(chosen, FIRST)
    assert not together(tmp_path / "store", "Ferry sinks", "ferry disaster")


def test_labels_that_contradict_each_other_stop_the_run_before_anything_is_read(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    monkeypatch.setattr("newsfold.sources.read_sources", lambda *_: read.append("a source"))
    chosen = labelled(tmp_path, config, APART, APART.replace("cannot", "must"))
    ran = CliRunner().invoke(app, ["run", "--config", chosen])
    assert ran.exit_code == 2
    assert "labels.csv row 2 keeps" in ran.output
    assert read == store.list_editions(tmp_path / "store") == []


def test_a_configuration_without_sources_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="names no `sources`"):
        nightly(str(written(tmp_path, {})), FIRST)
