"""An edition as people read it: stories by rank, texts with their copies, and a page that holds it all."""

from __future__ import annotations

from pipeline.digest.edition import Digest, Text, Told, fold, read
from pipeline.digest.files import write
from pipeline.digest.page import MOST, STATUSES, page
from pipeline.digest.selection import select
from pipeline.digest.sparkline import blocks

__all__ = ["MOST", "STATUSES", "Digest", "Text", "Told", "blocks", "fold", "page", "read", "select", "write"]
