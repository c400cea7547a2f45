"""What comes from outside, made harmless to show: text that stays in its place, and links that are web links."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Control characters are no text, and those that turn the writing direction can reorder what stands around them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+")
_SPACE = re.compile(r"\s+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f\"'<>\\^`{|}]")


def sanitize_line(text: str, at_most: int | None = None) -> str:
    """A text as one line without control characters, cut at a word where it is longer than `at_most` characters."""
    line = _SPACE.sub(" ", _CONTROL.sub(" ", text)).strip()
    if at_most is None or len(line) <= at_most:
        return line
    cut = line[: at_most - 1]
    # A text without spaces is cut anywhere.
    return (cut[: cut.rfind(" ")] if " " in cut[at_most // 2 :] else cut).rstrip(" ,;:–—-") + "…"


def sanitize_link(url: str | None) -> str | None:
    """The address if it is one of the web (http, https) with a host, else None: no script, no file, no data."""
    if not url or _IN_ADDRESS.search(url):
        return None
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and named else None


def sanitize_language(code: str) -> str:
    """A language code as HTML's `lang` takes it; empty, for unknown, where it is none."""
    return code if code != "und" and _LANGUAGE.fullmatch(code) else ""
