"""Which articles print one text: equal and nearly equal texts become copy groups with one original.

Candidates come from three cheap keys, so no text is compared with every other: equal words (exact),
equal MinHash bands (near: both texts much alike), and common anchors (contained: one text is a cut
of the other). Every candidate is confirmed on the texts, every copy against its group's original.
"""

from __future__ import annotations

import pyarrow as pa

from pipeline import publishers, schemas
from pipeline.copies.groups import groups, linked
from pipeline.copies.texts import UNKNOWN_OUTLET, Row, Texts
from pipeline.publishers import Publishers
from pipeline.settings import Copies

__all__ = ["collapse"]

_COLUMNS = ["article_id", "outlet", "publisher_family", "canonical_url", "title", "body"]
_COLUMNS += ["agency", "syndicated_from", "dateline", "published_at", "extras"]


def collapse(articles: pa.Table, settings: Copies, known: Publishers | None = None) -> pa.Table:
    """Folds copies into groups and says which article of each is the original.

    Two texts are copies where their bodies have equal words, or where at least `near_similarity` of
    the shorter's 3-word shingles are the longer's too (`passages.similarity`). Texts under
    `min_words` are copies only where title and body are equal and no daily rubric. Sentences that an
    outlet is known to print under everything count for nothing. Each member is a copy of the group's
    original, never just of another member; how the original is chosen says `originals.choose`.

    Args:
        articles: the articles of the window, any row order.
        settings: when two texts count as copies.
        known: publishers, whose names and families tell credits and origins; the shipped ones where None.

    Returns:
        Table `copies`, one row per article, sorted by article_id.
    """
    rows = articles.select(_COLUMNS).sort_by("article_id").to_pylist()
    texts = Texts.read(rows, settings)
    links = linked(rows, texts, settings)
    found = []
    known = (known or publishers.shipped()).with_families(
        {row["outlet"]: row["publisher_family"] for row in rows if row["publisher_family"]}
    )
    for group in groups(rows, texts, links, settings, known):
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
                    "reason": group.choice.reason if len(group.members) > 1 else None,
                    "origin": group.choice.origin,
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
