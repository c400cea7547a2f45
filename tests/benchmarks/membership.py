"""Published stories with their articles, for a person to judge whether they belong together.

    python -m tests.benchmarks.membership STORE

A story passes if an editor would print its articles under one headline. Drawn are the two largest stories of each
edition, three others of several outlets, and twenty stories of all editions in several languages: the same ones for
the same store.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from typing import Any

from newsfold import store
from tests.benchmarks.command_line import create_parser

LARGEST, SEVERAL_OUTLETS, SEVERAL_LANGUAGES = 2, 3, 20
_SHOWN_ARTICLES = 45
_SEED = 1119

Story = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the drawn stories of a store."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("store", help="a store")
    address = parser.parse_args(arguments).store
    editions = store.list_editions(address)
    stories = {str(edition): store.load(address, "stories", edition).to_pylist() for edition in editions}
    articles: dict[tuple[str, str], list[Story]] = {}
    for edition in editions:
        for row in store.load(address, "story_articles", edition).to_pylist():
            articles.setdefault((str(row["edition_date"]), row["story_id"]), []).append(row)
    for group, drawn in draw_stories(stories).items():
        for number, story in enumerate(drawn, start=1):
            print_story(f"{group} {number}", story, articles[str(story["edition_date"]), story["story_id"]])


def draw_stories(stories: dict[str, list[Story]]) -> dict[str, list[Story]]:
    """Draw stories of each group.

    Args:
        stories: rows of table `stories` by edition.
    """
    rng = random.Random(_SEED)
    drawn: dict[str, list[Story]] = {"largest": [], "several outlets": [], "several languages": []}
    for rows in stories.values():
        by_size = sorted(rows, key=lambda story: (-story["n_articles"], story["story_id"]))
        drawn["largest"] += by_size[:LARGEST]
        drawn["several outlets"] += _sample(
            rng, [story for story in by_size[LARGEST:] if story["n_outlets"] > 1], SEVERAL_OUTLETS
        )
        per_edition = SEVERAL_LANGUAGES // len(stories)
        drawn["several languages"] += _sample(rng, [story for story in by_size if _is_mixed(story)], per_edition)
    mixed = drawn["several languages"]
    others = [story for rows in stories.values() for story in rows if _is_mixed(story) and story not in mixed]
    mixed += _sample(rng, others, SEVERAL_LANGUAGES - len(mixed))
    return drawn


def print_story(title: str, story: Story, articles: list[Story]) -> None:
    """Print a story and its articles in the order of their times."""
    sys.stdout.write(f"\n{title}: {story['headline']}   [{story['edition_date']}, {story['n_articles']} articles]\n")
    articles = sorted(articles, key=lambda article: (str(article["published_at"]), article["article_id"]))
    for article in articles[:_SHOWN_ARTICLES]:
        time = str(article["published_at"] or "undated")[:16]
        sys.stdout.write(f"   {time}  {article['outlet']} [{article['language']}]: {article['title']}\n")


def _sample(rng: random.Random, stories: list[Story], count: int) -> list[Story]:
    return rng.sample(stories, min(count, len(stories)))


def _is_mixed(story: Story) -> bool:
    return len(story["languages"]) > 1


if __name__ == "__main__":
    main()
