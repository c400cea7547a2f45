"""The YAML files of words and phrases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsfold.extraction import word_lists

FILES = sorted(path.stem for path in Path(word_lists.__file__).parent.glob("*.yaml"))


@pytest.mark.parametrize("name", FILES)
def test_every_entry_is_text_and_a_valid_pattern(name: str) -> None:
    lists = word_lists.load_lists(name)
    assert lists
    for key in lists:
        for entry in word_lists.load_entries(name, key):
            re.compile(entry)


@pytest.mark.parametrize("entry", ["no", "on", "19"])
def test_a_bare_word_that_yaml_reads_as_something_else_is_named(
    entry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "words.yaml").write_text(f"fillers:\n  en: [a, {entry}]\n", encoding="utf-8")
    monkeypatch.setattr(word_lists, "__file__", str(tmp_path / "word_lists.py"))
    with pytest.raises(TypeError, match=r"words\.yaml: .* under `fillers` is not text; put it in quotes"):
        word_lists.load_lists.__wrapped__("words")
