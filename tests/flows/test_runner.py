"""One night by every runner, in chunks of every size, and with a worker that dies: the same bytes."""

from __future__ import annotations

import os
import signal
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from newsfold import schemas, settings, store
from newsfold.errors import ConfigError
from newsfold_flows.nightly import nightly
from tests.flows.conftest import ON_PREFECT, parquet_bytes

pytestmark = ON_PREFECT

NIGHT = date(2013, 6, 5)
SMALL = {"chunk_articles": 15, "chunk_pairs": 200}


def made(folder: Path, name: str, scale: dict[str, Any]) -> Path:
    """The store after the sample's first night, worked on in this way."""
    shipped = settings.shipped_file("default.yaml")
    content = yaml.safe_load(shipped.read_text(encoding="utf-8"))
    for source in content["sources"]:
        source["path"] = str(shipped.parent / source["path"])
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(content | {"store": str(folder / name), "edition": NIGHT, "scale": scale}))
    assert nightly(str(file))["status"] == "published"
    return folder / name


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, prefect_server: None) -> dict[str, bytes]:
    """What one task for each stage publishes."""
    return parquet_bytes(made(tmp_path_factory.mktemp("whole"), "store", {"runner": "threads"}))


def differing(found: Path, whole: dict[str, bytes]) -> list[str]:
    """The tables that are not the same bytes."""
    there = parquet_bytes(found)
    return [name for name in sorted(there.keys() | whole.keys()) if there.get(name) != whole.get(name)]


def test_small_chunks_in_threads_publish_the_same_bytes(whole: dict[str, bytes], tmp_path: Path) -> None:
    found = made(tmp_path, "store", {"runner": "threads", "workers": 2, **SMALL})
    assert differing(found, whole) == []
    assert list(found.glob(".staging/*")) == []


def test_dask_is_asked_for_where_it_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "prefect_dask", None)
    with pytest.raises(ConfigError, match=r"newsfold\[dask\]"):
        made(tmp_path, "store", {"runner": "dask"})


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("killed", [False, True], ids=["undisturbed", "a worker killed"])
def test_dask_workers_publish_the_same_bytes(whole: dict[str, bytes], tmp_path: Path, killed: bool) -> None:
    pytest.importorskip("prefect_dask")
    over = threading.Event()
    dead: list[int] = []
    watch = threading.Thread(target=_kill_one, args=(tmp_path / "store", over, dead))
    if killed:
        watch.start()
    found = made(tmp_path, "store", {"runner": "dask", "workers": 2, **SMALL})
    over.set()
    assert differing(found, whole) == []
    if killed:
        watch.join()
        assert len(dead) == 1


def _kill_one(address: Path, over: threading.Event, dead: list[int]) -> None:
    """Kill a worker in the middle of the search for pairs."""
    import psutil

    while not dead and not over.wait(0.02):
        workers = [
            each for each in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(each.cmdline())
        ]
        if workers and any(address.glob(".staging/*/parts-*/neighbour_pairs/*.parquet")):
            dead.append(workers[0].pid)
            os.kill(workers[0].pid, signal.SIGKILL)


def test_a_resumed_run_continues_after_the_last_chunk(tmp_path: Path) -> None:
    area = store.open_staging(tmp_path, "2013-06-05-c0ffee")
    tables = store.ChunkStore(area, "work")
    rows = [schemas.build_table("previous_originals", [{"article_id": article}]) for article in ("a", "b")]
    tables.write_part(0, {"previous_originals": rows[0]})
    assert tables.has_part(0, ["previous_originals"])
    assert not tables.has_part(1, ["previous_originals"])
    assert not store.ChunkStore(area, "other work").has_part(0, ["previous_originals"])
    tables.write_part(1, {"previous_originals": rows[1]})
    view = tables.views(["previous_originals"])["previous_originals"]
    assert view.num_rows == 2
    assert view.slice(1, 2).read()["article_id"].to_pylist() == ["b"]
    assert view.where("article_id", pa.chunked_array([["b", "c"]]))["article_id"].to_pylist() == ["b"]
    tables.join_parts(["previous_originals"])
    assert area.read("previous_originals")["article_id"].to_pylist() == ["a", "b"]
    assert not tables.has_part(0, ["previous_originals"])
