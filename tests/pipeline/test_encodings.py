from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsfold import encodings
from tests.passages import LEGACY_ENCODINGS, PASSAGES, UNDECIDABLE

UNICODE_ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
WRONG_LABELS = [
    "utf-8",
    "iso-8859-1",
    "windows-1251",
    "gb2312",
    "shift_jis",
    "big5",
    "euc-kr",
    "utf-16",
    "latin-99",
    "",
]
WRITINGS = [
    (language, encoding)
    for language in PASSAGES
    for encoding in [*LEGACY_ENCODINGS[language], *UNICODE_ENCODINGS]
    # Without a space, a line break or a mark nothing tells UTF-16 from other bytes.
    if (language, encoding) not in {("ja", "utf-16-le"), ("ja", "utf-16-be")}
]


def build_page(passage: str, meta: str = "") -> str:
    head = f"<head>{meta}<title>{passage[:30]}</title><script>let x = '~{{';</script></head>"
    return f"<html>{head}<body class='x'><p>{passage}</p></body></html>"


@pytest.mark.parametrize(("language", "encoding"), WRITINGS)
def test_a_text_that_declares_nothing_is_decoded_in_every_encoding(language: str, encoding: str) -> None:
    assert encodings.decode(PASSAGES[language].encode(encoding)) == PASSAGES[language]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(WRITINGS), st.sampled_from(["right", *WRONG_LABELS]), st.sampled_from(["header", "meta", "both"])
)
@example(("ja", "iso2022_jp"), "utf-8", "header")
@example(("de", "utf-8"), "iso-8859-1", "both")
@example(("ru", "cp1251"), "iso-8859-1", "header")
@example(("zh", "gb2312"), "utf-16", "meta")
def test_a_page_is_decoded_whatever_is_declared(writing: tuple[str, str], label: str, place: str) -> None:
    language, encoding = writing
    label = encoding if label == "right" else label
    if (language, encoding, label) in UNDECIDABLE:
        return
    meta = "" if place == "header" else f'<meta http-equiv="Content-Type" content="text/html; charset={label}">'
    page = build_page(PASSAGES[language], meta)
    header = None if place == "meta" else label
    assert encodings.decode(page.encode(encoding), header, is_markup=True) == page


