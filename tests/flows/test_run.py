"""Runs lock their store, retry what a store does not answer, and time out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import SyncPrefectClient

from newsfold import store
from newsfold.errors import StoreError, StoreLocked
from newsfold_flows.nightly import backfill, nightly
from newsfold_flows.run import store_lock
from tests.flows.conftest import FIRST, ON_PREFECT

pytestmark = ON_PREFECT


def test_the_lock_admits_runs_inside_its_block_and_refuses_all_others(tmp_path: Path) -> None:
    address, refused = str(tmp_path), []

    def try_to_lock() -> None:
        try:
            with store_lock(address):
                pytest.fail("two runs hold one store")
        except StoreLocked as error:
            refused.append(str(error))

    with store_lock(address):
        with store_lock(address):
            pass
        with pytest.raises(StoreLocked), store.lock_store(address):
            pytest.fail("two runs hold one store")
        other = threading.Thread(target=try_to_lock)
        other.start()
        other.join()
    assert len(refused) == 1
    with store.lock_store(address):
        pass


def test_a_store_that_does_not_answer_at_once_is_tried_again(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = store.publish_edition
    failed: list[bool] = []

    def fail_once(*arguments: Any) -> None:
        if not failed:
            failed.append(True)
            raise StoreError("the store does not answer")
        publish(*arguments)

    monkeypatch.setattr(store, "publish_edition", fail_once)
    assert nightly(str(config), FIRST)["status"] == "published"
    assert failed and store.list_editions(tmp_path / "store") == [FIRST]


def test_a_final_state_that_is_sent_twice_keeps_the_manifest(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, repeated = SyncPrefectClient.request, []

    def send_twice(client: SyncPrefectClient, method: Any, path: Any, **options: Any) -> Any:
        answer = request(client, method, path, **options)
        if str(path).endswith("set_state") and options["json"]["state"]["type"] == "COMPLETED":
            repeated.append(options["json"]["state"]["name"])  # as if the first answer were lost on its way
            answer = request(client, method, path, **options)
        return answer

    monkeypatch.setattr(SyncPrefectClient, "request", send_twice)
    (manifest,) = backfill(FIRST, FIRST, str(config))
    assert manifest["status"] == "published"
    assert nightly(str(config), FIRST)["run_id"] == manifest["run_id"]
    assert repeated.count("Completed") == 3  # of the backfill, its edition, and the edition alone


def test_a_stage_that_takes_too_long_ends_the_run_which_can_be_resumed(config: Path, tmp_path: Path) -> None:
    original = config.read_text()
    config.write_text(original + "stage_timeout_minutes: 0.0005\n")
    with pytest.raises(TimeoutError):
        nightly(str(config), FIRST)
    assert not (tmp_path / "store" / "stories").exists()
    config.write_text(original)
    assert nightly(str(config), FIRST)["status"] == "published"


@pytest.mark.slow
def test_the_second_of_two_commands_on_one_store_is_refused(config: Path, tmp_path: Path) -> None:
    def newsfold() -> subprocess.Popen[str]:
        arguments = ["run", "--edition", "2013-06-05", "--config", str(config)]
        program = f"from newsfold_flows.cli.app import app; app({arguments!r})"
        variables = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        environment = variables | {"PREFECT_HOME": str(tmp_path / "prefect"), "PYTHONPATH": str(Path.cwd())}
        return subprocess.Popen(
            [sys.executable, "-c", program], env=environment, stderr=subprocess.PIPE, text=True, cwd=tmp_path
        )

    first = newsfold()
    while first.poll() is None and not list((tmp_path / "store").glob(".staging/*")):
        time.sleep(0.02)
    first.send_signal(signal.SIGSTOP)  # so that it is still at it when the second comes
    try:
        second = newsfold()
        _, errors = second.communicate(timeout=300)
    finally:
        first.send_signal(signal.SIGCONT)
    first.communicate(timeout=300)
    assert (first.returncode, second.returncode) == (0, 1)
    assert "Another run is writing to" in errors
    assert store.list_editions(tmp_path / "store") == [FIRST]
