from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.sanitize import sanitize_language, sanitize_line, sanitize_link
from tests.pipeline.digest.invented_editions import BAD_LINKS


@given(st.text())
def test_a_sanitized_text_is_one_line_of_visible_text(text: str) -> None:
    line = sanitize_line(text)
    assert line == line.strip()
    assert "\n" not in line
    assert sanitize_line(line) == line
    assert len(sanitize_line(text, 20)) <= 20


def test_a_long_line_is_cut_at_a_word_or_anywhere_without_spaces() -> None:
    assert sanitize_line("The ferry sinks off Lomo", 15) == "The ferry…"
    assert sanitize_line("渡船在洛莫附近沉没", 5) == "渡船在洛…"


@pytest.mark.parametrize("url", [*BAD_LINKS, "", None, "ftp://example.org/a", "https://example.org:99999/"])
def test_only_addresses_on_the_web_become_links(url: str | None) -> None:
    assert sanitize_link(url) is None


@pytest.mark.parametrize("url", ["https://example.org/a?b=c&d=e#f", "HTTP://example.org", "https://grüße.example/ü"])
def test_addresses_on_the_web_stay_unchanged(url: str) -> None:
    assert sanitize_link(url) == url


@pytest.mark.parametrize(
    ("code", "tag"), [("en", "en"), ("pt-BR", "pt-BR"), ("und", ""), ('en" onload="x', ""), ("", "")]
)
def test_a_language_code_that_html_does_not_know_becomes_empty(code: str, tag: str) -> None:
    assert sanitize_language(code) == tag
