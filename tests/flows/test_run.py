"""A run is alone in its store, with the runs that it starts; it is patient with the store, and not for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import SyncPrefectClient

from newsfold import store
from newsfold.errors import StoreError, StoreLocked
from newsfold_flows.nightly import backfill, nightly
from newsfold_flows.run import alone
from tests.flows.conftest import ON_PREFECT

NIGHT = date(2013, 6, 5)

pytestmark = ON_PREFECT


def test_what_a_run_starts_needs_no_lock_of_its_own_and_anybody_else_is_refused(tmp_path: Path) -> None:
    address, refused = str(tmp_path), []

    def another() -> None:
        try:
            with alone(address):
                pytest.fail("two runs hold one store")
        except StoreLocked as error:
            refused.append(str(error))

    with alone(address):
        with alone(address):
            pass
        with pytest.raises(StoreLocked), store.lock_store(address):
            pytest.fail("two runs hold one store")
        other = threading.Thread(target=another)
        other.start()
        other.join()
    assert len(refused) == 1
    with store.lock_store(address):
        pass


def test_a_store_that_does_not_answer_for_a_moment_is_asked_again(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = store.publish_edition
    failed: list[bool] = []

    def at_first_unreachable(*arguments: Any) -> None:
        if not failed:
            failed.append(True)
            raise StoreError("the store does not answer")
        publish(*arguments)

    monkeypatch.setattr(store, "publish_edition", at_first_unreachable)
    assert nightly(str(config), NIGHT)["status"] == "published"
    assert failed and store.list_editions(tmp_path / "store") == [NIGHT]


def test_a_last_word_to_the_server_that_is_said_twice_takes_no_edition_back(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, repeated = SyncPrefectClient.request, []

    def twice(client: SyncPrefectClient, method: Any, path: Any, **given: Any) -> Any:
        answer = request(client, method, path, **given)
        if str(path).endswith("set_state") and given["json"]["state"]["type"] == "COMPLETED":
            repeated.append(given["json"]["state"]["name"])  # as if the first answer were lost on its way
            answer = request(client, method, path, **given)
        return answer

    monkeypatch.setattr(SyncPrefectClient, "request", twice)
    (manifest,) = backfill(NIGHT, NIGHT, str(config))
    assert manifest["status"] == "published"
    assert nightly(str(config), NIGHT)["run_id"] == manifest["run_id"]
    assert repeated.count("Published") == 2


def test_a_stage_that_takes_too_long_ends_the_run_which_can_be_resumed(config: Path, tmp_path: Path) -> None:
    patient = config.read_text()
    config.write_text(patient + "stage_timeout_minutes: 0.0005\n")
    with pytest.raises(TimeoutError):
        nightly(str(config), NIGHT)
    assert not (tmp_path / "store" / "stories").exists()
    config.write_text(patient)
    assert nightly(str(config), NIGHT)["status"] == "published"


@pytest.mark.slow
def test_of_two_commands_on_one_store_the_second_is_refused_and_changes_nothing(config: Path, tmp_path: Path) -> None:
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
        _, told = second.communicate(timeout=300)
    finally:
        first.send_signal(signal.SIGCONT)
    first.communicate(timeout=300)
    assert (first.returncode, second.returncode) == (0, 1)
    assert "Another run is writing to" in told
    assert store.list_editions(tmp_path / "store") == [NIGHT]
