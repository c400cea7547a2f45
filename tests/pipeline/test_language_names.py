from __future__ import annotations

import pytest

from newsfold.language_names import enumerate_languages, name_language
from newsfold.text import _load_language_identifier


def test_every_language_that_is_detected_has_a_name() -> None:
    codes = _load_language_identifier().labels
    assert {"en", "es", "tl"} <= set(codes)
    assert [code for code in codes if name_language(code) == code] == []


def test_other_codes_stand_for_themselves() -> None:
    assert (name_language("xx"), name_language("und"), name_language("no")) == ("xx", "unknown", "Norwegian")


@pytest.mark.parametrize(
    ("codes", "phrase"),
    [
        ([], ""),
        (["en"], ""),
        (["en", "und"], ""),
        (["en", "es"], "English and Spanish"),
        (["en", "und", "es", "tl"], "English, Spanish and Filipino"),
        (["en", "es", "fr", "de"], "English, Spanish, French and German"),
        (["en", "es", "fr", "de", "it"], "English, Spanish, French and 2 more"),
    ],
)
def test_several_languages_make_a_phrase(codes: list[str], phrase: str) -> None:
    assert enumerate_languages(codes) == phrase
