"""One run at a time writes to a store, and a lock ends with its process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from newsfold import store
from newsfold.errors import StoreError, StoreLocked

ROOT = Path(__file__).parents[3]
HOLD = """
import sys, time
from newsfold import store
with store.lock_store(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    with (
        store.lock_store(tmp_path / "store"),
        pytest.raises(StoreLocked, match="Wait until it ends"),
        store.lock_store(tmp_path / "store"),
    ):
        pytest.fail("two runs hold one store")
    with store.lock_store(tmp_path / "store"):
        pass


def test_a_killed_run_frees_the_lock(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreLocked), store.lock_store(tmp_path):
            pytest.fail("two runs hold one store")
        holder.kill()
        holder.wait()
    with store.lock_store(tmp_path):
        pass


def test_a_run_that_may_wait_starts_when_the_other_has_ended(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD.replace("time.sleep(60)", "sys.stdin.readline()"), str(tmp_path)]
    waited: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin and holder.stdout and holder.stdout.readline() == "held\n"

        def on_wait() -> None:
            waited.append("waiting")
            assert holder.stdin
            holder.stdin.write("enough\n")
            holder.stdin.flush()

        with store.lock_store(tmp_path, 60, on_wait):
            assert waited == ["waiting"]
    with store.lock_store(tmp_path, 60, on_wait):
        assert waited == ["waiting"]


def test_a_run_is_refused_when_its_waiting_time_is_over(tmp_path: Path) -> None:
    with store.lock_store(tmp_path), pytest.raises(StoreLocked), store.lock_store(tmp_path, 0.05):
        pytest.fail("two runs hold one store")


def test_a_folder_that_cannot_be_created_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="Taking the lock"), store.lock_store(tmp_path / "file" / "store"):
        pytest.fail("locked a folder that is not there")
