"""Which addresses lead to one page: by http or https, with or without `www.`, as AMP, for print, for mobile devices.

AMP: https://amp.dev/documentation/guides-and-tutorials/learn/amp-caches-and-cors/amp-cache-urls/
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from newsfold.urls.cleaning import clean_url
from newsfold.urls.domains import unify_host

# Caches that serve copies of AMP pages: the page's own address stands behind `/c/s/` (s: by https) or `/amp/s/`.
_AMP_CACHE_HOST = re.compile(r"(?:[a-z0-9-]+\.)?(?:cdn\.ampproject\.org|bing-amp\.com)|(?:www\.)?google\.[a-z.]{2,6}")
_AMP_CACHE_PATH = re.compile(r"/(?:[a-z]|amp)/(?:s/)?([a-z0-9.-]+\.[a-z]{2,}(?:/.*|$))", re.IGNORECASE)
# Fields of a query that ask for another form of the page: `amp=1`, `print`, `outputType=amp`, `view=print`.
_FORM_SWITCHES = frozenset({"amp", "isamp", "_amp", "is_amp", "print", "printable", "printer_friendly", "printmode"})
_SWITCHED_ON = frozenset({"", "1", "true", "yes", "amp", "print"})
_FORM_NAMES = frozenset({"outputtype", "output", "view", "type", "format", "_format", "mode"})
_FORMS = frozenset({"amp", "mobile", "print"})
_BLOGGER_PATH = re.compile(r"/\d{4}/\d\d/[^/]+\.html")  # which has a mobile form: `?m=1`
_AMP_PATH_END = re.compile(r"(?:/amp|\.amp|[-_]amp(?=\.html?$))(?=/?$|\.html?$)", re.IGNORECASE)
_AMP_PATH_START = re.compile(r"^/amp(?=/.)", re.IGNORECASE)
_DEVICE = re.compile(r"^(?:m|mobile|amp)\.(?=[^.]+\.[^.])")
_WORD = re.compile(r"[^\W_]+")
_CODE = re.compile(r"(?!(?:19|20)\d\d(?:[01]\d(?:[0-3]\d)?)?$)(?=.*\d)[^\W_]{4,}")
_WWW = re.compile(r"^www\.(?=[^.]+\.[^.])")
_INDEX_PAGE = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)


def find_plain_url(url: str | None) -> str | None:
    """Return a page's own address, cleaned and by https: not that of a form for AMP, print or mobile devices.

    A copy in AMP's caches has the address of the original.

    Returns:
        None for what `clean_url` returns None for.
    """
    cleaned = clean_url(url)
    if cleaned is None:
        return None
    parts = urlsplit(cleaned)
    if _AMP_CACHE_HOST.fullmatch(parts.netloc):
        cached = _AMP_CACHE_PATH.fullmatch(parts.path)
        if cached:
            query = f"?{parts.query}" if parts.query else ""
            return find_plain_url(f"https://{cached[1]}{query}")
    fields = [field for field in parts.query.split("&") if field and not _asks_for_form(field, parts.path)]
    path = _AMP_PATH_START.sub("", _AMP_PATH_END.sub("", parts.path))
    if path in ("", "/") and not fields and not parts.fragment:
        path = parts.path  # the address of an AMP page that has no other
    query = "?" + "&".join(fields) if fields else ""
    return f"https://{_DEVICE.sub('', parts.netloc)}{path}{query}{'#' + parts.fragment if parts.fragment else ''}"


def list_spellings(url: str) -> list[str]:
    """Return the usual spellings of a page's address: by https or http, with or without `www.` and a last slash."""
    parts = urlsplit(str(find_plain_url(url)))
    host, path = _WWW.sub("", parts.netloc), parts.path.rstrip("/")
    rest = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    return [
        f"{scheme}://{www}{host}{path}{slash}{rest}"
        for scheme in ("https", "http")
        for www in ("", "www.")
        for slash in ("", "/")
    ]


def compute_page_key(url: str | None) -> str | None:
    """Return what all addresses of one page have in common, to compare them by; it is not an address itself.

    Besides what `find_plain_url` unifies: `www.` before the host, the port of the other scheme, the countries of a
    platform (`blogspot.de`), a slash or `index.html` at the end, and small or capital letters of escapes.

    Returns:
        None for what `clean_url` returns None for.
    """
    plain = find_plain_url(url)
    if plain is None:
        return None
    parts = urlsplit(plain)
    host = _WWW.sub("", unify_host(re.sub(r":(?:80|443)$", "", parts.netloc)))
    path = _INDEX_PAGE.sub("", parts.path).rstrip("/")
    return host + path + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")


def is_renamed(key: str, other: str) -> bool:
    """Return whether two page keys may be one page before and after its headline in the address changed.

    They have a number or a code in common (`/415014/…`, `…-p54n21.html`; not a year or a date), or half of the words of
    the last part.
    """
    paths = [urlsplit(f"//{page}").path.casefold() for page in (key, other)]
    codes, other_codes = ({word for word in _WORD.findall(path) if _CODE.fullmatch(word)} for path in paths)
    if key == other or codes & other_codes:
        return True
    words, other_words = ({*_WORD.findall(path.rpartition("/")[2])} for path in paths)
    return min(len(words), len(other_words)) > 1 and 2 * len(words & other_words) >= min(len(words), len(other_words))


def _asks_for_form(field: str, path: str) -> bool:
    """Return whether a field of a query asks for another form of the page: for AMP, for print, for mobile devices."""
    name, _, value = field.casefold().partition("=")
    if name == "m" and value in ("0", "1"):
        return bool(_BLOGGER_PATH.fullmatch(path))
    return (name in _FORM_SWITCHES and value in _SWITCHED_ON) or (name in _FORM_NAMES and value in _FORMS)
