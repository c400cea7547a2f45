"""Recurring items, which an outlet prints night after night under one title: a programme, a live graphic, a devotion.

No list of words names them all, but a window shows them: one outlet's titles on three days or more that differ only by
a date or a number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.dataflow import TableView
from newsfold.extraction import word_lists

_MIN_DAYS = 3  # an outlet may report on one event under one title today and tomorrow
_MONTHS = "|".join(sorted({name for names in word_lists.load_entries("dates", "months") for name in names.split()}))
_DATE_OR_NUMBER = re.compile(
    rf"\b(?:{_MONTHS})\b|\b{word_lists.load_alternatives('dates', 'weekdays')}\b|[\d\W_]+|\b[ap]m\b"
)


def find_multi_topic_articles(window_articles: TableView) -> pa.Table:
    """List the articles that are not part of any one story: roundups, and recurring items that the window shows.

    Returns:
        Table `multi_topic_articles`, in the order of `window_articles`.
    """
    articles = window_articles.read(["article_id", "outlet", "title", "published_at", "first_seen_at", "roundup"])
    days: defaultdict[tuple[str, str], set[date]] = defaultdict(set)
    names = ("outlet", "title", "published_at", "first_seen_at")
    keys = []
    for outlet, title, published, seen in zip(*(articles[name].to_pylist() for name in names), strict=True):
        keys.append((outlet, strip_dates(title)))
        days[keys[-1]].add((published or seen).date())
    is_recurring = pa.array([bool(key[1]) and len(days[key]) >= _MIN_DAYS for key in keys], pa.bool_())
    ids = articles["article_id"].filter(pc.or_(articles["roundup"], is_recurring)).combine_chunks()
    return pa.table({"article_id": ids}, schema=schemas.SCHEMAS["multi_topic_articles"])


def strip_dates(title: str) -> str:
    """Return a title without dates, times, numbers and marks, case-folded: equal for the items of one series."""
    return _DATE_OR_NUMBER.sub(" ", title.casefold()).strip()
