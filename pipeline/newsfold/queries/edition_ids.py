"""Ids of stories and threads: finding them by their beginning, and the date that they begin with."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pyarrow.compute as pc

from newsfold.store.layout import Store, open_store, parse_date
from newsfold.store.reading import list_editions, load_by_edition

_THREAD_ID = re.compile(r"t(?=\d|undated)")  # a story's id begins with its date


def names_thread(id_: str) -> bool:
    """Return whether an id, or the beginning of one, is that of a thread."""
    return bool(_THREAD_ID.match(id_))


def find_ids(store: str | Path | Store, prefix: str, edition: date | None = None) -> list[str]:
    """Find the ids of the stories or threads whose id begins with a prefix.

    Args:
        store: a store or its address.
        prefix: the beginning of an id.
        edition: the edition to search; None: the latest one, and the one whose date the id begins with.

    Raises:
        EditionNotFound: there is no such edition, or no edition at all.
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    table, column = ("threads", "thread_id") if names_thread(prefix) else ("stories", "story_id")
    published = list_editions(store)
    first = parse_first_edition(prefix)
    searched = {edition} if edition else {*published[-1:], *([first] if first in published else [])}
    ids: set[str] = set()
    for rows in load_by_edition(store, table, sorted(searched), [column]).values():
        ids |= set(rows.filter(pc.starts_with(rows[column], prefix))[column].to_pylist())
    return sorted(ids)


def parse_first_edition(id_: str) -> date | None:
    """Return the edition whose date an id names, or None if it names no date."""
    day = _THREAD_ID.sub("", id_)[:8]
    return parse_date(f"{day[:4]}-{day[4:6]}-{day[6:]}") if len(day) == 8 and day.isdigit() else None
