"""Tonight's articles beside those that earlier nights know: which are new, and which have another text."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas

FRESH, REVISED, KNOWN = _WAYS = ("fresh", "revised", "known")


def decided(found: pa.Table, known: pa.Table, known_ids: pa.Table) -> pa.Table:
    """Table `window_changes`: the articles of the window, sorted by article_id, and how each came there.

    An article that earlier nights knew, and that has left the window since, does not come back.

    Args:
        found: what was read tonight; columns `article_id` and `content_hash`, each id once.
        known: the latest text of each article of the window, likewise.
        known_ids: every article that earlier editions saw.
    """
    before = dict(zip(known["article_id"].to_pylist(), known["content_hash"].to_pylist(), strict=True))
    how = dict.fromkeys(before, KNOWN)
    for article, content in zip(found["article_id"].to_pylist(), found["content_hash"].to_pylist(), strict=True):
        if article in before and before[article] != content:
            how[article] = REVISED
    seen = pc.is_in(found["article_id"], known_ids["article_id"].combine_chunks())
    how |= dict.fromkeys(found["article_id"].filter(pc.invert(seen)).to_pylist(), FRESH)
    ids = sorted(how)
    columns = {"article_id": ids, "how": [how[article] for article in ids]}
    return pa.table(columns, schema=schemas.SCHEMAS["window_changes"])


def laid_out(chosen: pa.Table, found: pa.Table, known: pa.Table) -> tuple[pa.Table, pa.Table, pa.Table]:
    """The articles of the window.

    A revision is the same article: it keeps the time it was first seen and, once known, the time it was published,
    so that a corrected comma does not make Monday's news Wednesday's.

    Args:
        chosen: table `window_changes`, or some of its rows.
        found: schema `articles`, these at least of what was read tonight.
        known: schema `articles`, these at least of those known.

    Returns:
        Those new tonight, those revised tonight, and all of them: schema `articles`, sorted by article_id.
    """
    ids = {how: chosen["article_id"].filter(pc.equal(chosen["how"], how)).combine_chunks() for how in _WAYS}
    fresh = found.filter(pc.is_in(found["article_id"], ids[FRESH]))
    again = found.filter(pc.is_in(found["article_id"], ids[REVISED])).to_pylist()
    columns = ["article_id", "published_at", "first_seen_at"]
    before = {row["article_id"]: row for row in known.select(columns).to_pylist()}
    for row in again:
        earlier = before[row["article_id"]]
        row |= {
            "published_at": earlier["published_at"] or row["published_at"],
            "first_seen_at": earlier["first_seen_at"],
        }
    revised = schemas.build_table("revisions", again).sort_by("article_id")
    still = known.filter(pc.is_in(known["article_id"], ids[KNOWN]))
    window = schemas.concat_tables("articles", [still, revised, fresh]).sort_by("article_id")
    return schemas.conform_table(fresh, "articles").sort_by("article_id"), revised, window
