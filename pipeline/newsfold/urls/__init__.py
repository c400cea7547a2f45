"""Web addresses: cleaned, compared, resolved, and reduced to the outlet that they belong to.

| module | does |
|---|---|
| `cleaning` | removes what only measures a visit: `clean_url` |
| `pages` | tells which spellings lead to one page: `find_plain_url`, `compute_page_key` |
| `domains` | finds the outlet's domain, also on a platform that hosts many: `extract_domain` |
| `links` | resolves links: `resolve_link` |
"""

from __future__ import annotations

from newsfold.urls.cleaning import clean_url
from newsfold.urls.domains import extract_domain
from newsfold.urls.links import resolve_link
from newsfold.urls.pages import compute_page_key, find_plain_url, is_renamed, list_spellings

__all__ = [
    "clean_url",
    "compute_page_key",
    "extract_domain",
    "find_plain_url",
    "is_renamed",
    "list_spellings",
    "resolve_link",
]
