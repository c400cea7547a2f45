from __future__ import annotations

from tests.flows.cli.command import newsfold


def test_the_data_dictionary_is_printed() -> None:
    assert "## story_articles" in newsfold("schema").output
