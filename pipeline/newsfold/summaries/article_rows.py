"""The rows of `story_articles`: the role, the similarity and the `why` of each article of a story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from newsfold.summaries.cohesion import Cohesion
from newsfold.summaries.evidence import LABELLED, MAX_PHRASES, explain_copy, explain_original, explain_pair
from newsfold.summaries.stories import Story
from newsfold.summaries.word_statistics import WordStatistics


def build_article_rows(
    story: Story, statistics: WordStatistics, cohesion: Cohesion, must_linked: Collection[str]
) -> list[dict[str, Any]]:
    """Return a row of `story_articles`, but for its edition, for each article of a story, by time.

    Args:
        story: the story.
        statistics: document frequencies in the window.
        cohesion: the story's scored pairs.
        must_linked: article_ids that a label puts into one story with another.
    """
    original_of = {original.copy_group_id: original for original in story.originals}
    by_id = {original.article_id: original for original in story.originals}
    group_sizes = Counter(article.copy_group_id for article in story.articles)
    rows = []
    for article in sorted(story.articles, key=lambda a: a.time_key):
        original = original_of[article.copy_group_id]
        is_copied = group_sizes[article.copy_group_id] > 1
        if article is story.representative:
            role = "representative"
        elif article is original:
            role = "original" if is_copied else "member"
        else:
            role = "copy"
        why: list[str] = []
        if article is not original:
            why = explain_copy(article, original)
        elif article.article_id in cohesion.nearest:
            nearest_id, edge = cohesion.nearest[article.article_id]
            why = explain_pair(article, by_id[nearest_id], edge, statistics)
        elif is_copied:
            why = explain_original(story, article)
        if article.article_id in must_linked:
            why = [LABELLED, *why][:MAX_PHRASES]
        # A story without a scored pair has cohesion 1; an original without one takes its story's.
        of_story = cohesion.of_story.get(story.story_id, 1.0)
        rows.append(
            {
                "story_id": story.story_id,
                "article_id": article.article_id,
                "copy_group_id": article.copy_group_id,
                "role": role,
                "similarity": cohesion.of_article.get(original.article_id, of_story),
                "why": why,
                "outlet": article.outlet,
                "title": article.title,
                "url": article.url,
                "published_at": article.published_at,
                "language": article.language,
            }
        )
    return rows
