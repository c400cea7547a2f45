"""Names in texts."""

from __future__ import annotations

from newsfold.summaries.names import extract_names


def test_names_are_capitals_inside_sentences_only() -> None:
    names = extract_names(
        "Police Question Ferry Captain", "Yesterday Ida Brask met Olaf de la Torre. Nobody spoke on Monday.", "en"
    )
    assert names == {"Ida Brask", "Olaf de la Torre"}
    assert extract_names("", "Gestern traf der Kapitän die Polizei im Hafen.", "de") == frozenset()
    assert extract_names("", "Hôm qua tàu đến Đà Nẵng lúc sáng.", "vi") == {"Đà Nẵng"}
