from __future__ import annotations

from newsfold.extraction import languages


def test_declared_languages_come_in_two_letters() -> None:
    declared = ("en-GB", "en_us", "eng", "Spanish", "pt", "", None, "x-klingon")
    assert [languages.parse_language(raw) for raw in declared] == ["en", "en", "en", "es", "pt", None, None, None]
