from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsfold.extraction import markup


def test_blocks_become_lines_and_scripts_vanish() -> None:
    fragment = (
        "<p>The ferry\nsank &amp; rose.</p><script>alert('no')</script><ul><li>One</li><li>Two</li></ul>After<br>it"
    )
    assert [line for line in markup.extract_text(fragment).split("\n") if line] == [
        "The ferry sank & rose.",
        "One",
        "Two",
        "After",
        "it",
    ]


def test_text_that_only_looks_like_markup_stays() -> None:
    assert markup.extract_text("Profits <3 percent, or x < y & z > 2") == "Profits <3 percent, or x < y & z > 2"


def test_line_breaks_are_kept_without_block_tags() -> None:
    assert markup.extract_text("First <b>bold</b> line\nSecond line") == "First bold line\nSecond line"


def test_text_escaped_twice_is_parsed_twice() -> None:
    assert markup.extract_text("&lt;p&gt;Jane &amp;amp; Co&lt;/p&gt;") == "Jane & Co"


@given(st.text(max_size=300))
def test_any_fragment_is_parsed(fragment: str) -> None:
    for found in (markup.extract_text(fragment), markup.extract_text(f"<div>{fragment}<p>", "html")):
        assert "<script" not in found.casefold() or "<script" in fragment.casefold() or "&" in fragment


def test_a_deeply_nested_fragment_is_parsed() -> None:
    assert markup.extract_text("<div>" * 200 + "end").strip() == "end"
