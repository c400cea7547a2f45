"""XML as servers send it: repaired before it is parsed, so that no parser has to guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsfold.encodings import decode
from newsfold.sources.safe_xml import parse_xml
from newsfold.sources.xml_repair import LOST, repair_xml

DECLARATION = '<?xml version="1.0" encoding="{encoding}"?>'


@pytest.mark.parametrize(
    ("markup", "meant"),
    [
        ("a?id=7&nr=2", "a?id=7&nr=2"),
        ("a?x=1&copy=2&reg=3&para=4&lang=en&not", "a?x=1&copy=2&reg=3&para=4&lang=en&not"),
        ("&amp;&lt;&gt;&quot;&apos;", "&<>\"'"),
        ("&Acirc;&ordm;&nbsp;&#8217;&#x2019;", "Âº\xa0’’"),
        ("caf&#150;bar", "caf–bar"),
        ("&unknown; &; &# &#x;", "&unknown; &; &# &#x;"),
        ("1 < 2 </ 3 <= 4", "1 < 2 </ 3 <= 4"),
        ("<![CDATA[a?x=1&copy=2 <b> &lt;]]>", "a?x=1&copy=2 <b> &lt;"),
        ("one ]]> two", "one ]]> two"),
        ("<![CDATA[one ]]> two ]]>", f"one  two {LOST}"),
        ("one<!-- two --><?three?>four", "onefour"),
        ("a\x0bb&#11;c\x00d", f"a{LOST}b{LOST}c{LOST}d"),
        ("&#55357;&#56832; &#xD83D;&#xDE00;", "😀 😀"),
        ("&#xD800;&#x110000;", "\ufffd\ufffd"),
    ],
)
def test_what_is_not_markup_is_read_as_it_was_meant(markup: str, meant: str) -> None:
    assert "".join(parse_xml(f"<a>{markup}</a>".encode(), "XML").root.itertext()) == meant


def test_a_documents_own_entities_become_their_text_and_others_are_lost() -> None:
    doctype = """<!DOCTYPE rss [<!ENTITY own "A &#8217; B"><!ENTITY nested "&own;">
      <!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY % p "x">]>"""
    assert repair_xml(f"{doctype}<rss>&own; &nested; &file;</rss>".encode()) == f"<rss>A ’ B {LOST} {LOST}</rss>"


@pytest.mark.parametrize(
    "before",
    [
        "\n\n  ",
        "\ufeff",
        "<br />\n<b>Warning</b>: Undefined index in /srv/feed.php on line 3<br />\n",
        "HTTP 200 OK\n\n",
    ],
)
@pytest.mark.parametrize("declared", ["", DECLARATION.format(encoding="utf-8"), "<?xml-stylesheet href='a.xsl'?>"])
def test_what_stands_before_the_declaration_or_the_root_is_dropped(before: str, declared: str) -> None:
    assert repair_xml(f'{before}{declared}<!DOCTYPE rss SYSTEM "x.dtd">\n<rss>é</rss>'.encode()) == "<rss>é</rss>"


def test_a_text_that_shows_xml_is_not_a_prolog() -> None:
    document = '<rss><![CDATA[<?xml version="1.0"?><!DOCTYPE rss><rss><!-- one --></rss>]]></rss>'
    assert repair_xml(document.encode()) == document


@pytest.mark.parametrize("declared", ["utf-8", "UTF-16", "iso-8859-1", "utf-32", "no-such-code", "unicode_escape"])
@pytest.mark.parametrize("actual", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_bytes_themselves_tell_unicode_encodings_apart(declared: str, actual: str) -> None:
    document = f"{DECLARATION.format(encoding=declared)}<rss>Zürich 東京 \\x41</rss>"
    assert decode(document.encode(actual), is_markup=True) == document


@pytest.mark.parametrize(
    ("declared", "written"),
    [("iso-8859-1", "“Zürich” costs €5"), ("windows-1251", "Река"), ("shift_jis", "東京"), ("iso-2022-jp", "東京")],
)
def test_other_encodings_are_taken_as_declared(declared: str, written: str) -> None:
    document = f"{DECLARATION.format(encoding=declared)}<rss>{written}</rss>"
    assert decode(document.encode("cp1252" if declared == "iso-8859-1" else declared), is_markup=True) == document


@pytest.mark.parametrize(
    ("declared", "actual", "written"),
    [
        ("iso-8859-1", "cp1251", "Паром на острова снова ходит с понедельника, сообщил совет порта."),
        ("utf-8", "cp1251", "Паром на острова снова ходит с понедельника, сообщил совет порта."),
        ("utf-8", "iso-2022-jp", "離島へのフェリーは月曜日から再び運航すると港湾委員会が発表した。"),
        ("utf-8", "gbk", "港务局周三表示，开往外岛的渡轮将从周一起恢复航行。"),
    ],
)
def test_a_declaration_that_is_plainly_wrong_is_overruled(declared: str, actual: str, written: str) -> None:
    document = f"{DECLARATION.format(encoding=declared)}<rss>{written}</rss>"
    assert repair_xml(document.encode(actual)) == f"<rss>{written}</rss>"


def test_a_control_character_in_a_short_document_does_not_make_it_utf_16() -> None:
    assert repair_xml(b"<a><b>\x1f</b></a>") == f"<a><b>{LOST}</b></a>"


def test_one_invalid_byte_costs_no_other_character() -> None:
    assert decode("<rss>Zürich, caf\xff, Malmö</rss>".encode().replace(b"\xc3\xbf", b"\xe9")) == (
        "<rss>Zürich, caf\ufffd, Malmö</rss>"
    )


@given(st.text(st.characters(codec="utf-8")))
def test_no_text_stops_the_parser_before_the_end(content: str) -> None:
    """Whatever an element holds besides tags and comments, all its neighbours are there, and what is XML stays."""
    content = content.replace("<", "< ")
    xml = parse_xml(f"<a><b>{content}</b><c/></a>".encode(), "XML")
    assert [child.tag for child in xml.root] == ["b", "c"] and xml.damage is None


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40))
def test_repaired_xml_is_not_changed_by_another_repair(content: str) -> None:
    element = etree.Element("a")
    element.text = "".join(char for char in content if char not in "\ufffe\uffff")
    written = etree.tostring(element, encoding="unicode")
    assert repair_xml(written.encode()) == written.strip()


def test_only_values_that_stand_there_whole_are_written() -> None:
    damaged = (
        b'<a><b>one</b><b>two<i>three</b><b c=\'four\' d="five"></b><e f="six"seven"/><b><![CDATA[ei&ght]]></b><b>nin'
    )
    xml = parse_xml(damaged, "XML")
    assert xml.damage
    written = [word for word in ("one", "two", "four", "five", "six", "ei&ght", "nin") if xml.has_written(word)]
    assert written == ["one", "four", "five", "ei&ght"]