@given(st.binary(), st.none() | st.text(max_size=20) | st.sampled_from(WRONG_LABELS), st.booleans())
@example(b"\xff\xfe\x00\xd8", None, False)
@example(b"\x1b$B\xff\x00", "iso-2022-jp", True)
def test_any_bytes_become_text_without_nul_or_surrogates(raw: bytes, declared: str | None, is_markup: bool) -> None:
    decoded = encodings.decode(raw, declared, is_markup=is_markup)
    assert "\x00" not in decoded
    decoded.encode("utf-8")


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00\x0e\x0f\x1b~\ufeff")), st.sampled_from(WRONG_LABELS)
)
def test_no_declaration_makes_utf8_anything_else_if_it_has_enough_letters(content: str, label: str) -> None:
    passage = PASSAGES["el"] + content
    assert encodings.decode(passage.encode(), label) == passage


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("latin1", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("GB2312", "gb18030"),
        ("gbk", "gb18030"),
        ("Shift_JIS", "cp932"),
        ("x-sjis", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("tis-620", "cp874"),
        ("iso-8859-9", "cp1254"),
        (' "utf8"; ', "utf-8"),
        ("klingon", None),
        (None, None),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label: str | None, codec: str | None) -> None:
    assert encodings.find_codec(label) == codec


def test_every_label_is_of_a_codec_that_exists() -> None:
    for codec in set(encodings._load_codecs().values()):
        "A".encode(codec)


@pytest.mark.parametrize(
    ("page", "labels"),
    [
        (b'<meta charset="koi8-r">', ["koi8-r"]),
        (b"<META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=big5'>", ["big5"]),
        (b'<?xml version="1.0" encoding="euc-jp"?><html><meta charset=utf-8>', ["euc-jp", "utf-8"]),
        (b'<!-- <meta charset="big5"> --><meta name="x" content="y"><meta charset="gbk">', ["gbk"]),
        (b"<p>charset=gbk</p>", []),
    ],
)
def test_declarations_are_found_where_documents_make_them(page: bytes, labels: list[str]) -> None:
    assert encodings.find_declarations(page) == labels


def test_a_damaged_character_leaves_the_others_of_a_page_as_they_are() -> None:
    page = build_page(PASSAGES["cs"], '<meta charset="utf-8">').encode().replace("ř".encode(), b"\xc5", 1)
    assert encodings.decode(page, "iso-8859-1", is_markup=True).count("\ufffd") == 1
    assert "středu rozhodla" in encodings.decode(page, is_markup=True)


def test_a_single_foreign_letter_is_decoded_as_browsers_do() -> None:
    assert encodings.decode(b"Caf\xe9") == "Café"
    assert encodings.decode("The museum asks £5 – “a scandal”.".encode("cp1252")) == "The museum asks £5 – “a scandal”."


def test_the_declared_encoding_holds_for_a_few_foreign_letters() -> None:
    page = build_page("The daily Вести and the mayor, Юрий Лужков, said nothing on Friday.")
    assert encodings.decode(page.encode("cp1251"), "windows-1251", is_markup=True) == page
    assert encodings.decode("镕基".encode("gbk"), "gb2312") == "镕基"


def test_a_row_of_other_bytes_among_utf8_is_broken_and_not_another_encoding() -> None:
    rows = ["title,text", "Año,x", "Ñandú,y", "Plain,z"]
    sample = "\n".join(rows).encode() + "\nÜbung,w\n".encode("cp1252")
    assert encodings.detect_line_encoding(sample) == encodings.UTF8
    assert encodings.detect_line_encoding(b"title,text\nAn\xffchor,x\nPlain,z\n") == encodings.UTF8


def test_a_table_with_one_row_in_another_script_is_in_the_encoding_of_that_row() -> None:
    rows = f"title,text\nВести,{PASSAGES['ru']}\nFerry,sinks\n"
    assert rows.encode("cp1251").decode(encodings.detect_line_encoding(rows.encode("cp1251"))) == rows


@pytest.mark.parametrize(
    "raw", [b"\x7fELF\x02\x01\x01\x00" + bytes(60), b"SQLite format 3\x00\x10\x00\x01\x01" + bytes(90)]
)
def test_binary_files_are_not_taken_for_utf16(raw: bytes) -> None:
    assert encodings.detect_wide_encoding(raw) is None


def test_stray_nul_bytes_do_not_make_a_text_utf16() -> None:
    raw = ("The ferry sank before dawn." * 5 + "\x00").encode()
    assert encodings.detect_wide_encoding(raw) is None and "\x00" not in encodings.decode(raw)


def test_emoji_that_were_encoded_as_surrogates_are_emoji() -> None:
    """Databases and Java write CESU-8; software that counts in UTF-16 writes two references."""
    cesu = "Lomo 😀".encode("utf-16-le").decode("utf-16-le", "surrogatepass")
    cesu_8 = b"".join(char.encode() if ord(char) < 0x10000 else b"\xed\xa0\xbd\xed\xb8\x80" for char in cesu)
    assert encodings.decode(cesu_8) == encodings.decode(cesu_8, "utf-8", is_markup=True) == "Lomo 😀"
    for references in ("&#55357;&#56832;", "&#xD83D;&#xde00;"):
        assert encodings.join_surrogate_references(f"a {references} &#8217;") == "a 😀 &#8217;"
    for other in ("&#56832;&#55357;", "&#55357; &#56832;", "&#50000;&#50001;"):
        assert encodings.join_surrogate_references(other) == other


def test_a_long_document_whose_first_other_letter_is_late_is_decoded_by_it() -> None:
    written = "a " * 150_000 + "Паром на острова снова ходит с понедельника, сообщил совет порта."
    assert encodings.decode(written.encode("cp1251"), "windows-1251") == written
