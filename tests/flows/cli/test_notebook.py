from __future__ import annotations

import json
from pathlib import Path

from tests.flows.cli.command import newsfold


def test_the_written_notebook_has_cells_of_code(sample_store: Path, tmp_path: Path) -> None:
    done = newsfold("notebook", "--store", sample_store, "--out", tmp_path / "explore.ipynb")
    assert done.exit_code == 0, done.output
    cells = json.loads((tmp_path / "explore.ipynb").read_text(encoding="utf-8"))["cells"]
    assert sum(cell["cell_type"] == "code" for cell in cells) > 10


def test_a_missing_store_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    failed = newsfold("notebook", "--store", tmp_path / "none", "--out", tmp_path / "explore.ipynb")
    assert failed.exit_code == 1
    assert "newsfold run" in failed.output
    assert not list(tmp_path.iterdir())
