"""Decoding bytes: as the document or its server declares them, unless the bytes themselves say otherwise.

Order of evidence: a byte order mark; UTF-16 and UTF-32 by their NUL bytes; the escape sequences of 7-bit encodings;
valid UTF-8; what is declared; the words that the bytes make (`legacy_encodings`). Labels are read as the WHATWG
Encoding Standard reads them (https://encoding.spec.whatwg.org/#names-and-labels), and declarations within a page as the
HTML Standard finds them (13.2.3.2, "prescan a byte stream to determine its encoding").
"""

from __future__ import annotations

import codecs
import functools
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsfold import legacy_encodings
from newsfold.word_lists import load_word_lists

UTF8 = "utf-8-sig"
_MARKS = {  # the longer marks first: that of UTF-16 begins that of UTF-32
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SAMPLE_BYTES = 200_000
_HEAD_BYTES = 4096  # in which a document declares its encoding; the standard asks for 1,024 at least
_WIDE_SAMPLE_BYTES = 4096
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_XML_DECLARATION = re.compile(rb"<\?xml\s[^>]*?\bencoding\s*=\s*[\"']\s*([\w.:()+-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta\s[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:()+-]+)", re.IGNORECASE)
_NARROW_TAG = re.compile(rb"<[a-z/?!]", re.IGNORECASE)
_WIDE_BRACKET = re.compile(rb"<\x00|\x00<")
_JAPANESE_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\$\(D|\(I)")
_KOREAN_ESCAPE = re.compile(rb"\x1b\$\)C")
_CESU_8 = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_SURROGATE_REFERENCES = re.compile(
    r"&#(?:(5\d{4})|x(d[89ab][\da-f]{2}));&#(?:(5\d{4})|x(d[cdef][\da-f]{2}));", re.IGNORECASE | re.ASCII
)
_HZ_TEXT = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e]){2,}~\}")
_C1_OR_KATAKANA_TRAIL = re.compile(rb"[\x80-\xa0]")  # no two-byte character of EUC has such a byte
_MAX_DOUBTFUL_CHARACTERS = 4  # valid in UTF-8 as well as in a declared two-byte encoding
_MIN_INTACT_RATIO = 2  # characters of UTF-8 for each damaged one, if the document declares no other encoding
_MIN_INTACT_RATIO_IF_DECLARED = 10
_MIN_LEGACY_BYTES = 4  # beyond ASCII, in a table whose only line with such bytes is not UTF-8
_MAX_ODD_SHARE = 0.02  # of unassigned and control characters in a text
_MAX_CONTROL_SHARE = 0.05  # of control bytes in a text of single bytes
_TEXT_CONTROLS = "\t\n\r\f\x0e\x0f\x1a\x1b"


def decode(raw: bytes, declared: str | None = None, *, is_markup: bool = False, keep_nul: bool = False) -> str:
    """Decode bytes of unknown encoding; what cannot be decoded becomes U+FFFD.

    Args:
        raw: a whole document.
        declared: the label by which its server or its metadata declares its encoding.
        is_markup: it is HTML or XML, which may declare an encoding itself.
        keep_nul: NUL characters stay; else they are dropped.
    """
    encoding = detect_encoding(select_sample(raw), declared, is_markup=is_markup)
    decoded = (_join_surrogates(raw) if encoding == UTF8 else raw).decode(encoding, errors="replace")
    return (decoded if keep_nul else decoded.replace("\x00", "")).removeprefix("\ufeff")


def select_sample(raw: bytes) -> bytes:
    """Return the bytes by which a document's encoding is detected: the first 200,000, or all if these are ASCII."""
    sample = raw[:_SAMPLE_BYTES]
    return raw if sample.isascii() else sample


