"""One edition by every task runner, in small chunks, and with a worker that dies: the same bytes."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from newsfold import schemas, settings, store
from newsfold.errors import ConfigError
from newsfold_flows.nightly import nightly
from tests.flows.conftest import FIRST, ON_PREFECT, parquet_bytes

pytestmark = ON_PREFECT

SMALL = {"chunk_articles": 15, "chunk_pairs": 200}


def publish_sample(folder: Path, scale: dict[str, Any]) -> Path:
    """Publish the sample's first edition with these settings of `scale`; return the store."""
    shipped = settings.shipped_file("default.yaml")
    content = yaml.safe_load(shipped.read_text(encoding="utf-8"))
    for source in content["sources"]:
        source["path"] = str(shipped.parent / source["path"])
    file = folder / "newsfold.yaml"
    file.write_text(yaml.safe_dump(content | {"store": str(folder / "store"), "edition": FIRST, "scale": scale}))
    assert nightly(str(file))["status"] == "published"
    return folder / "store"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, prefect_server: None) -> dict[str, bytes]:
    """The files that one task per stage publishes."""
    return parquet_bytes(publish_sample(tmp_path_factory.mktemp("whole"), {"runner": "threads"}))


def find_differences(store: Path, whole: dict[str, bytes]) -> list[str]:
    """Return the names of the files that are not the same bytes."""
    files = parquet_bytes(store)
    return [name for name in sorted(files.keys() | whole.keys()) if files.get(name) != whole.get(name)]


def test_small_chunks_in_threads_publish_the_same_bytes(whole: dict[str, bytes], tmp_path: Path) -> None:
    address = publish_sample(tmp_path, {"runner": "threads", "workers": 2, **SMALL})
    assert find_differences(address, whole) == []
    assert list(address.glob(".staging/*")) == []


def test_missing_dask_is_an_error_that_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "prefect_dask", None)
    with pytest.raises(ConfigError, match=r"newsfold\[dask\]"):
        publish_sample(tmp_path, {"runner": "dask"})


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("killed", [False, True], ids=["undisturbed", "a worker killed"])
def test_dask_workers_publish_the_same_bytes(whole: dict[str, bytes], tmp_path: Path, killed: bool) -> None:
    pytest.importorskip("prefect_dask")
    finished = threading.Event()
    killed_workers: list[int] = []
    killer = threading.Thread(target=_kill_worker, args=(tmp_path / "store", finished, killed_workers))
    if killed:
        killer.start()
    address = publish_sample(tmp_path, {"runner": "dask", "workers": 2, **SMALL})
    finished.set()
    assert find_differences(address, whole) == []
    if killed:
        killer.join()
        assert len(killed_workers) == 1


def _kill_worker(address: Path, finished: threading.Event, killed: list[int]) -> None:
    """Kill one worker while pairs are searched."""
    import psutil

    while not killed and not finished.wait(0.02):
        workers = [
            process
            for process in psutil.Process().children(recursive=True)
            if "spawn_main" in " ".join(process.cmdline())
        ]
        if workers and any(address.glob(".staging/*/parts-*/neighbour_pairs/*.parquet")):
            killed.append(workers[0].pid)
            os.kill(workers[0].pid, signal.SIGKILL)


@pytest.mark.parametrize("damaged", ["truncated", "flipped", "emptied"])
def test_a_chunk_whose_part_is_damaged_is_computed_again(tmp_path: Path, damaged: str) -> None:
    tables = store.ChunkStore(store.open_staging(tmp_path, "2013-06-05-c0ffee"), "work")
    rows = [{"article_id": f"article {number}"} for number in range(50)]
    tables.write_part(0, {"previous_originals": schemas.build_table("previous_originals", rows)})
    (file,) = tmp_path.rglob("000000.parquet")
    content = file.read_bytes()
    assert tables.has_part(0, ["previous_originals"])
    ways = {
        "truncated": content[:300],
        "flipped": content[:40] + bytes([content[40] ^ 1]) + content[41:],
        "emptied": b"",
    }
    file.write_bytes(ways[damaged])
    assert not tables.has_part(0, ["previous_originals"])


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
