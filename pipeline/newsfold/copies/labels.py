"""Labels on copies: a person's decision outweighs equal texts."""

from __future__ import annotations

import pyarrow as pa

from newsfold import constraints
from newsfold.dataflow import TableView


def apply_labels(
    named_groups: TableView, labels: TableView, window_articles: TableView
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Split copy groups whose members labels keep apart; clustering joins originals only, so this comes before it.

    Returns:
        Tables `copies`, sorted by article_id, `constraints` and `label_outcomes`.
    """
    articles = window_articles.read(["article_id", "url", "canonical_url"])
    resolved = constraints.resolve_labels(labels.read(), articles)
    copies = constraints.split_copies(named_groups.read().sort_by("article_id"), resolved.constraints)
    return copies, resolved.constraints, resolved.outcomes
