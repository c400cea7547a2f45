"""Thread history: a running matter from its first edition to its last, read from published editions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.errors import EditionNotFound
from newsfold.queries.edition_ids import iterate_editions
from newsfold.store.layout import Store, open_store


@dataclass(frozen=True)
class ThreadHistory:
    """One thread through all its editions.

    Attributes:
        thread_id: the thread's id.
        editions: schema `threads`, a row for each edition that has the thread, in order.
        stories: schema `thread_stories`, a row for each story that was in the thread, from the last edition that had it
            there, by first day and story_id.
        timeline: its days in the last edition: columns `day`, `text`, `article_id`, `outlet` and `url`; without rows
            for a thread of one day.
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
    for _, tables in iterate_editions(store, thread_id, ("threads", "thread_stories")):
        threads, thread_stories = tables["threads"], tables["thread_stories"]
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


def _select_latest(stories: pa.Table) -> pa.Table:
    """Return the last row of each story, by first day and story_id."""
    last_row = {story: row for row, story in enumerate(stories["story_id"].to_pylist())}
    latest = stories.take(pa.array(sorted(last_row.values()), pa.int64()))
    return latest.sort_by([("first_day", "ascending"), ("story_id", "ascending")])
