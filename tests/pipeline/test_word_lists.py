from __future__ import annotations

from pathlib import Path

from newsfold.word_lists import load_word_lists


def test_words_that_yaml_reads_as_values_are_text(tmp_path: Path) -> None:
    (tmp_path / "words.yaml").write_text("fillers:\n  en: [a, no, on, 19]\nempty: []\n", encoding="utf-8")
    assert load_word_lists(tmp_path / "words.yaml") == {"fillers": {"en": ["a", "no", "on", "19"]}, "empty": []}
