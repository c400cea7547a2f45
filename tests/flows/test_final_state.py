"""How a run ends, as Prefect's filters and automations see it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsfold import store
from newsfold.errors import EditionHeld
from newsfold_flows.nightly import backfill, nightly
from tests.flows.conftest import FIRST, ON_PREFECT, SECOND, extend_config
from tests.flows.test_parameters import run_scheduled

pytestmark = ON_PREFECT
EVENING = datetime(2013, 6, 5, 22, tzinfo=UTC)


def test_a_run_with_a_failed_source_ends_as_incomplete_and_names_it(config: Path) -> None:
    with config.open("a") as file:
        file.write("outlets: {}\n")
    text = config.read_text().replace("sources:\n", "sources:\n- {name: lost, path: nowhere}\n")
    config.write_text(text)
    done = run_scheduled(EVENING, config=str(config), edition_date="2013-06-05")
    assert done.state and (done.state.name, done.state.type.value) == ("Incomplete", "COMPLETED")
    assert "Not (wholly) read: lost." in str(done.state.message)


def test_a_held_edition_counts_as_a_failure_and_is_not_retried(config: Path, tmp_path: Path) -> None:
    held = extend_config(config, gate={"min_articles": 99})
    done = run_scheduled(EVENING, config=str(held), edition_date="2013-06-05")
    assert done.state and (done.state.name, done.state.type.value) == ("Held", "FAILED")
    assert "`gate.min_articles` is 99" in str(done.state.message)
    assert (done.run_count, done.empirical_policy.retries) == (1, 0)
    assert list(store.list_held_editions(tmp_path / "store")) == [FIRST] and not store.list_editions(tmp_path / "store")


def test_a_backfill_ends_with_the_edition_that_is_held(config: Path, tmp_path: Path) -> None:
    held = str(extend_config(config, gate={"min_articles": 4}))
    state: Any = backfill(FIRST, SECOND, held, return_state=True)
    assert (state.name, state.type.value) == ("Held", "FAILED")
    assert str(state.message).startswith(f"{FIRST}: Held by the gate: ")
    assert list(store.list_held_editions(tmp_path / "store")) == [FIRST]  # nothing is built on it
    with pytest.raises(EditionHeld, match="Held by the gate"):
        nightly(held, FIRST)
