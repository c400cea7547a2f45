"""An edition for readers: stories by rank, texts with their copies, and one HTML page that holds them all."""

from __future__ import annotations

from newsfold.digest.edition import (
    CopyGroup,
    Digest,
    DigestStory,
    group_copies,
    group_mentions,
    group_threads,
    load_digest,
)
from newsfold.digest.files import write_pages
from newsfold.digest.page import MAX_STORIES, STATUSES, render_page
from newsfold.digest.selection import list_people, select_stories, suggest_names
from newsfold.digest.sparkline import draw_blocks

__all__ = [
    "MAX_STORIES",
    "STATUSES",
    "CopyGroup",
    "Digest",
    "DigestStory",
    "draw_blocks",
    "group_copies",
    "group_mentions",
    "group_threads",
    "list_people",
    "load_digest",
    "render_page",
    "select_stories",
    "suggest_names",
    "write_pages",
]
