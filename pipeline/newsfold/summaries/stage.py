"""The stage that describes stories: statistics of the window's words and names, and then each story by itself."""

from __future__ import annotations

from newsfold.dataflow import Stage, Step
from newsfold.summaries.describe import describe_stories
from newsfold.summaries.members import list_members
from newsfold.summaries.names.counts import count_names, sum_names
from newsfold.summaries.word_counts import count_words, sum_counts

_DESCRIPTIONS = ("described_stories", "story_reaches", "story_articles")

DESCRIBE = Stage(
    "describe",
    "choose headlines and summaries",
    steps=(
        Step(list_members, writes=("story_members", "story_originals")),
        Step(
            count_words, writes=("word_counts", "language_counts", "section_label_counts"), chunk_by="window_articles"
        ),
        Step(sum_counts, writes=("window_words", "window_languages", "window_section_labels")),
        Step(count_names, writes=("name_counts", "outlet_counts"), chunk_by="window_articles"),
        Step(sum_names, writes=("window_names",)),
        Step(describe_stories, writes=_DESCRIPTIONS, chunk_by="story_members"),
    ),
    writes=_DESCRIPTIONS,
    settings=("summaries", "importance"),
)
