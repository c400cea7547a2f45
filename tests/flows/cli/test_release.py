from __future__ import annotations

from pathlib import Path

from newsfold import store
from tests.flows.cli.command import newsfold
from tests.flows.conftest import FIRST, ON_PREFECT, SECOND, extend_config

pytestmark = ON_PREFECT


def test_a_held_edition_is_shown_and_released_with_force(config: Path, tmp_path: Path) -> None:
    limited = extend_config(config, gate={"min_articles": 4})
    address = tmp_path / "store"
    held = newsfold("backfill", "--from", FIRST, "--to", SECOND, "--config", limited)
    assert held.exit_code == 4, held.output
    assert "The window holds 3 articles; `gate.min_articles` is 4." in held.output
    assert store.list_editions(address) == [], "nothing is published, and nothing is made after it"
    listed = newsfold("release", "--config", limited)
    assert listed.exit_code == 4
    assert "Gate (held)" in listed.output
    forced = newsfold("release", "--force", "--config", limited)
    assert forced.exit_code == 0, forced.output
    assert store.list_editions(address) == [FIRST]
    assert store.load_manifest(address, FIRST)["gate"]["released"]
    assert newsfold("release", "--force", "--config", limited).exit_code == 1
    assert newsfold("backfill", "--from", FIRST, "--to", SECOND, "--config", limited).exit_code == 0
    assert store.list_editions(address) == [FIRST, SECOND]
