"""The timeline of a thread: a line for each day, from its largest story on that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from newsfold import text
from newsfold.schemas.kinds import rank_kind

_MAX_DAYS = 60
_SAME_WORDS = 0.7  # of the words of the shorter line make two lines say the same

Row = Mapping[str, Any]


def build_timeline(records: Iterable[Row], language: str, inherited: Iterable[Row]) -> list[dict[str, Any]]:
    """Return one line for each day, by day; nothing for a thread of a single day.

    A day's line is that of the story with the most texts of that day; news come before comments. If an earlier line
    says the same, the next story's line stands for the day, and if all do, the day has none.

    Args:
        records: the thread's stories.
        language: the language of lines, for days on which a story has it.
        inherited: lines of former editions; they tell of the days before the first one that the stories tell of.
    """
    lines_of: defaultdict[date, list[Row]] = defaultdict(list)
    for record in records:
        for line in record["days"]:
            is_foreign, rank = record["language"] != language, rank_kind(record["kind"])
            lines_of[line["day"]].append(
                {**line, "is_foreign": is_foreign, "rank": rank, "reach": len(record["origins"])}
            )
    first = min(lines_of)
    timeline = sorted(
        (dict(line) for line in inherited if line["day"] < first), key=lambda line: (line["day"], line["text"])
    )
    if not timeline and len(lines_of) == 1:  # one day makes no timeline, and most threads have one
        return []
    said = [frozenset(text.split_words(line["text"])) for line in timeline]
    for day in sorted(lines_of):
        for line in sorted(lines_of[day], key=_rank_line):
            words = frozenset(text.split_words(line["text"]))
            if not any(_say_the_same(words, earlier) for earlier in said):
                timeline.append({name: line[name] for name in ("day", "text", "article_id", "outlet", "url")})
                said.append(words)
                break
    return timeline[-_MAX_DAYS:] if len({line["day"] for line in timeline}) > 1 else []


def _rank_line(line: Row) -> tuple[bool, int, int, int, str, str]:
    return line["is_foreign"], line["rank"], -line["n_texts"], -line["reach"], line["text"], line["article_id"]


def _say_the_same(words: frozenset[str], others: frozenset[str]) -> bool:
    return len(words & others) >= _SAME_WORDS * min(len(words), len(others))
