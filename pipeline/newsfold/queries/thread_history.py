"""Thread history: a running matter from its first edition to its last, read from published editions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.errors import EditionNotFound
from newsfold.queries.edition_ids import parse_first_edition
from newsfold.store.layout import Store, open_store
from newsfold.store.reading import list_editions, load_by_edition

_BATCH = 16  # editions read at once


@dataclass(frozen=True)
class ThreadHistory:
    """One thread through all its editions.

    Attributes:
        thread_id: the thread's id.
        editions: schema `threads`, a row for each edition that has the thread, in order.
        stories: schema `thread_stories`, a row for each story that was in the thread, from the last edition that had it
            there, by first day and story_id.
        timeline: the days of the thread in its last edition: columns `day`, `text`, `article_id`, `outlet` and `url`;
            for a thread of one day, its title alone is told by `editions`.
    """

    thread_id: str
    editions: pa.Table
    stories: pa.Table
    timeline: pa.Table


def thread(store: str | Path | Store, thread_id: str) -> ThreadHistory:
    """Load a thread's history: its editions, its stories, also those whose articles are long gone, and its days.

    Args:
        store: a store or its address.
        thread_id: the thread, whether it is closed or not.

    Raises:
        EditionNotFound: no edition has such a thread.
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    rows: list[pa.Table] = []
    stories: list[pa.Table] = []
    for threads, thread_stories in _iter_editions(store, thread_id):
        rows.append(threads.filter(pc.equal(threads["thread_id"], thread_id)))
        stories.append(thread_stories.filter(pc.equal(thread_stories["thread_id"], thread_id)))
        if rows[-1].num_rows and rows[-1]["status"][0].as_py() == "closed":
            break
    editions = schemas.concat_tables("threads", rows)
    if not editions.num_rows:
        raise EditionNotFound(f"No edition in {store.name} has the thread {thread_id!r}; `newsfold show` lists some.")
    days = editions["timeline"].to_pylist()[-1]
    return ThreadHistory(
        thread_id,
        editions,
        _select_latest(schemas.concat_tables("thread_stories", stories)),
        pa.Table.from_pylist(days, schema=pa.schema(schemas.SCHEMAS["threads"].field("timeline").type.value_type)),
    )


def _iter_editions(store: Store, thread_id: str) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield tables `threads` and `thread_stories` of each edition, from the thread's first one on."""
    first = parse_first_edition(thread_id)
    editions = [edition for edition in list_editions(store) if first is None or edition >= first]
    names = ("threads", "thread_stories")
    for start in range(0, len(editions), _BATCH):
        batch = editions[start : start + _BATCH]
        tables = {name: load_by_edition(store, name, batch) for name in names}
        for edition in batch:
            threads, stories = (tables[name].get(edition, schemas.empty_table(name)) for name in names)
            yield threads, stories


def _select_latest(stories: pa.Table) -> pa.Table:
    """Return the last row of each story, by first day and story_id."""
    last_row = {story: row for row, story in enumerate(stories["story_id"].to_pylist())}
    latest = stories.take(pa.array(sorted(last_row.values()), pa.int64()))
    return latest.sort_by([("first_day", "ascending"), ("story_id", "ascending")])
