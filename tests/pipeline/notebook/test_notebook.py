"""The ready notebook: written the same every time, and executed without an error or a warning."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from newsfold import notebook
from newsfold.errors import EditionNotFound, NewsfoldError
from tests.factories import story, story_article
from tests.pipeline.digest.invented_editions import publish_stories

pytest.importorskip("nbclient", reason="the extra `notebook` is not installed")
# The notebook's own kernel is a process of its own; nbclient leaves its sockets and loop to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
QUESTIONS = 10


def outputs(made: Any) -> list[Any]:
    return [output for cell in made.cells for output in cell.get("outputs", ())]


def strict(made: Any) -> Any:
    """The same notebook with every warning an error."""
    made.cells[1]["source"] = "import warnings\nwarnings.simplefilter('error')\n" + made.cells[1]["source"]
    return made


def test_it_answers_ten_questions_on_the_sample_without_errors_or_warnings(sample_store: Path, tmp_path: Path) -> None:
    done = notebook.execute(notebook.explore(str(sample_store)), tmp_path)
    shown = outputs(done)
    assert [output for output in shown if output["output_type"] in ("error", "stream")] == []
    assert sum("image/png" in output.get("data", {}) for output in shown) == QUESTIONS
    headings = [cell["source"].splitlines()[0] for cell in done.cells if cell["cell_type"] == "markdown"]
    assert [heading.split(".")[0] for heading in headings[1:]] == [f"## {n}" for n in range(1, QUESTIONS + 1)]


def test_a_tiny_hostile_edition_breaks_no_cell(tmp_path: Path) -> None:
    members = [story_article("s", 0, published_at=None, title="$x^2 \U0001f6f3 غرق", url=None)]
    store = publish_stories(tmp_path / "s", [(story("s", members), members)])
    done = notebook.execute(strict(notebook.explore(str(store))), tmp_path)
    assert not [
        output for output in outputs(done) if output["output_type"] == "error" or output.get("name") == "stderr"
    ]


def test_the_same_store_and_edition_give_the_same_bytes(sample_store: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        notebook.write(notebook.explore(str(sample_store), "2013-06-06"), tmp_path / name)
    text = (tmp_path / "one").read_bytes()
    assert text == (tmp_path / "two").read_bytes()
    assert str(sample_store).encode() in text
    assert b"2013-06-06" in text


def test_a_store_without_that_edition_is_said_before_anything_is_written(sample_store: Path) -> None:
    with pytest.raises(EditionNotFound, match="2014-01-01"):
        notebook.explore(str(sample_store), date(2014, 1, 1))


def test_a_cell_that_fails_is_an_error_that_says_why(sample_store: Path, tmp_path: Path) -> None:
    made = notebook.explore(str(sample_store))
    made.cells = made.cells[:2]
    made.cells[1]["source"] = "1 / 0"
    with pytest.raises(NewsfoldError, match="ZeroDivisionError: division by zero"):
        notebook.execute(made, tmp_path)
