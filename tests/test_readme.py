from __future__ import annotations

from pathlib import Path

from newsfold.schemas import data_dictionary

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_data_dictionary_is_the_schemas() -> None:
    shown = README.split("<!-- data dictionary -->")[1].split("<!-- end of data dictionary -->")[0]
    assert shown.strip() == data_dictionary.data_dictionary().strip(), (
        "put the output of `newsfold schema` into the README"
    )
