"""An edition as people read it: stories by rank, texts with their copies, and a page that holds it all."""

from __future__ import annotations

from newsfold.digest.edition import Digest, Text, Told, fold, read
from newsfold.digest.files import write
from newsfold.digest.page import MOST, STATUSES, page
from newsfold.digest.selection import select
from newsfold.digest.sparkline import blocks

__all__ = ["MOST", "STATUSES", "Digest", "Text", "Told", "blocks", "fold", "page", "read", "select", "write"]
