"""A machine that gives too little: no permission, no memory, no open files, a clock that jumps.

Each run makes the second edition over a store that has the first, in a process of its own where the limit is one of a
process. It ends, or it says in one line what it lacks; the next run publishes the bytes of an undisturbed one.
"""

from __future__ import annotations

import ctypes
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from newsfold import store
from newsfold.dataflow import Stage
from newsfold_flows.nightly import nightly
from newsfold_flows.run import Run
from tests.flows.conftest import FIRST, ON_PREFECT, SECOND, after_stage, parquet_bytes, write_two_nights

pytestmark = [
    *ON_PREFECT,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform != "linux", reason="limits and capabilities are Linux's"),
]

_PR_CAPBSET_DROP = 24  # in prctl(2)
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2  # in capabilities(7): root writes and reads whatever the modes say


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, prefect_server: None) -> Path:
    """A folder with a configuration, a store that has the first edition, and one that has both."""
    folder = tmp_path_factory.mktemp("scarcity")
    config = str(write_two_nights(folder))
    nightly(config, FIRST, str(folder / "one"))
    shutil.copytree(folder / "one", folder / "both")
    nightly(config, SECOND, str(folder / "both"))
    return folder


@pytest.fixture
def address(settled: Path, tmp_path: Path) -> Path:
    """A store of its own with the first edition."""
    shutil.copytree(settled / "one", tmp_path / "store")
    return tmp_path / "store"


def newsfold(
    settled: Path, address: Path, *command: str, limit: Callable[[], object] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `newsfold` in a process of its own, which first calls `limit`; kill it if it does not end.

    Prefect may wait for ever for a thread that it could not start.
    """
    home = {"PREFECT_HOME": str(address.parent / "prefect")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | home
    arguments = [sys.executable, "-m", "newsfold", *command, "--store", str(address)]
    try:
        return subprocess.run(
            arguments,
            cwd=settled,
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
            preexec_fn=limit,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(arguments, -signal.SIGKILL, "", "")


def run_second(
    settled: Path, address: Path, limit: Callable[[], object] | None = None
) -> subprocess.CompletedProcess[str]:
    command = ("run", "--config", "newsfold.yaml", "--edition", str(SECOND))
    return newsfold(settled, address, *command, limit=limit)


def check_ended_well(settled: Path, address: Path, done: subprocess.CompletedProcess[str]) -> None:
    """The run has published, or failed with one line; the first edition is whole, and the next run completes."""
    if done.returncode > 0:
        assert done.returncode == 1
        assert "Traceback" not in done.stderr, done.stderr
        assert re.search(r"^\w+Error .*([Rr]un the same command|run that edition) again", done.stderr, re.MULTILINE)
    assert store.verify_edition(address, store.load_manifest(address, FIRST))
    nightly(str(settled / "newsfold.yaml"), SECOND, str(address))
    assert parquet_bytes(address) == parquet_bytes(settled / "both")
    assert store.verify_store(address).problems == ()


def obey_modes() -> None:
    """Let the modes of files count for root, too."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


@contextmanager
def modes_without(address: Path, bits: int) -> Iterator[None]:
    """Take bits from the modes of a folder and all that is in it, for the block."""
    modes = {path: path.stat().st_mode for path in [address, *address.rglob("*")]}
    for path, mode in reversed(modes.items()):
        path.chmod(mode & ~bits)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def test_a_store_that_may_only_be_read_is_read_and_not_written(settled: Path, address: Path) -> None:
    before = parquet_bytes(address)
    with modes_without(address, 0o222):
        done = run_second(settled, address, obey_modes)
        assert done.returncode == 1 and "ermission denied" in done.stderr, done.stderr
        for command in ("show", "verify"):
            shown = newsfold(settled, address, command, limit=obey_modes)
            assert shown.returncode == 0, shown.stderr
    assert parquet_bytes(address) == before
    check_ended_well(settled, address, done)


def test_a_table_that_may_not_be_read(settled: Path, address: Path) -> None:
    with modes_without(address / "articles", 0o777):
        done = run_second(settled, address, obey_modes)
        assert done.returncode == 1 and "ermission denied" in done.stderr, done.stderr
    check_ended_well(settled, address, done)


@pytest.mark.parametrize("megabytes", [1_700, 2_300, 3_200])
def test_too_little_memory(settled: Path, address: Path, megabytes: int) -> None:
    limit = (megabytes << 20,) * 2
    done = run_second(settled, address, lambda: resource.setrlimit(resource.RLIMIT_AS, limit))
    check_ended_well(settled, address, done)


@pytest.mark.parametrize("files", [22, 32])
def test_too_few_open_files(settled: Path, address: Path, files: int) -> None:
    done = run_second(settled, address, lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)))
    check_ended_well(settled, address, done)


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(hours=-1), timedelta(hours=1), timedelta(days=400)])
def test_a_clock_that_jumps_during_a_run(
    settled: Path, address: Path, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    clock = time_machine.travel(datetime.now(UTC) + jump)

    def set_clock(_: Run, stage: Stage) -> None:
        if stage.name == "copies":
            clock.start()

    with monkeypatch.context() as patched:
        after_stage(patched, set_clock)
        try:
            nightly(str(settled / "newsfold.yaml"), SECOND, str(address))
        finally:
            clock.stop()
    assert parquet_bytes(address) == parquet_bytes(settled / "both")
    assert store.verify_store(address).problems == ()
