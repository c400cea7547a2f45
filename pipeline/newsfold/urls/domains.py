"""The domain of an outlet: the registrable one, or its own place on a platform that hosts many outlets."""

from __future__ import annotations

import functools
import ipaddress
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import idna

from newsfold.word_lists import load_word_lists


def extract_domain(url: str | None) -> str | None:
    """Return the domain of the outlet that publishes at an address, or None.

    By the Public Suffix List with its private section (https://publicsuffix.org), and `platforms.yaml`:
    `news.bbc.co.uk` is `bbc.co.uk`, `lomo.blogspot.com` is an outlet of its own, and so is `medium.com/@lomo`.
    """
    try:
        parts = urlsplit((url or "").strip())
        host = unify_host((parts.hostname or "").rstrip("."))
    except ValueError:
        return None
    if not host or "." not in host or _is_ip_address(host):
        return host or None
    account = _find_account(host, parts.path)
    if account:
        return account
    return _find_domain(host)


@functools.lru_cache(maxsize=4096)
def _find_domain(host: str) -> str:
    """Return the domain of an outlet whose host is its own."""
    suffix = next((suffix for suffix in _list_suffixes(host) if suffix in _load_platforms()["subdomains"]), None)
    if suffix:
        name = host.removesuffix(f".{suffix}").rpartition(".")[2]
        return suffix if host == suffix or name == "www" else f"{name}.{suffix}"
    domain: str | None = _load_public_suffixes().privatesuffix(host)
    return domain or host.removeprefix("www.")


@functools.lru_cache(maxsize=4096)
def unify_host(host: str) -> str:
    """Return a host in small letters and in Unicode; a platform with a domain in many countries by that of `.com`."""
    labels = [_decode_label(label) for label in unquote(host).lower().split(".")]
    for platform in _load_platforms()["countries"]:
        if platform in labels[1:-1]:
            at = labels.index(platform, 1)
            return ".".join([*labels[: at + 1], "com"])
    return ".".join(labels)


def is_public_suffix(domain: str) -> bool:
    """Return whether names below a domain belong to different owners: `com`, `co.uk`, `github.io`, `substack.com`."""
    return domain in _load_platforms()["subdomains"] or _load_public_suffixes().is_public(domain)


def _find_account(host: str, path: str) -> str | None:
    """Return host and account if the first parts of the path name the outlet: `medium.com/@lomo`."""
    bare = re.sub(r"^(?:www|m|mobile)\.", "", host)
    platforms = _load_platforms()
    names = [name for name in path.split("/") if name]
    if names and names[0].casefold() in platforms["forms"].get(bare, ()):
        names = names[1:]
    if not names:
        return None
    if names[0].startswith("@") and len(names[0]) > 1:
        return f"{bare}/{names[0].lower()}"
    first = platforms["accounts"].get(bare)
    if first is None or names[0].casefold() in platforms["no_accounts"]:
        return None
    n_names = 1 if names[0].casefold() not in first else 2
    return "/".join([bare, *names[:n_names]]).lower() if len(names) >= n_names else None


def _decode_label(label: str) -> str:
    """Return a label of a host without Punycode (RFC 5891), as it is if that is impossible."""
    try:
        return idna.decode(label) if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _list_suffixes(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels) - 1)]


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@functools.cache
def _load_platforms() -> dict[str, Any]:
    lists = load_word_lists(Path(__file__).with_name("platforms.yaml"))
    return {
        "subdomains": frozenset(lists["subdomains"]),
        "countries": tuple(lists["countries"]),
        "accounts": {host: frozenset(words) for host, words in lists["accounts"].items()},
        "forms": {host: frozenset(words) for host, words in lists["forms"].items()},
        "no_accounts": frozenset(lists["no_accounts"]),
    }


@functools.cache
def _load_public_suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
