"""A run is alone in its store, with the runs that it starts."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from flows.runs import alone
from pipeline import store
from pipeline.errors import StoreLocked


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
        with pytest.raises(StoreLocked), store.lock(address):
            pytest.fail("two runs hold one store")
        other = threading.Thread(target=another)
        other.start()
        other.join()
    assert len(refused) == 1
    with store.lock(address):
        pass