def detect_encoding(sample: bytes, declared: str | None = None, *, is_markup: bool = False) -> str:
    """Detect the encoding of a document by its first bytes.

    Args:
        sample: all its bytes, or at least those of `select_sample`.
        declared: the label by which its server or its metadata declares its encoding.
        is_markup: it is HTML or XML, which may declare an encoding itself.

    Returns:
        The name of a codec: `utf-8-sig` for UTF-8 with or without its mark, `utf-16` and `utf-32` only with theirs.
        Markup is in these only if its tags are.
    """
    wide = detect_wide_encoding(sample)
    if wide and not (is_markup and _is_narrow_markup(sample)):
        return wide
    labels = [declared, *(find_declarations(sample) if is_markup else [])]
    named = dict.fromkeys(codec for codec in map(find_codec, labels) if codec)
    # UTF-8 and UTF-16 are seen without a declaration; and one that can be read as ASCII is not in UTF-16.
    legacy = [codec for codec in named if not codec.startswith("utf-")]
    if sample.isascii():
        return _detect_seven_bit_encoding(sample, legacy) or UTF8
    n_intact, n_damaged = _count_utf8_characters(sample)
    if not n_damaged:
        return _find_doubted_by_utf8(sample, legacy, n_intact) or UTF8
    if n_intact >= n_damaged * (_MIN_INTACT_RATIO_IF_DECLARED if legacy else _MIN_INTACT_RATIO):
        return UTF8
    return legacy_encodings.choose_encoding(sample, legacy, is_markup=is_markup)


def detect_line_encoding(sample: bytes) -> str:
    """Detect the encoding of a table by its first lines, as `detect_encoding` does.

    A line of other bytes among UTF-8, or a few such bytes at all, are a broken row in UTF-8 and not another encoding.
    """
    encoding = detect_encoding(sample)
    if encoding != UTF8 and not is_wide(encoding) and not sample.isascii():
        lines = sample.splitlines()
        n_other = sum(not is_utf8(line) for line in lines)
        n_utf8 = sum(not line.isascii() for line in lines) - n_other
        n_beyond_ascii = sum(byte > 0x7F for byte in sample)
        is_stray = n_other == 1 and (n_utf8 > 0 or n_beyond_ascii < _MIN_LEGACY_BYTES)
        if len(lines) > 2 and (is_stray or n_other < n_utf8):
            return UTF8
    return encoding


def is_wide(codec: str) -> bool:
    """Return whether a codec is of UTF-16 or UTF-32."""
    return codec.startswith(("utf-16", "utf-32"))


def is_utf8(sample: bytes) -> bool:
    """Return whether bytes are valid UTF-8."""
    return not _count_utf8_characters(sample)[1]


