from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pytest
import yaml

import newsfold
from newsfold import schemas, store
from newsfold.errors import ConfigError, MachineError, SourceError, StoreLocked
from newsfold_flows.nightly import backfill, nightly
from tests.flows.conftest import (
    FIRST,
    ON_PREFECT,
    SECOND,
    after_stage,
    extend_config,
    fail_after_stage,
    parquet_bytes,
    write_config,
)

pytestmark = ON_PREFECT


def test_a_story_keeps_its_id_in_the_next_edition(config: Path, tmp_path: Path) -> None:
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
    updated = second.filter(pc.equal(second["story_id"], ferry[0]["story_id"])).to_pylist()[0]
    assert (updated["n_articles"], updated["n_new_articles"], updated["status"]) == (3, 1, "updated")


def test_a_rerun_of_either_edition_changes_no_byte(config: Path, tmp_path: Path) -> None:
    backfill(FIRST, SECOND, str(config))
    before = parquet_bytes(tmp_path / "store")
    nightly(str(config), FIRST)
    nightly(str(config), SECOND)
    assert parquet_bytes(tmp_path / "store") == before
    assert not list((tmp_path / "store" / ".staging").glob("*"))


def test_a_known_article_that_is_delivered_again_is_not_new(config: Path, tmp_path: Path) -> None:
    night = tmp_path / "in" / "2013-06-06" / "articles.jsonl"
    night.write_text(night.read_text() + "\n" + (tmp_path / "in" / "2013-06-05" / "articles.jsonl").read_text())
    second = backfill(FIRST, SECOND, str(config))[1]
    assert second["quality"]["new_articles"] == 2
    report = newsfold.load(tmp_path / "store", "sources", SECOND).to_pylist()[0]
    assert (report["n_read"], report["n_kept"]) == (5, 5)


def test_every_document_is_an_article_a_repeat_or_rejected(config: Path, tmp_path: Path) -> None:
    night = tmp_path / "in" / "2013-06-05" / "articles.jsonl"
    night.write_text("\n".join([night.read_text(), night.read_text(), '{"title": ', '{"title": ""}']))
    (tmp_path / "copy.jsonl").write_text(night.read_text())
    content = yaml.safe_load(config.read_text())
    content["sources"] += [{"name": "copy", "path": "copy.jsonl"}, {"name": "lost", "path": "nowhere.jsonl"}]
    gate = {"max_failed_sources": None}
    manifest = nightly(str(write_config(tmp_path, content | {"gate": gate})), FIRST)
    counts = ("n_read", "n_kept", "n_repeated", "n_rejected")
    found = {row["source"]: tuple(row[name] for name in counts) for row in manifest["sources"]}
    assert found == {"wire": (8, 3, 3, 2), "copy": (8, 0, 6, 2), "lost": (0, 0, 0, 1)}


def test_unreadable_sources_are_recorded_and_the_run_continues(config: Path, tmp_path: Path) -> None:
    content = yaml.safe_load(config.read_text())
    content["sources"] += [{"name": "lost", "path": "nowhere/*.jsonl"}, {"name": "torn", "path": "torn.jsonl"}]
    (tmp_path / "torn.jsonl").write_text(
        '{"title": "A bridge opens in Pellara", "text": "It spans the river."}\n{"title": '
    )
    manifest = nightly(str(write_config(tmp_path, content)), FIRST)
    assert manifest["status"] == "incomplete"
    report = {row["source"]: row for row in newsfold.load(tmp_path / "store", "sources").to_pylist()}
    assert report["lost"]["status"] == "failed"
    assert "nowhere" in report["lost"]["error"]
    assert (report["torn"]["status"], report["torn"]["n_kept"], report["torn"]["n_rejected"]) == ("ok", 1, 1)
    assert "torn.jsonl:2" in report["torn"]["rejections"][0]["location"]
    assert report["wire"]["n_kept"] == 3


