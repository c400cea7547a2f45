from __future__ import annotations

from pathlib import Path

from newsfold import digest
from tests.flows.cli.command import newsfold


def test_the_written_pages_are_named(sample_store: Path, tmp_path: Path) -> None:
    done = newsfold("digest", "--store", sample_store, "--out", tmp_path / "digest.html", "--top", 10)
    assert done.exit_code == 0, done.output
    n_stories = len(digest.load_digest(sample_store).stories)
    assert f"Edition 2013-06-07, 10 of {n_stories} stories: {tmp_path / 'digest.html'}" in done.output
    assert (tmp_path / "digest-2013-06-06.html").exists()


def test_a_missing_store_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    failed = newsfold("digest", "--store", tmp_path / "none", "--out", tmp_path / "digest.html")
    assert failed.exit_code == 1
    assert "newsfold run" in failed.output
    assert not list(tmp_path.iterdir())
