"""Web addresses: cleaned, compared, resolved, and reduced to the outlet that they belong to.

| module | does |
|---|---|
| `cleaning` | removes what only measures a visit: `clean_url` |
| `pages` | finds which spellings lead to one page: `find_plain_url`, `compute_page_key` |
| `domains` | finds the outlet's domain, also on a platform that hosts many: `extract_domain`, `is_public_suffix` |
| `links` | resolves links: `resolve_link`, `replace_feed_scheme`, `is_web_address` |
"""

from __future__ import annotations

from newsfold.urls.cleaning import clean_url
from newsfold.urls.domains import extract_domain, is_public_suffix
from newsfold.urls.links import is_web_address, replace_feed_scheme, resolve_link
from newsfold.urls.pages import compute_page_key, find_plain_url, is_renamed, list_spellings

__all__ = [
    "clean_url",
    "compute_page_key",
    "extract_domain",
    "find_plain_url",
    "is_public_suffix",
    "is_renamed",
    "is_web_address",
    "list_spellings",
    "replace_feed_scheme",
    "resolve_link",
]
