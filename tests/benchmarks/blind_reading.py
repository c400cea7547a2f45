"""Two versions of what stands on the page, for readers who do not know which is which.

    python -m tests.benchmarks.blind_reading BEFORE AFTER OUT [FROM [SEED]]

BEFORE and AFTER are stores of the same nights, filled by two versions; FROM is the first edition to draw from, SEED a
word for another draw. Writes to OUT, a new folder, one text per subject (headlines and summaries, what is new, entities
of stories and of single articles): each case shows the articles and both versions, in an order that a digest draws.
`key.json` says which is which. Stories are drawn from BEFORE and found in AFTER by their representative article.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from newsfold import store, text
from tests.benchmarks.command_line import create_parser

N_CASES = {"stories": 60, "what_is_new": 60, "entities": 40, "entities_of_articles": 40}
MAX_MEMBERS = 14
CHARACTERS = 300  # of each text
Row = Mapping[str, Any]


class Edition:
    """The stories of an edition, each with its articles."""

    def __init__(self, address: str, day: date, articles: Mapping[str, Row]) -> None:
        self.day = day
        self._articles = articles
        self.stories = store.load(address, "stories", day).to_pylist()
        self._members: defaultdict[str, list[Row]] = defaultdict(list)
        for row in store.load(address, "story_articles", day).to_pylist():
            self._members[row["story_id"]].append(row)

    @cached_property
    def _story_of(self) -> dict[str, Row]:
        by_id = {story["story_id"]: story for story in self.stories}
        return {row["article_id"]: by_id[id_] for id_, rows in self._members.items() for row in rows}

    def find_story(self, article_id: str) -> Row | None:
        """Return the story of an article."""
        return self._story_of.get(article_id)

    def list_articles(self, story: Row) -> list[str]:
        """Return a line for each of the latest articles of a story."""
        members = sorted(
            self._members[story["story_id"]], key=lambda row: (row["published_at"] is None, str(row["published_at"]))
        )
        lines = []
        for row in members[-MAX_MEMBERS:]:
            article = self._articles[row["article_id"]]
            new = "NEW " if article["first_seen_at"].date() == self.day else ""
            lines.append(
                f"- {new}{row['published_at']} {row['outlet']}: {row['title']} || {article['body'][:CHARACTERS]}"
            )
        return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the cases and the key."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("before", help="a store")
    parser.add_argument("after", help="the store of the other version")
    parser.add_argument("out", type=Path, help="a new folder")
    parser.add_argument("first", type=date.fromisoformat, nargs="?", default=date.min, help="the first edition")
    parser.add_argument("seed", nargs="?", default="", help="a word for another draw")
    options = parser.parse_args(arguments)
    out, seed = options.out, f"{options.seed} " if options.seed else ""
    out.mkdir(parents=True)
    stores = (read_editions(address, options.first) for address in (options.before, options.after))
    pairs = list(zip(*stores, strict=True))
    key: dict[str, list[str]] = {}
    for subject, n_cases in N_CASES.items():
        per_edition = -(-n_cases // len(pairs))
        cases = [
            (old, new, story)
            for old, new in pairs
            for story in draw_stories(filter(WANTED[subject], old.stories), f"{seed}{subject} {old.day}", per_edition)
        ]
        lines = []
        for number, (old, new, story) in enumerate(cases[:n_cases]):
            other = new.find_story(story["representative_article_id"])
            if other is None:
                continue
            versions = [("before", SHOW[subject](story)), ("after", SHOW[subject](other))]
            case = f"{subject} {number}"
            if int(text.compute_digest(case, story["story_id"])[0], 16) % 2:
                versions.reverse()
            key[case] = [name for name, _ in versions]
            lines += [f"## {case}   edition {old.day}", *new.list_articles(other)]
            lines += [f"VERSION {place}: {shown}" for place, (_, shown) in enumerate(versions, start=1)] + [""]
        (out / f"{subject}.md").write_text("\n".join(lines), encoding="utf-8")
    (out / "key.json").write_text(json.dumps(key, indent=1), encoding="utf-8")


def read_editions(address: str, first: date) -> list[Edition]:
    """Read the editions of a store from a day on."""
    articles: dict[str, Row] = {}
    editions = []
    for day in store.list_editions(address):
        articles |= {row["article_id"]: row for row in store.load(address, "articles", day).to_pylist()}
        if day >= first:
            editions.append(Edition(address, day, dict(articles)))
    return editions


def draw_stories(stories: Iterable[Row], seed: str, n: int) -> list[Row]:
    """Draw some stories by a digest of their ids."""
    return sorted(stories, key=lambda story: text.compute_digest(seed, story["story_id"]))[:n]


WANTED: dict[str, Callable[[Row], bool]] = {
    "stories": lambda story: story["n_articles"] > 1 and story["status"] != "unchanged",
    "what_is_new": lambda story: story["status"] == "updated" and story["n_new_articles"] > 0,
    "entities": lambda story: story["n_articles"] > 1,
    "entities_of_articles": lambda story: story["n_articles"] == 1 and story["status"] == "new",
}
SHOW: dict[str, Callable[[Row], str]] = {
    "stories": lambda story: f"{story['headline']}\n   {story['summary']}",
    "what_is_new": lambda story: (
        f"({story['headline']} / {story['summary']})\n   "
        + (" ¶ ".join(sentence["text"] for sentence in story["what_is_new"]) or "nothing")
    ),
    "entities": lambda story: "; ".join(story["entities"]),
    "entities_of_articles": lambda story: "; ".join(story["entities"]),
}

if __name__ == "__main__":
    main()
