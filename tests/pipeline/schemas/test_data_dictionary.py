from __future__ import annotations

from pathlib import Path

from newsfold import schemas
from newsfold.schemas.data_dictionary import data_dictionary
from newsfold.schemas.rows import ROWS

README = Path(data_dictionary.__code__.co_filename).with_name("README.md")


def test_the_readme_of_the_schemas_is_up_to_date() -> None:
    assert README.read_text(encoding="utf-8").strip() == data_dictionary().strip(), (
        "run `newsfold schema > pipeline/newsfold/schemas/README.md`"
    )


def test_the_data_dictionary_lists_every_column() -> None:
    sections = data_dictionary().split("\n## ")[1:]
    assert [section.splitlines()[0] for section in sections] == list(schemas.PUBLISHED)
    for section, schema in zip(sections, schemas.PUBLISHED.values(), strict=True):
        rows = [line for line in section.splitlines() if line.startswith("| `")]
        assert [row.split("`")[1] for row in rows] == schema.names
        assert all(row.count("|") == 4 for row in rows)


def test_the_data_dictionary_says_what_a_row_is_and_which_editions_repeat_it() -> None:
    assert list(ROWS) == list(schemas.PUBLISHED)
    for section, rows in zip(data_dictionary().split("\n## ")[1:], ROWS.values(), strict=True):
        assert f"One row is {rows.meaning}. {rows.repeats}" in section
