"""Headlines and summaries to be read by a person, against a fixed checklist.

    python -m tests.benchmarks.reading allsides.parquet        stories of a labelled set, told afresh
    python -m tests.benchmarks.reading newsfold-store          stories of a store, each as it was told last

A summary passes that is about the story's event (1), can be understood without opening an article (2), has no pronoun,
connective or role that points to something outside it (3), no caption, teaser, call or credit (4), and tells in an
order that reads well (5). Which stories are drawn, their names decide, so that two versions are read on the same ones.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pyarrow as pa

from newsfold import settings, store, text, training

READ = 40


def main() -> None:
    """Print forty stories of each set or store."""
    for address in sys.argv[1:]:
        stories = told_afresh(Path(address)) if Path(address).is_file() else published(address)
        for number, story in enumerate(drawn(stories), start=1):
            sys.stdout.write(
                f"\n{number}. {story['headline']}   [{story['n_articles']} articles, {story['n_outlets']} outlets]\n"
            )
            for sentence in story["summary_sentences"]:
                sys.stdout.write(f"   {sentence['outlet']}: {sentence['text']}\n")


def drawn(stories: pa.Table) -> list[dict[str, Any]]:
    """Stories of several outlets, each once."""
    last = {story["story_id"]: story for story in stories.sort_by("edition_date").to_pylist() if story["n_outlets"] > 1}
    return [last[chosen] for chosen in sorted(last, key=lambda one: text.compute_digest("read", one))[:READ]]


def told_afresh(path: Path) -> pa.Table:
    """The labelled stories of a gold table, as they are told today."""
    (labelled,) = training.load_labelled_sets([path], settings.Settings())
    return training.summarise_stories(labelled, settings.Settings())[0]


def published(address: str) -> pa.Table:
    """The stories of all editions of a store."""
    return pa.concat_tables([store.load(address, "stories", edition) for edition in store.list_editions(address)])


if __name__ == "__main__":
    main()
