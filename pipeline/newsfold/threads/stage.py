"""The stage that links stories into threads: what is known of each story, which are alike, and who belongs together."""

from __future__ import annotations

from newsfold.dataflow import Stage, Step
from newsfold.threads.assign import assign_threads
from newsfold.threads.compare import compare_stories, find_story_edges
from newsfold.threads.describe import add_thread_columns, describe_threads, list_threads
from newsfold.threads.records import add_remembered_stories, build_story_records
from newsfold.threads.story_lists import list_stories

LINK = Stage(
    "link",
    "link stories into threads",
    steps=(
        Step(build_story_records, writes=("story_records",), chunk_by="described_stories"),
        Step(add_remembered_stories, writes=("thread_records", "centroids", "forgotten_stories")),
        Step(find_story_edges, writes=("story_edges",)),
        Step(list_stories, writes=("story_lists", "list_centroids")),
        Step(compare_stories, writes=("story_links",), chunk_by="thread_records"),
        Step(assign_threads, writes=("story_threads",)),
        Step(list_threads, writes=("thread_members",)),
        Step(describe_threads, writes=("threads", "thread_stories"), chunk_by="thread_members"),
        Step(add_thread_columns, writes=("stories",), chunk_by="described_stories"),
    ),
    writes=("stories", "threads", "thread_stories"),
    settings=("threads", "importance"),
)
