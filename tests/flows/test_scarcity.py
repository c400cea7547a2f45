"""A machine that gives too little: no permission, no memory, no open files, a clock that jumps.

Each run makes the second edition over a store that has the first, in a process of its own where the limit is one of a
process. It ends, or it says in one line what it lacks; the next run publishes the bytes of an undisturbed one.
"""

from __future__ import annotations

import ctypes
import os
import re
import resource
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
from tests.flows.conftest import ON_PREFECT, SECOND, after_stage, check_first_edition, check_next_run, parquet_bytes

pytestmark = [
    *ON_PREFECT,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform != "linux", reason="limits and capabilities are Linux's"),
]

_PR_CAPBSET_DROP = 24  # in prctl(2)
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2  # in capabilities(7): root writes and reads whatever the modes say
# The loader of the C library ends a process that has no memory for a thread's variables; no program can catch it.
_ENDED_BY_LOADER = 127


def newsfold(
    reference: Path, own_store: Path, *command: str, limit: Callable[[], object] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `newsfold` in a process of its own, which first calls `limit`; kill it if it does not end.

    Prefect may wait for ever for a thread that it could not start.
    """
    home = {"PREFECT_HOME": str(own_store.parent / "prefect")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | home
    arguments = [sys.executable, "-m", "newsfold", *command, "--store", str(own_store)]
    try:
        return subprocess.run(
            arguments,
            cwd=reference,
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
    reference: Path, own_store: Path, limit: Callable[[], object] | None = None
) -> subprocess.CompletedProcess[str]:
    command = ("run", "--config", "newsfold.yaml", "--edition", str(SECOND))
    return newsfold(reference, own_store, *command, limit=limit)


def check_ended_well(reference: Path, own_store: Path, done: subprocess.CompletedProcess[str]) -> None:
    """The run has published, failed with one line or was killed; the first edition is whole, the next run completes."""
    if done.returncode == _ENDED_BY_LOADER:
        assert done.stderr.endswith("ABORT\n"), done.stderr
    elif done.returncode > 0:
        assert done.returncode == 1
        assert "Traceback" not in done.stderr, done.stderr
        line = r"^(\S+ ERROR +)?\w+Error .*([Rr]un the same command|run that edition) again"
        assert re.search(line, done.stderr, re.MULTILINE)
    check_first_edition(reference, own_store)
    check_next_run(reference, own_store)


def obey_modes() -> None:
    """Let the modes of files count for root, too."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


@contextmanager
def modes_without(own_store: Path, bits: int) -> Iterator[None]:
    """Take bits from the modes of a folder and all that is in it, for the block."""
    modes = {path: path.stat().st_mode for path in [own_store, *own_store.rglob("*")]}
    for path, mode in reversed(modes.items()):
        path.chmod(mode & ~bits)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def test_a_store_that_may_only_be_read_is_read_and_not_written(reference: Path, own_store: Path) -> None:
    before = parquet_bytes(own_store)
    with modes_without(own_store, 0o222):
        done = run_second(reference, own_store, obey_modes)
        assert done.returncode == 1 and "ermission denied" in done.stderr, done.stderr
        for command in ("show", "verify"):
            shown = newsfold(reference, own_store, command, limit=obey_modes)
            assert shown.returncode == 0, shown.stderr
    assert parquet_bytes(own_store) == before
    check_ended_well(reference, own_store, done)


def test_a_table_that_may_not_be_read(reference: Path, own_store: Path) -> None:
    with modes_without(own_store / "articles", 0o777):
        done = run_second(reference, own_store, obey_modes)
        assert done.returncode == 1 and "ermission denied" in done.stderr, done.stderr
    check_ended_well(reference, own_store, done)


@pytest.mark.parametrize("megabytes", [1_700, 2_300, 3_200])
def test_too_little_memory(reference: Path, own_store: Path, megabytes: int) -> None:
    limit = (megabytes << 20,) * 2
    done = run_second(reference, own_store, lambda: resource.setrlimit(resource.RLIMIT_AS, limit))
    check_ended_well(reference, own_store, done)


@pytest.mark.parametrize("files", [22, 32])
def test_too_few_open_files(reference: Path, own_store: Path, files: int) -> None:
    done = run_second(reference, own_store, lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files)))
    check_ended_well(reference, own_store, done)


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(hours=-1), timedelta(hours=1), timedelta(days=400)])
def test_a_clock_that_jumps_during_a_run(
    reference: Path, own_store: Path, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    clock = time_machine.travel(datetime.now(UTC) + jump)

    def set_clock(_: Run, stage: Stage) -> None:
        if stage.name == "copies":
            clock.start()

    with monkeypatch.context() as patched:
        after_stage(patched, set_clock)
        try:
            nightly(str(reference / "newsfold.yaml"), SECOND, str(own_store))
        finally:
            clock.stop()
    assert parquet_bytes(own_store) == parquet_bytes(reference / "both")
    assert store.verify_store(own_store).problems == ()
