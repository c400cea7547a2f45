"""Threads of a store's latest edition with their stories and days, for a person to judge whether they belong together.

    python -m tests.benchmarks.thread_membership STORE

A story passes if it is about the thread's matter: what an editor would put under one running heading, narrower than a
theme. A day passes if it says what happened in the matter on that day, and no earlier line says so. Drawn are the
twelve threads with the most articles and thirty others of several stories: the same ones for the same store.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from typing import Any

from newsfold import store
from tests.benchmarks.command_line import create_parser

LARGEST, OTHERS = 12, 30
_SEED = 11


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the drawn threads."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("store", help="a store")
    address = parser.parse_args(arguments).store
    rows = [row for row in store.load(address, "threads").to_pylist() if row["n_stories"] > 1]
    stories: dict[str, list[dict[str, Any]]] = {}
    for story in store.load(address, "thread_stories").to_pylist():
        stories.setdefault(story["thread_id"], []).append(story)
    by_size = sorted(
        (row for row in rows if row["status"] != "closed"), key=lambda row: (-row["n_articles"], row["thread_id"])
    )
    others = sorted(by_size[LARGEST:], key=lambda row: str(row["thread_id"]))
    drawn = random.Random(_SEED).sample(others, min(OTHERS, len(others)))
    for group, threads in (("largest", by_size[:LARGEST]), ("others", drawn)):
        for number, thread in enumerate(threads, start=1):
            print_thread(f"{group} {number}", thread, stories[thread["thread_id"]])


def print_thread(heading: str, thread: dict[str, Any], stories: list[dict[str, Any]]) -> None:
    """Print a thread: its stories by first day, and its days."""
    sys.stdout.write(f"\n{heading}: {thread['title']}   [{thread['n_articles']} articles]\n")
    for story in sorted(stories, key=lambda story: (story["first_day"], story["story_id"])):
        days = f"{story['first_day']} to {story['last_day']}"
        sys.stdout.write(f"   story {days}, {story['n_articles']} articles: {story['headline']}\n")
    for line in thread["timeline"]:
        sys.stdout.write(f"   day {line['day']}: {line['text']}\n")


if __name__ == "__main__":
    main()
