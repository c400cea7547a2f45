"""Headlines and summaries for a person to rate against a fixed checklist.

    python -m tests.benchmarks.reading allsides.parquet        stories of a labelled set, described now
    python -m tests.benchmarks.reading newsfold-store          stories of a store, each from its last edition

A summary passes if it is about the story's event (1), can be understood without opening an article (2), has no pronoun,
connective or role that points to something outside it (3), no caption, teaser, call or credit (4), and reads well in
its order (5). Stories are drawn by a digest of their names, so that two versions are rated on the same ones.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from newsfold import settings, store, text, training
from tests.benchmarks.command_line import create_parser

N_STORIES = 40


def main(arguments: Sequence[str] | None = None) -> None:
    """Print some stories of each set or store."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("addresses", nargs="+", metavar="GOLD or STORE", help="labelled tables or stores")
    for address in parser.parse_args(arguments).addresses:
        stories = describe_labelled(Path(address)) if Path(address).is_file() else load_published(address)
        for number, story in enumerate(draw_stories(stories), start=1):
            sys.stdout.write(
                f"\n{number}. {story['headline']}   [{story['n_articles']} articles, {story['n_outlets']} outlets]\n"
            )
            for sentence in story["summary_sentences"]:
                sys.stdout.write(f"   {sentence['outlet']}: {sentence['text']}\n")


def draw_stories(stories: pa.Table) -> list[dict[str, Any]]:
    """Draw `N_STORIES` stories of several outlets, each as in its last edition."""
    last = {story["story_id"]: story for story in stories.sort_by("edition_date").to_pylist() if story["n_outlets"] > 1}
    return [last[story_id] for story_id in sorted(last, key=lambda id_: text.compute_digest("read", id_))[:N_STORIES]]


def describe_labelled(path: Path) -> pa.Table:
    """Describe the labelled stories of a gold table."""
    (labelled,) = training.load_labelled_sets([path], settings.Settings())
    return training.summarise_stories(labelled, settings.Settings())[0]


def load_published(address: str) -> pa.Table:
    """Load the stories of all editions of a store."""
    return pa.concat_tables([store.load(address, "stories", edition) for edition in store.list_editions(address)])


if __name__ == "__main__":
    main()
