"""`kill -9` at any moment, then the same command: the edition is whole, with the bytes of an undisturbed run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from newsfold import store
from tests.flows.conftest import parquet_bytes

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


RUN = ("run",)
BACKFILL = ("backfill", "--from", "2013-06-05", "--to", "2013-06-06")


def _start_newsfold(command: tuple[str, ...], config: Path, home: Path, address: Path) -> subprocess.Popen[bytes]:
    arguments = [*command, "--config", str(config), "--store", str(address)]
    environment = os.environ | {"PREFECT_HOME": str(home)}
    return subprocess.Popen(
        [sys.executable, "-c", f"from newsfold_flows.cli.app import app; app({arguments!r})"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def test_a_backfill_killed_at_random_moments_gives_the_same_bytes(config: Path, tmp_path: Path) -> None:
    home = tmp_path / "prefect"
    undisturbed, disturbed = tmp_path / "undisturbed", tmp_path / "disturbed"
    assert _start_newsfold(RUN, config, home, undisturbed).wait(300) == 0

    moments = random.Random(5)
    interrupted = 0
    for _ in range(4):
        run = _start_newsfold(BACKFILL, config, home, disturbed)
        # From the first staged table on, so that the kill falls into newsfold's own work.
        end = time.monotonic() + 200
        while run.poll() is None and not list(disturbed.glob(".staging/*")) and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(moments.uniform(0, 4))
        interrupted += run.poll() is None
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        for edition in store.list_editions(disturbed) if disturbed.exists() else []:
            assert store.load(disturbed, "stories", edition).num_rows
    assert interrupted
    assert _start_newsfold(BACKFILL, config, home, disturbed).wait(300) == 0
    assert parquet_bytes(disturbed) == parquet_bytes(undisturbed)


def test_the_temporary_server_of_a_killed_run_ends(config: Path, tmp_path: Path) -> None:
    run = _start_newsfold(RUN, config, tmp_path / "prefect", tmp_path / "store")
    end = time.monotonic() + 200
    while not (servers := _find_servers(run.pid)) and run.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    assert servers
    while not list((tmp_path / "store").glob(".staging/*")) and run.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    os.kill(run.pid, signal.SIGKILL)  # this process alone, which cannot end its server any more
    run.wait()
    assert not psutil.wait_procs(servers, timeout=30)[1]


def _find_servers(pid: int) -> list[psutil.Process]:
    children = psutil.Process(pid).children(recursive=True) if psutil.pid_exists(pid) else []
    return [process for process in children if "uvicorn" in process.cmdline()]
