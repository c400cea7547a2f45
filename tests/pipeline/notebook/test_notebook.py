"""The notebook: always written alike, and executed without errors and warnings."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from newsfold import notebook
from newsfold.errors import EditionNotFound, NewsfoldError, StoreError
from tests.factories import story, story_article
from tests.pipeline.digest.invented_editions import publish_stories

pytest.importorskip("nbclient", reason="the extra `notebook` is not installed")
# The kernel is another process; nbclient leaves its sockets and loop to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
QUESTIONS = 13
PLOTS = QUESTIONS + 3  # one for each question, and facets by outlet, language and kind


def list_outputs(document: Any) -> list[Any]:
    return [output for cell in document.cells for output in cell.get("outputs", ())]


def with_warnings_as_errors(document: Any) -> Any:
    document.cells[1]["source"] = "import warnings\nwarnings.simplefilter('error')\n" + document.cells[1]["source"]
    return document


def test_it_answers_its_questions_on_the_sample_without_errors_or_warnings(sample_store: Path, tmp_path: Path) -> None:
    executed = notebook.execute_notebook(notebook.build_notebook(str(sample_store)), tmp_path)
    outputs = list_outputs(executed)
    assert [output for output in outputs if output["output_type"] in ("error", "stream")] == []
    assert sum("image/png" in output.get("data", {}) for output in outputs) == PLOTS
    headings = [cell["source"].splitlines()[0] for cell in executed.cells if cell["cell_type"] == "markdown"]
    questions = [heading.split(".")[0] for heading in headings if heading.startswith("## ")]
    assert questions == [f"## {n}" for n in range(1, QUESTIONS + 1)]


def test_a_tiny_hostile_edition_breaks_no_cell(tmp_path: Path) -> None:
    members = [story_article("s", 0, published_at=None, title="$x^2 \U0001f6f3 غرق", url=None)]
    store = publish_stories(tmp_path / "s", [(story("s", members), members)])
    executed = notebook.execute_notebook(with_warnings_as_errors(notebook.build_notebook(str(store))), tmp_path)
    assert not [
        output
        for output in list_outputs(executed)
        if output["output_type"] == "error" or output.get("name") == "stderr"
    ]


def test_it_ranks_news_and_counts_articles_that_mention_a_name(tmp_path: Path) -> None:
    stories = []
    for number, kind in enumerate(["opinion", "news", None, "analysis"]):
        members = [story_article(f"s{number}", at, title=f"Ferry {number}") for at in range(3)]
        mentions = [
            {"name": "Vance", "type": "person", "n_articles": 2, "forms": ["Skipper Vance"]},
            {"name": "Lomo", "type": "place", "n_articles": 3, "forms": []},
            {"name": f"Prize-{number}", "type": "other", "n_articles": 1, "forms": []},
        ]
        row = story(f"s{number}", members, kind=kind, entity_mentions=mentions, importance=10.0 - number)
        stories.append((row, members))
    document = with_warnings_as_errors(notebook.build_notebook(str(publish_stories(tmp_path / "s", stories))))
    starts = ("import warnings", "tables =", "plots.draw_importance", "named =")
    document.cells = [cell for cell in document.cells if cell["source"].startswith(starts)]
    outputs = list_outputs(notebook.execute_notebook(document, tmp_path))
    tables = [output["data"]["text/plain"] for output in outputs if "text/html" in output.get("data", {})]
    top, named = ([line.split() for line in table.splitlines()] for table in tables)
    assert [row[:4] for row in top[1:4]] == [
        ["0", "Ferry", "1", "news"],
        ["1", "Ferry", "2", "news"],
        ["2", "Ferry", "3", "analysis"],
    ]
    assert named[1:3] == [["0", "place", "Lomo", "9", "3"], ["1", "person", "Vance", "6", "3"]]
    assert ["other", "Prize-0", "1", "1"] not in [row[1:] for row in named]


def test_every_cell_is_short(sample_store: Path) -> None:
    sources = [
        cell["source"] for cell in notebook.build_notebook(str(sample_store)).cells if cell["cell_type"] == "code"
    ]
    assert max(len(source.splitlines()) for source in sources[1:]) <= 8  # the first one imports


def test_an_edition_without_stories_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="has no stories to ask about"):
        notebook.build_notebook(str(publish_stories(tmp_path / "s", [])))


def test_the_same_store_and_edition_give_the_same_bytes(sample_store: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        notebook.write_notebook(notebook.build_notebook(str(sample_store), "2013-06-06"), tmp_path / name)
    text = (tmp_path / "one").read_bytes()
    assert text == (tmp_path / "two").read_bytes()
    assert str(sample_store).encode() in text
    assert b"2013-06-06" in text


def test_an_edition_that_does_not_exist_is_refused_before_anything_is_written(sample_store: Path) -> None:
    with pytest.raises(EditionNotFound, match="2014-01-01"):
        notebook.build_notebook(str(sample_store), date(2014, 1, 1))


def test_a_failed_cell_raises_its_error(sample_store: Path, tmp_path: Path) -> None:
    document = notebook.build_notebook(str(sample_store))
    document.cells = document.cells[:2]
    document.cells[1]["source"] = "1 / 0"
    with pytest.raises(NewsfoldError, match="ZeroDivisionError: division by zero"):
        notebook.execute_notebook(document, tmp_path)
