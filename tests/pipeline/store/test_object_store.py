"""A store in S3, from a server on loopback: the same guarantees and bytes as in a folder."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyarrow import fs

from newsfold import store
from newsfold.errors import StoreError, StoreLocked
from newsfold.queries.sql import connect, read_query
from newsfold.settings import Settings
from newsfold.store import Store, leases
from newsfold_flows import preflight

from .crashing_filesystem import Killed, When, crashing_store
from .small_editions import FIRST, SECOND, THIRD, publish_tables, read_files, stage_tables
from .test_crashes import EARLIER, MOMENTS, NEW, OLD, check_readers, publish_new, read_version

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """A bucket of a local S3 server; only the environment contains its address and credentials."""
    pytest.importorskip("moto.server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # A separate process: closing a stream waits for the server while it holds the GIL.
    arguments = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with pytest.MonkeyPatch.context() as environment:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "of-the-tests")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        environment.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        try:
            _create_bucket("news", port)
            yield "s3://news"
        finally:
            server.kill()
            server.wait()


def _create_bucket(name: str, port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                break
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
    filesystem, root = fs.FileSystem.from_uri(f"s3://{name}?allow_bucket_creation=true")
    filesystem.create_dir(root)


@pytest.fixture
def address(bucket: str) -> str:
    return f"{bucket}/{uuid.uuid4().hex}"


def read_objects(address: str) -> dict[str, bytes]:
    """Return the content of every object of a store, by its name in it; names that end in a slash have none."""
    place = store.open_store(address)
    found = {}
    for info in place.list_children(place.root, recursive=True):
        if info.type == fs.FileType.File:
            with place.filesystem.open_input_stream(info.path) as stream:
                found[info.path.removeprefix(f"{place.root}/")] = stream.read()
    return found


def test_tables_and_bytes_are_those_of_a_folder(address: str, tmp_path: Path) -> None:
    for place in (address, tmp_path):
        with store.lock_store(place):
            publish_tables(place, FIRST)
            publish_tables(place, SECOND)
            publish_tables(place, SECOND, "b")
    assert {name for name in read_objects(address) if name.startswith((".staging", ".journal", ".locks"))} == set()
    local = {name: content for name, content in read_files(tmp_path).items() if name != ".lock"}
    assert read_objects(address) == local
    assert store.list_editions(address) == store.list_editions(tmp_path) == [FIRST, SECOND]
    for table in ("stories", "story_articles", "articles", "runs"):
        assert store.load(address, table, "all").equals(store.load(tmp_path, table, "all")), table
    past = store.load_window(address, THIRD, 7)
    assert (past.articles.num_rows, past.previous_edition) == (6, SECOND)
    publish_tables(address, SECOND, "b")
    assert read_objects(address) == local, "a rerun changes no byte"


def test_sql_reads_the_same_rows_as_in_a_folder(address: str, tmp_path: Path) -> None:
    for place in (address, tmp_path):
        publish_tables(place, FIRST)
        publish_tables(place, SECOND, "b")
    queries = ("from stories order by all", "from articles_all order by all", "select count(*) from lineage_all")
    for query in queries:
        read = [read_query(connect(place, external_access=False), query).read_all() for place in (address, tmp_path)]
        assert read[0].equals(read[1]) and read[0].num_rows, query


def publish_and_crash(address: str, step: int, when: When) -> str | None:
    """Publish a new version of the second edition, crash, and return the version that readers see; None: no crash."""
    publish_tables(address, FIRST, "a", EARLIER)
    publish_tables(address, SECOND, "old", OLD)
    stage_tables(address, SECOND, NEW, "new")
    try:
        publish_new(crashing_store(store.open_store(address), step, when))
    except Killed:
        return check_readers(address)
    return None


@pytest.mark.parametrize(("step", "when"), [(2, "after"), (4, "halfway")])
def test_a_publication_killed_on_the_way_is_the_old_or_the_new_edition(
    bucket: str, tmp_path: Path, step: int, when: When
) -> None:
    crash_and_repair(f"{bucket}/{uuid.uuid4().hex}", tmp_path, step, when)


@pytest.mark.slow
@pytest.mark.parametrize("when", MOMENTS)
def test_a_publication_killed_at_any_step(bucket: str, tmp_path: Path, when: When) -> None:
    versions = []
    for step in range(200):
        found = crash_and_repair(f"{bucket}/{uuid.uuid4().hex}", tmp_path / str(step), step, when)
        if found is None:
            break
        versions.append(found)
    turn = versions.index("new")
    assert versions == ["old"] * turn + ["new"] * (len(versions) - turn)
    assert 0 < turn < len(versions)


def crash_and_repair(address: str, folder: Path, step: int, when: When) -> str | None:
    version = publish_and_crash(address, step, when)
    store.repair_store(address)
    if version:
        assert read_version(address) == version, "a repair neither commits nor reverts"
    if version == "old":
        publish_new(store.open_store(address))
    publish_tables(folder, FIRST, "a", EARLIER)
    publish_tables(folder, SECOND, "old", OLD)
    publish_tables(folder, SECOND, "new", NEW)
    assert read_objects(address) == read_files(folder)
    assert store.repair_store(address) == []
    return version


def test_of_two_runs_only_one_writes(address: str) -> None:
    is_refused = pytest.raises(StoreLocked, match=r"Another run is writing to s3://news/.*\.locks/")
    with store.lock_store(address), is_refused, store.lock_store(address):
        pytest.fail("two runs hold one store")
    with store.lock_store(address):
        pass
    assert read_objects(address) == {}


def test_runs_that_claim_at_once_write_one_after_another(address: str) -> None:
    writing: list[int] = []
    counts: list[int] = []

    def write(number: int) -> None:
        with store.lock_store(address, 60):
            writing.append(number)
            counts.append(len(writing))
            writing.remove(number)

    runs = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert counts == [1, 1, 1, 1]


def test_a_dead_runs_claim_expires(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = store.open_store(address)
    leases._write_claim(place, place.path(".locks", "dead.json"))
    with pytest.raises(StoreLocked, match=r"dead\.json"), store.lock_store(address):
        pytest.fail("the claim is alive")
    monkeypatch.setattr(leases, "LEASE_SECONDS", -1.0)
    with store.lock_store(address):
        assert [name for name in read_objects(address) if "dead" in name] == []


def test_a_run_that_has_lost_its_lock_publishes_nothing(address: str) -> None:
    publish_tables(address, FIRST, "a", EARLIER)
    stage_tables(address, SECOND, NEW, "new")
    with store.lock_store(address):
        for name in read_objects(address):
            if name.startswith(".locks/"):
                place = store.open_store(address)
                place.remove_file(place.path(name))
        with pytest.raises(StoreLocked, match="lost its lock"):
            publish_new(store.open_store(address))
    assert store.list_editions(address) == [FIRST]


@pytest.mark.parametrize("secret", ["s3://key:word@news/store", "s3://news/store?access_key=key&secret_key=word"])
def test_credentials_in_an_address_are_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(StoreError, match="environment") as raised:
        store.open_store(secret)
    assert "word" not in str(raised.value)


def test_a_missing_bucket_is_an_error(bucket: str) -> None:
    place: Any = "s3://nobodys-bucket/store"
    with pytest.raises(StoreError, match="nobodys-bucket"):
        publish_tables(place, FIRST)
    (problem,) = preflight.find_problems(Settings(store=place))
    assert "`store`" in problem and "nobodys-bucket" in problem
    assert isinstance(store.open_store(f"{bucket}/x"), Store)


def test_check_writes_nothing_into_a_store_that_a_run_holds_or_nobody_does(address: str) -> None:
    settings = Settings(store=address)
    assert preflight.find_problems(settings) == [] and read_objects(address) == {}
    with store.lock_store(address):
        assert preflight.find_problems(settings) == []
