"""Text, links and language codes from outside, made safe to show in a terminal or on a page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Control characters, and those that change the writing direction and so could reorder the text around them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+")
_SPACE = re.compile(r"\s+")
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_FORBIDDEN_IN_LINK = re.compile(r"[\x00-\x20\x7f\"'<>\\^`{|}]")


def sanitize_line(text: str, max_characters: int | None = None) -> str:
    """Return a text as one line without control characters, cut at a word if it is longer than `max_characters`."""
    line = _SPACE.sub(" ", _CONTROL.sub(" ", text)).strip()
    if max_characters is None or len(line) <= max_characters:
        return line
    start = line[: max_characters - 1]
    # A text without spaces is cut anywhere.
    cut = start[: start.rfind(" ")] if " " in start[max_characters // 2 :] else start
    return cut.rstrip(" ,;:–—-") + "…"


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
