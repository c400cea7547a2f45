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
