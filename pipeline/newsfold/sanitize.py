"""Text, links and language codes from outside, made safe to show in a terminal, a spreadsheet or on a page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Control characters, and those that change the writing direction and so could reorder the text around them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+")
# In JSON, line ends stand between its parts; controls within texts are escaped by the encoder, except for these.
_CONTROL_IN_JSON = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_FORMULA_START = (*"=+-@\t\r\n", *"＝＋－＠")  # full-width ones, too: some spreadsheets take them for the others
_NEGATIVE_NUMBER = re.compile(r"-[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SPACE = re.compile(r"\s+")
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_FORBIDDEN_IN_LINK = re.compile(r"[\x00-\x20\x7f-\x9f\"'<>\\^`{|}]")


def sanitize_line(text: str, max_characters: int | None = None) -> str:
    """Return a text as one line without control characters, cut at a word if it is longer than `max_characters`."""
    line = _SPACE.sub(" ", _CONTROL.sub(" ", text)).strip()
    if max_characters is None or len(line) <= max_characters:
        return line
    start = line[: max_characters - 1]
    # A text without spaces is cut anywhere.
    cut = start[: start.rfind(" ")] if " " in start[max_characters // 2 :] else start
    return cut.rstrip(" ,;:–—-") + "…"


def escape_controls(json_text: str) -> str:
    """Return JSON with escapes instead of characters that a terminal would obey; it means the same."""
    return _CONTROL_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", json_text)


def escape_formula(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: with an apostrophe before it if it looks like one.

    As OWASP recommends (CSV Injection); `restore_formula` takes the apostrophe away. A negative number, such as
    -5, is none.
    """
    bare = cell.lstrip("'")
    return f"'{cell}" if bare.startswith(_FORMULA_START) and not _NEGATIVE_NUMBER.fullmatch(bare) else cell


def restore_formula(cell: str) -> str:
    """Return the cell that `escape_formula` made this one of."""
    return cell[1:] if cell.startswith("'") and escape_formula(cell) != cell else cell


def sanitize_link(url: str | None) -> str | None:
    """Return the URL if it is an http(s) address with a host, else None: for scripts, files and data."""
    if not url or _FORBIDDEN_IN_LINK.search(url):
        return None
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and has_host else None


def sanitize_language(code: str) -> str:
    """Return a language code that is valid in HTML's `lang` attribute, else an empty string, which means unknown."""
    return code if code != "und" and _LANGUAGE_TAG.fullmatch(code) else ""
