"""Ids of stories and threads: finding them by their beginning, and the editions from the one that they name on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.store.layout import Store, open_store, parse_date
from newsfold.store.reading import list_editions, load_by_edition

_BATCH = 8  # editions read together: a story seldom outlives its window
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
    first = _parse_first_edition(prefix)
    searched = {edition} if edition else {*published[-1:], *([first] if first in published else [])}
    ids: set[str] = set()
    for rows in load_by_edition(store, table, sorted(searched), [column]).values():
        ids |= set(rows.filter(pc.starts_with(rows[column], prefix))[column].to_pylist())
    return sorted(ids)


def iterate_editions(store: Store, id_: str, names: Sequence[str]) -> Iterator[tuple[date, dict[str, pa.Table]]]:
    """Yield some tables of each edition, from the one that an id names on, by date."""
    first = _parse_first_edition(id_)
    editions = [edition for edition in list_editions(store) if first is None or edition >= first]
    for start in range(0, len(editions), _BATCH):
        batch = editions[start : start + _BATCH]
        tables = {name: load_by_edition(store, name, batch) for name in names}
        for edition in batch:
            yield edition, {name: tables[name].get(edition, schemas.empty_table(name)) for name in names}


def _parse_first_edition(id_: str) -> date | None:
    """Return the edition whose date an id names, or None if it names no date."""
    day = _THREAD_ID.sub("", id_)[:8]
    return parse_date(f"{day[:4]}-{day[4:6]}-{day[6:]}") if len(day) == 8 and day.isdigit() else None
