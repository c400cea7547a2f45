from __future__ import annotations

import pytest

from newsfold.extraction import lines, republished

PROSE = "The harbour council met on Monday, argued until midnight about the ferry, and went home without any vote."


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("This article originally appeared in The New York Times.", "The New York Times"),
        ("This story was originally published by ProPublica on May 3, 2013.", "ProPublica"),
        ("This article was first published on TheGuardian.com", "TheGuardian.com"),
        ("Republished with permission from The Daily Beast.", "The Daily Beast"),
        ("Dieser Artikel erschien zuerst in Süddeutsche Zeitung.", "Süddeutsche Zeitung"),
        ("Publicado originalmente en El País.", "El País"),
        ("*This post first appeared on The Lomo Courier, under another headline.", "The Lomo Courier"),
    ],
)
def test_a_repost_names_the_outlet_it_is_from(line: str, outlet: str) -> None:
    parsed = lines.parse_lines([PROSE, PROSE, line], is_scrape=False)
    assert parsed.syndicated_from == outlet
    assert parsed.paragraphs == [PROSE, PROSE]
    assert parsed.extras == [("republished", line)]


@pytest.mark.parametrize(
    "line",
    [
        "This bridge was first published in 1900.",
        "The story ran in the New York Times on Monday and won a prize.",
        "The law was originally posted on Monday, the mayor said.",
        "This report was first published by a commission of three retired judges.",
    ],
)
def test_sentences_about_publishing_are_left_alone(line: str) -> None:
    assert republished.find_first_outlet(line) is None
    assert lines.parse_lines([PROSE, line, PROSE], is_scrape=True).paragraphs == [PROSE, line, PROSE]


def test_a_copyright_line_of_a_known_outlet_credits_it() -> None:
    parsed = lines.parse_lines([PROSE, PROSE, "Copyright 2013 The New York Times Company"], is_scrape=True)
    assert parsed.syndicated_from == "The New York Times"