def test_a_failed_stage_leaves_the_store_as_it_was_and_is_the_first_to_run_again(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly(str(config), FIRST)
    before = parquet_bytes(tmp_path / "store")

    with monkeypatch.context() as patched:
        fail_after_stage(patched, "describe")
        with pytest.raises(RuntimeError, match="no describe today"):
            nightly(str(config), SECOND)
    assert parquet_bytes(tmp_path / "store") == before
    assert store.list_editions(tmp_path / "store") == [FIRST]

    resumed: list[str] = []
    after_stage(monkeypatch, lambda _, stage: resumed.append(stage.name))
    assert nightly(str(config), SECOND)["quality"]["articles"] == 5
    assert resumed == ["describe", "link"]


def test_a_stage_that_lacks_memory_is_named(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_after_stage(monkeypatch, "copies", MemoryError)
    with pytest.raises(MachineError, match=r"Stage copies failed for lack of memory.*no copies today"):
        nightly(str(config), FIRST)


def test_a_locked_store_is_an_error(config: Path, tmp_path: Path) -> None:
    with store.lock_store(tmp_path / "store"), pytest.raises(StoreLocked):
        nightly(str(config), FIRST)


def test_an_edition_without_a_readable_source_is_not_published(config: Path, tmp_path: Path) -> None:
    nightly(str(config), FIRST)
    with pytest.raises(SourceError, match="2013-07-01"):
        nightly(str(config), date(2013, 7, 1))
    assert store.list_editions(tmp_path / "store") == [FIRST]


def test_an_edition_without_news_has_no_new_articles(config: Path, tmp_path: Path) -> None:
    nightly(str(config), FIRST)
    (tmp_path / "in" / "2013-06-06" / "articles.jsonl").write_bytes(
        (tmp_path / "in" / "2013-06-05" / "articles.jsonl").read_bytes()
    )
    manifest = nightly(str(config), SECOND)
    assert (manifest["status"], manifest["quality"]["new_articles"]) == ("published", 0)
    assert set(newsfold.load(tmp_path / "store", "stories")["status"].to_pylist()) == {"unchanged"}


def with_labels(folder: Path, config: Path, *rows: str) -> str:
    """Return the configuration with these rows of labels."""
    (folder / "labels.csv").write_text("\n".join(["left,right,label", *rows]), encoding="utf-8")
    return str(extend_config(config, labels=["labels.csv"]))


def share_story(address: Path, one: str, other: str) -> bool:
    """Return whether the last edition has two articles, named by words of their titles, in one story."""
    members = newsfold.load(address, "story_articles").to_pylist()
    stories = [{row["story_id"] for row in members if words in row["title"]} for words in (one, other)]
    assert [len(ids) for ids in stories] == [1, 1]
    return stories[0] == stories[1]


APART = "https://gazette.example/2013-06-05/0,https://courier.example/2013-06-05/1,cannot-link"
JOINED = "https://gazette.example/2013-06-05/2,https://courier.example/2013-06-06/1,must-link"
GONE = "https://gazette.example/2012-01-01/0,https://gazette.example/2013-06-05/2,must-link"


def test_labels_are_honoured_in_every_edition_and_counted(config: Path, tmp_path: Path) -> None:
    address = tmp_path / "store"
    backfill(FIRST, SECOND, str(config))
    assert share_story(address, "Ferry sinks", "ferry disaster")
    assert not share_story(address, "yearly budget", "plum cake")
    labelled = with_labels(tmp_path, config, APART, JOINED, GONE)
    counts = [manifest["quality"]["labels"] for manifest in backfill(FIRST, SECOND, labelled)]
    assert counts == [{"honoured": 1, "not_in_window": 2}, {"honoured": 2, "not_in_window": 1}]
    assert not share_story(address, "Ferry sinks", "ferry disaster")
    assert share_story(address, "yearly budget", "plum cake")
    before = parquet_bytes(address)
    backfill(FIRST, SECOND, labelled)
    assert parquet_bytes(address) == before
    backfill(FIRST, SECOND, with_labels(tmp_path, config))
    assert share_story(address, "Ferry sinks", "ferry disaster"), "labels that were taken back"


def test_a_resumed_run_honours_changed_labels(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    labelled = with_labels(tmp_path, config)

    with monkeypatch.context() as patched:
        fail_after_stage(patched, "describe")
        with pytest.raises(RuntimeError, match="no describe today"):
            nightly(labelled, FIRST)
    assert with_labels(tmp_path, config, APART) == labelled
    nightly(labelled, FIRST)
    assert not share_story(tmp_path / "store", "Ferry sinks", "ferry disaster")


def test_a_configuration_without_sources_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="names no outlets and no `sources`"):
        nightly(str(write_config(tmp_path, {})), FIRST)
