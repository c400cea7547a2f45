"""Which articles print one text: equal and nearly equal texts become copy groups with one original.

Candidates come from three cheap keys, so no text is compared with every other: equal words (exact),
equal MinHash bands (near: both texts much alike), and common anchors (contained: one text is a cut
of the other). Every candidate is confirmed on the texts, every copy against its group's original.
"""

from __future__ import annotations

import pyarrow as pa

from pipeline import schemas
from pipeline.copies.groups import groups, linked
from pipeline.copies.texts import UNKNOWN_OUTLET, Row, Texts
from pipeline.settings import Copies

__all__ = ["collapse"]

_COLUMNS = ["article_id", "outlet", "canonical_url", "title", "body"]
_COLUMNS += ["agency", "syndicated_from", "published_at", "extras"]


def collapse(articles: pa.Table, settings: Copies) -> pa.Table:
    """Folds copies into groups and says which article of each is the original.

    Two texts are copies where their bodies have equal words, or where at least `near_similarity` of
    the shorter's 3-word shingles lie in the longer (containment, Broder 1997). Texts under
    `min_words` are copies only where title and body are equal and no daily rubric. Each member is a
    copy of the group's original, never just of another member. The original is, in this order: of
    an outlet that another member credits; credited to nobody else; published first (unknown last);
    longest; of the smallest article_id.

    Args:
        articles: the articles of the window, any row order.
        settings: when two texts count as copies.

    Returns:
        Table `copies`, one row per article, sorted by article_id.
    """
    rows = articles.select(_COLUMNS).sort_by("article_id").to_pylist()
    texts = Texts.read(rows, settings)
    links = linked(rows, texts, settings)
    found = []
    for group in groups(rows, texts, links, settings):
        original = rows[group.original]
        for member, similarity in group.members:
            equal = bool(texts.node[member] == texts.node[group.original])
            found.append(
                {
                    "article_id": rows[member]["article_id"],
                    "copy_group_id": original["article_id"],
                    "is_original": member == group.original,
                    "similarity": similarity,
                    "kind": _kind(rows[member], original, equal=equal),
                }
            )
    return schemas.build("copies", found).sort_by("article_id")


def _kind(row: Row, original: Row, *, equal: bool) -> str:
    if row is original:
        return "exact"
    if row["outlet"] == original["outlet"] != UNKNOWN_OUTLET:
        page = row["canonical_url"]
        if not equal or (page is not None and page == original["canonical_url"]):
            return "revision"
    return "exact" if equal else "near"
