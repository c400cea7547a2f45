"""Which articles print one text: equal and nearly equal texts become copy groups with one original.

Candidates come from three cheap keys, so no text is compared with every other: equal words (exact),
equal MinHash bands (near: both texts much alike), and common anchors (contained: one text is a cut
of the other). Every candidate is confirmed on the texts, every copy against its group's original.

What reads texts (`read`, `confirmed`, `settled`) works on any of them by themselves; what needs all articles together
(`number`, `alike`, `contained`, `copy_components`) goes by digests, sketches and links alone.
"""

from __future__ import annotations

import pyarrow as pa

from newsfold import publishers
from newsfold.copies.candidates import alike, contained
from newsfold.copies.groups import confirmed, linked, settled
from newsfold.copies.texts import number, owners, read, standing
from newsfold.publishers import Publishers
from newsfold.settings import Copies

__all__ = [
    "ABOUT",
    "alike",
    "collapse",
    "confirmed",
    "contained",
    "knowing",
    "linked",
    "number",
    "owners",
    "read",
    "settled",
    "standing",
]

# What is told of articles besides their texts.
ABOUT = (
    *("article_id", "outlet", "publisher_family", "canonical_url"),
    *("agency", "syndicated_from", "dateline", "published_at"),
)


def collapse(articles: pa.Table, settings: Copies, known: Publishers | None = None) -> pa.Table:
    """Folds copies into groups and says which article of each is the original.

    Two texts are copies where their bodies have equal words, or where at least `near_similarity` of
    the shorter's 3-word shingles are the longer's too (`similarity.compute_similarity`). Texts under
    `min_words` are copies only where title and body are equal and no daily rubric. Sentences that an
    outlet is known to print under everything count for nothing. Each member is a copy of the group's
    original, never just of another member; how the original is chosen says `originals.choose_original`.

    Args:
        articles: the articles of the window, any row order.
        settings: when two texts count as copies.
        known: publishers, whose names and families tell credits and origins; the shipped ones where None.

    Returns:
        Table `copies`, one row per article, sorted by article_id.
    """
    articles = articles.sort_by("article_id")
    bodies, prints = read(articles, standing(articles), settings)
    texts = number(bodies, settings)
    links = confirmed(alike(texts, bodies), bodies, prints, settings)
    cuts = confirmed(contained(texts, bodies, links, settings), bodies, prints, settings)
    links = pa.concat_tables([links, cuts])
    knows = knowing(known or publishers.load_shipped_publishers(), owners(articles))
    groups = linked(texts, links)
    return settled(groups, articles.select(ABOUT), bodies, prints, links, settings, knows).sort_by("article_id")


def knowing(known: Publishers, found: pa.Table) -> Publishers:
    """Publishers with the families that articles name; a later row's word counts before an earlier one's.

    Args:
        known: publishers.
        found: table `outlet_families`.
    """
    named = zip(found["outlet"].to_pylist(), found["publisher_family"].to_pylist(), strict=True)
    return known.with_families(dict(named))
