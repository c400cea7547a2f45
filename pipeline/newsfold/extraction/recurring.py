"""Recurring items, which an outlet prints night after night under one title: a programme, a live graphic, a devotion.

No list of words names them all, but a window shows them: one outlet's titles on several days that differ only by a date
or a number, or by a word or two at one end ("Tips for Canterbury on Wednesday").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.dataflow import TableView
from newsfold.extraction import word_lists
from newsfold.publishers import UNKNOWN_OUTLET

_MIN_DAYS = 3  # an outlet may report on one event under one title today and tomorrow
_MIN_DAYS_COUNTED = 2  # if their numbers differ: the count of the day, the page of the day
_MIN_SHARED_WORDS, _MAX_OTHER_WORDS = 4, 2  # in titles that begin or end alike
_MONTHS = "|".join(sorted({name for names in word_lists.load_entries("dates", "months") for name in names.split()}))
_DATE_OR_NUMBER = re.compile(
    rf"\b(?:{_MONTHS})\b|\b{word_lists.load_alternatives('dates', 'weekdays')}\b|[\d\W_]+|\b[ap]m\b"
)

_NUMBER = re.compile(r"\d+")


def find_multi_topic_articles(window_articles: TableView) -> pa.Table:
    """List the articles that are not part of any one story: roundups, and recurring items that the window shows.

    Returns:
        Table `multi_topic_articles`, in the order of `window_articles`.
    """
    names = ["article_id", "outlet", "title", "published_at", "first_seen_at", "roundup"]
    articles = window_articles.read(names)
    outlets = articles["outlet"].combine_chunks().dictionary_encode()
    codes = outlets.indices.to_numpy()
    by_outlet = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(outlets.dictionary)))
    is_recurring = np.zeros(articles.num_rows, np.bool_)
    for outlet, start, end in zip(outlets.dictionary.to_pylist(), [0, *ends], ends, strict=False):
        if outlet != UNKNOWN_OUTLET:
            rows = by_outlet[start:end]
            is_recurring[rows] = _find_recurring(articles.select(names[2:5]).take(pa.array(rows)))
    ids = articles["article_id"].filter(pc.or_(articles["roundup"], pa.array(is_recurring))).combine_chunks()
    return pa.table({"article_id": ids}, schema=schemas.SCHEMAS["multi_topic_articles"])


def _find_recurring(articles: pa.Table) -> list[bool]:
    """Return which articles of one outlet, by title, published_at and first_seen_at, are of a series."""
    days: defaultdict[tuple[str, str], set[date]] = defaultdict(set)
    numbers: defaultdict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    keys_of = []
    for title, published, seen in zip(*(column.to_pylist() for column in articles.columns), strict=True):
        keys_of.append(list(_series_keys(title)))
        for key in keys_of[-1]:
            days[key].add((published or seen).date())
            numbers[key].add(tuple(_NUMBER.findall(title)))

    def is_series(key: tuple[str, str]) -> bool:
        is_counted = key[0] == "whole" and len(numbers[key]) > 1
        return len(days[key]) >= (_MIN_DAYS_COUNTED if is_counted else _MIN_DAYS)

    return [any(is_series(key) for key in keys) for keys in keys_of]


def _series_keys(title: str) -> Iterator[tuple[str, str]]:
    """Yield what the titles of one series have in common: all but dates, or also but for words at one end."""
    stripped = strip_dates(title)
    if stripped:
        yield "whole", stripped
    words = stripped.split()
    for n_others in range(1, _MAX_OTHER_WORDS + 1):
        if len(words) - n_others >= _MIN_SHARED_WORDS:
            yield "beginning", " ".join(words[:-n_others])
            yield "end", " ".join(words[n_others:])


def strip_dates(title: str) -> str:
    """Return a title without dates, times, numbers and marks, case-folded: equal for the items of one series."""
    return _DATE_OR_NUMBER.sub(" ", title.casefold()).strip()
