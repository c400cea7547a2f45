from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import text
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


SCRIPT = "Why banks still ship <script> tags in their newsletters"
BLINK = "Firefox drops the <blink> element, and nobody misses the <table> layouts"


@pytest.mark.parametrize("form", [None, "text"])
@pytest.mark.parametrize(
    "content",
    [SCRIPT, BLINK, "a < b && c > d", "The <br> tag turns thirty", "<table> layouts are back", "List<T> and <K, V>",
     "How <script>alert(1)</script> got into an ad", "Ahead of the <title>: AT&T; and R&D"],
)  # fmt: skip
def test_text_that_speaks_of_tags_is_whole(content: str, form: str | None) -> None:
    assert markup.extract_text(content, form) == content


@pytest.mark.parametrize("form", [None, "html"])
@pytest.mark.parametrize(
    ("content", "visible"),
    [
        ("<i>Titanic</i> raised", "Titanic raised"),
        ("<em>One</em>, <a href='/x'>two</a> &amp; three&#8217;s", "One, two & three’s"),
        ("One<br>two", "One two"),
        ("<b>Smile</b> &#55357;&#56832;", "Smile 😀"),
        ("One <br/> two", "One two"),
        ("<p>One <p> two", "One two"),
        ("Old &lt;blink&gt; habits <b>die hard</b>", "Old <blink> habits die hard"),
        ("Why &lt;script&gt; tags stay", "Why <script> tags stay"),
        ("&lt;p&gt;One &amp;amp; two&lt;/p&gt;", "One & two"),
        ("<!-- wp:paragraph -->One", "One"),
        ("<div>One</div><script>no()</script><style>.a{}</style>", "One"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
    ],
)
def test_markup_becomes_what_a_reader_sees(content: str, visible: str, form: str | None) -> None:
    assert " ".join(markup.extract_text(content, form).split()) == visible


def test_declared_markup_is_markup_and_declared_text_is_text_whatever_they_hold() -> None:
    assert markup.extract_text("Old <blink> habits", "html") == "Old habits"
    assert markup.extract_text("<b>Old</b> &amp; new", "text") == "<b>Old</b> &amp; new"


@pytest.mark.parametrize("form", [None, "html"])
def test_code_that_markup_shows_keeps_its_tags(form: str | None) -> None:
    content = "<p>Write:</p><pre><code>&lt;div class=&quot;x&quot;&gt;one&lt;/div&gt;</code></pre><p>That is all.</p>"
    assert [line for line in markup.extract_text(content, form).split("\n") if line] == [
        "Write:",
        '<div class="x">one</div>',
        "That is all.",
    ]


@pytest.mark.parametrize("form", [None, "html"])
@pytest.mark.parametrize(
    "content",
    [
        "<![CDATA[Ferry & pier]]>",
        "<![CDATA[ Ferry & pier ",
        "<![CDATA[Ferry & pier]]",
        "<![CDATA[<p>Ferry &amp; <b>pier</b></p>]]>",
    ],
)
def test_a_section_of_character_data_that_was_escaped_is_its_text(content: str, form: str | None) -> None:
    assert markup.extract_text(content, form) == "Ferry & pier"
    assert markup.extract_text("What <![CDATA[ means", "text") == "What <![CDATA[ means"


def test_a_tag_that_has_no_end_is_a_word_beside_undeclared_markup() -> None:
    assert markup.extract_text("Why <script> <b>tags</b> stay") == "Why <script> tags stay"


@given(st.text(max_size=200))
def test_declared_text_keeps_every_visible_character(content: str) -> None:
    assert markup.extract_text(content, "text") == text.normalise(content)


def test_ampersands_within_words_are_no_character_references() -> None:
    for title in ("M&notes shop opens &amp; closes", "Drugs: R&paracetamol", "AT&T; R&D &copy 2013"):
        assert markup.extract_text(title) == title.replace("&amp;", "&")
