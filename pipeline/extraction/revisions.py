"""Known articles read again: what an outlet has changed in them since."""

from __future__ import annotations

import pyarrow as pa

from pipeline import schemas


def revised(known: pa.Table, read: pa.Table) -> pa.Table:
    """The articles among those read that are known with another text.

    A revision is the same article: it keeps the time it was first seen and, once known, the time it was published,
    so that a corrected comma does not make Monday's news Wednesday's.

    Args:
        known: schema `articles`, the latest text of each article of the window.
        read: schema `articles`, what was read tonight.

    Returns:
        Schema `articles`, sorted by article_id: tonight's text of every article whose title or body is another one.
    """
    columns = ["article_id", "content_hash", "published_at", "first_seen_at"]
    before = {row["article_id"]: row for row in known.select(columns).to_pylist()}
    rows = []
    for article, content in zip(read["article_id"].to_pylist(), read["content_hash"].to_pylist(), strict=True):
        earlier = before.get(article)
        rows.append(earlier is not None and earlier["content_hash"] != content)
    changed = []
    for row in read.filter(pa.array(rows, pa.bool_())).to_pylist():
        earlier = before[row["article_id"]]
        published_at = earlier["published_at"] or row["published_at"]
        changed.append(row | {"published_at": published_at, "first_seen_at": earlier["first_seen_at"]})
    return schemas.build("revisions", changed).sort_by("article_id")
