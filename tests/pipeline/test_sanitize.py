from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.sanitize import (
    escape_controls,
    escape_formula,
    restore_formula,
    sanitize_language,
    sanitize_line,
    sanitize_link,
)
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


@given(st.text() | st.text(alphabet='\x1b\x7f\x85\x9b\u2028\u202e\ufeffa\n\\"'))
def test_json_without_controls_means_the_same(text: str) -> None:
    written = escape_controls(json.dumps([text], ensure_ascii=False))
    assert json.loads(written) == [text]
    assert sanitize_line(written) == " ".join(written.split())


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+2", "-a", "@SUM(A1)", "\t=1", "'=1", "''-a", "＝1"])
def test_what_a_spreadsheet_takes_for_a_formula_becomes_text(cell: str) -> None:
    assert escape_formula(cell) == f"'{cell}"


@given(st.text() | st.text(alphabet="'=+-@\ta"))
def test_a_cell_can_be_restored(cell: str) -> None:
    escaped = escape_formula(cell)
    assert not escaped.startswith(("=", "+", "@", "\t", "\r", "\n")) and not re.match("-[^0-9]", escaped)
    assert restore_formula(escaped) == cell


@pytest.mark.parametrize("cell", ["", "a=1", "1-2", "-5", "-0.25", "-1e-05", "'s Lands welvaren", "'"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert escape_formula(cell) == cell
