"""What a thread takes over from those of the edition before: its past that no remembered story tells."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Row = Mapping[str, Any]


@dataclass
class Inheritance:
    """What a thread takes over.

    Attributes:
        title: its title; None if it is new.
        kind: its kind; None if it is new.
        language: its language; None if it is new.
        first_days: the first days of the threads that it continues.
        outlets: their outlets.
        origins: their independent origins.
        timeline: their lines.
        n_former_stories: the number of their stories that are forgotten.
        n_former_articles: the number of articles of these.
    """

    title: str | None = None
    kind: str | None = None
    language: str | None = None
    first_days: list[date] = field(default_factory=list)
    outlets: set[str] = field(default_factory=set)
    origins: set[str] = field(default_factory=set)
    timeline: list[Row] = field(default_factory=list)
    n_former_stories: int = 0
    n_former_articles: int = 0


def find_heirs(
    previous: Iterable[str], earlier_stories: Iterable[tuple[str, str]], thread_of: Mapping[str, str]
) -> dict[str, str]:
    """Find the thread that continues each earlier one: of the same id, else the one with most of its stories.

    Args:
        previous: the ids of the threads of the edition before.
        earlier_stories: the ids of their stories, each with that of its thread.
        thread_of: tonight's thread of each story.

    Returns:
        The heir by thread_id; a thread none of whose stories is known any longer has none.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for story_id, thread_id in earlier_stories:
        if story_id in thread_of:
            counts[thread_id][thread_of[story_id]] += 1
    living = set(thread_of.values())
    heirs = {}
    for thread_id in previous:
        if thread_id in living:
            heirs[thread_id] = thread_id
        elif counts[thread_id]:
            heirs[thread_id] = min(counts[thread_id], key=lambda heir: (-counts[thread_id][heir], heir))
    return heirs


def inherit(
    previous: Iterable[Row], heir_of: Mapping[str, str], forgotten_stories: Iterable[Row]
) -> defaultdict[str, Inheritance]:
    """Collect what each thread takes over.

    Args:
        previous: the threads of the edition before.
        heir_of: the thread that continues each of them.
        forgotten_stories: their stories that are not remembered any longer, with `thread_id` and `n_articles`.
    """
    inheritances: defaultdict[str, Inheritance] = defaultdict(Inheritance)
    for row in previous:
        heir = heir_of.get(row["thread_id"])
        if heir is None:
            continue
        inheritance = inheritances[heir]
        if heir == row["thread_id"]:
            inheritance.title, inheritance.kind, inheritance.language = row["title"], row["kind"], row["language"]
        inheritance.first_days.append(row["first_day"])
        inheritance.outlets.update(row["outlets"])
        inheritance.origins.update(row["origins"])
        inheritance.timeline += row["timeline"]
        inheritance.n_former_stories += row["n_former_stories"]
        inheritance.n_former_articles += row["n_former_articles"]
    for story in forgotten_stories:
        heir = heir_of.get(story["thread_id"])
        if heir is not None:
            inheritances[heir].n_former_stories += 1
            inheritances[heir].n_former_articles += story["n_articles"]
    return inheritances
