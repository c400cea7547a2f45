"""The stage that describes stories: word counts of the window, and then each story by itself."""

from __future__ import annotations

import pyarrow as pa

from newsfold import summaries
from newsfold.dataflow import Context, Stage, Step, TableView


def list_members(
    window_articles: TableView, copies: TableView, vectors: TableView, memberships: TableView
) -> tuple[pa.Table, pa.Table]:
    """List each story's articles, and the originals that count."""
    return summaries.lay_out(
        window_articles.read(["article_id"]),
        copies.read(["article_id", "copy_group_id", "is_original"]),
        vectors.read(["article_id"]),
        memberships.read(),
    )


def count_words(window_articles: TableView, story_originals: TableView) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Count words, languages and title prefixes of originals."""
    articles = window_articles.read(summaries.ARTICLE_COLUMNS)
    return summaries.counted(articles, story_originals.where("article_id", articles["article_id"]))


def sum_counts(
    word_counts: TableView, language_counts: TableView, rubric_counts: TableView
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Sum counts over the window."""
    return summaries.add_up(word_counts.read(), language_counts.read(), rubric_counts.read())


def describe_stories(
    story_members: TableView,
    window_articles: TableView,
    copies: TableView,
    vectors: TableView,
    edges: TableView,
    previous_story_articles: TableView,
    constraints: TableView,
    window_words: TableView,
    window_languages: TableView,
    window_rubrics: TableView,
    context: Context,
) -> tuple[pa.Table, pa.Table]:
    """Describe stories: tables `stories` and `story_articles`."""
    members = story_members.read()
    articles = members["article_ids"]
    return summaries.tell(
        members,
        (
            window_articles.where("article_id", articles, columns=summaries.ARTICLE_COLUMNS),
            copies.where("article_id", articles, columns=summaries.COPY_COLUMNS),
            vectors.where("article_id", members["vector_ids"], columns=["article_id", "vector"]),
        ),
        edges.where("left_id", members["original_ids"], columns=summaries.EDGE_COLUMNS),
        previous_story_articles.where("story_id", members["story_id"], columns=["story_id", "article_id"]),
        constraints.read(["left_id", "right_id", "must_link"]),
        summaries.WordStatistics(window_words.read(), window_languages.read(), window_rubrics.read()),
        context.settings.summaries,
        context.settings.importance,
        context.edition,
        context.seen_at,
    )


DESCRIBE = Stage(
    "describe",
    "choose headlines and summaries",
    steps=(
        Step(list_members, writes=("story_members", "story_originals")),
        Step(count_words, writes=("word_counts", "language_counts", "rubric_counts"), chunk_by="window_articles"),
        Step(sum_counts, writes=("window_words", "window_languages", "window_rubrics")),
        Step(describe_stories, writes=("stories", "story_articles"), chunk_by="story_members"),
    ),
    writes=("stories", "story_articles"),
    settings=("summaries", "importance"),
)