def detect_wide_encoding(sample: bytes) -> str | None:
    """Return UTF-16 or UTF-32, with or without a mark, if bytes are text in one of them; else None."""
    for mark, codec in _MARKS.items():
        if sample.startswith(mark):
            return codec
    head = sample[:_WIDE_SAMPLE_BYTES]
    head = head[: len(head) - len(head) % 4] or head
    others = head.replace(b"\x00", b"")
    n_nul = len(head) - len(others)
    n_controls = sum(byte < 0x20 and chr(byte) not in _TEXT_CONTROLS for byte in others)
    if (
        n_nul < len(head) / 5
        and n_controls <= _MAX_CONTROL_SHARE * len(head)
        and (not n_nul or _count_utf8_characters(others)[1] <= 1)
    ):
        return None  # a text of single bytes, perhaps with stray NUL bytes
    fitting = [codec for codec in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be") if _is_text_in(head, codec)]
    return max(fitting, key=lambda codec: _count_common(head, codec), default=None)


def find_codec(label: str | None) -> str | None:
    """Return the name of the codec that a label stands for, or None if it stands for none."""
    return _load_codecs().get((label or "").strip(" \t\r\n\"';,").casefold())


def find_declarations(page: bytes) -> list[str]:
    """Return the labels that a page or an XML document gives for its encoding near its beginning, in their order."""
    head = _COMMENT.sub(b"", page[:_HEAD_BYTES])
    found = [pattern.search(head) for pattern in (_XML_DECLARATION, _META_CHARSET)]
    return [match[1].decode("ascii", "replace") for match in found if match]


def join_surrogate_references(text: str) -> str:
    """Replace two character references that name the surrogates of one character in UTF-16 by that character.

    Software that counts in UTF-16 writes `&#55357;&#56832;` for an emoji.
    """
    return _SURROGATE_REFERENCES.sub(_join_references, text) if "&#" in text else text


@functools.cache
def _load_codecs() -> Mapping[str, str]:
    lists: Mapping[str, list[str]] = _load_lists()["labels"]
    return {label: codec for codec, labels in lists.items() for label in labels}


def _load_lists() -> Mapping[str, Any]:
    return load_word_lists(Path(__file__).with_name("encodings.yaml"))


def _detect_seven_bit_encoding(sample: bytes, declared: list[str]) -> str | None:
    """Return the encoding that hides other letters in ASCII, if a text uses it: these pass for UTF-8."""
    if _JAPANESE_ESCAPE.search(sample):
        return "iso2022_jp_ext"
    if _KOREAN_ESCAPE.search(sample):
        return "iso2022_kr"
    if _HZ_TEXT.search(sample) and ("hz" in declared or _is_text_in(sample, "hz")):
        return "hz"
    return None


def _join_references(found: re.Match[str]) -> str:
    high, low = (int(found[at]) if found[at] else int(found[at + 1], 16) for at in (1, 3))
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return found[0]
    return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


def _join_surrogates(raw: bytes) -> bytes:
    """Return UTF-8 whose characters beyond U+FFFF were encoded as two surrogates (CESU-8, Unicode Report 26)."""
    return _CESU_8.sub(
        lambda pair: pair[0].decode(errors="surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16").encode(),
        raw,
    )


def _count_utf8_characters(sample: bytes) -> tuple[int, int]:
    """Count the characters beyond ASCII that are intact in UTF-8, and the damaged ones, except one that is cut off."""
    is_whole = len(sample) < _SAMPLE_BYTES
    sample = _join_surrogates(sample)
    decoded = codecs.getincrementaldecoder("utf-8")("replace").decode(sample, final=is_whole)
    n_damaged = decoded.count("\ufffd") - sample.count("\ufffd".encode())
    n_ascii = len(decoded.encode("ascii", "ignore"))
    return len(decoded) - n_ascii - n_damaged, n_damaged


def _find_doubted_by_utf8(sample: bytes, declared: list[str], n_intact: int) -> str | None:
    """Return a declared two-byte encoding in which the text is valid too: chance makes a few characters UTF-8."""
    if n_intact > _MAX_DOUBTFUL_CHARACTERS or _C1_OR_KATAKANA_TRAIL.search(sample):
        return None
    doubted = (codec for codec in declared if codec in {"gb18030", "big5hkscs", "euc_jp", "cp949"})
    return next((codec for codec in doubted if _is_text_in(sample, codec)), None)


def _is_narrow_markup(sample: bytes) -> bool:
    """Return whether the brackets of markup show that its characters have one byte, whatever mark it begins with."""
    return _NARROW_TAG.search(sample) is not None and _WIDE_BRACKET.search(sample) is None


def _is_text_in(sample: bytes, codec: str) -> bool:
    """Return whether bytes decode in an encoding without error, to hardly any character that texts do not have."""
    try:
        decoded = codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeDecodeError:
        return False
    n_odd = sum(
        unicodedata.category(char) in {"Cc", "Cn", "Co", "Cs"} and char not in _TEXT_CONTROLS for char in decoded
    )
    return bool(decoded) and "\x00" not in decoded and n_odd <= _MAX_ODD_SHARE * len(decoded)


def _count_common(sample: bytes, codec: str) -> int:
    """Count the characters that every text has: of two byte orders the right one gives more."""
    decoded = sample.decode(codec, errors="replace")
    return sum(char.isascii() or "\u3000" <= char <= "\u303f" for char in decoded)
