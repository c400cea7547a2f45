"""What an outlet prints night after night under one title: a programme, a live graphic, a devotion for every day.

No list of words names them all, but a window shows them: one outlet's titles on three days or more that differ by a
date or a number alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

_FEWEST_DAYS = 3  # an outlet may tell one event under one title today and tomorrow
_NUMBERED = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\b|"
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|[\d\W_]+|\b[ap]m\b"
)


def about_many(articles: pa.Table) -> pa.Array:
    """Articles that are part of no one story: roundups, and those of a series that the window shows.

    Args:
        articles: the window's articles.

    Returns:
        Their ids, in the articles' order.
    """
    days: defaultdict[tuple[str, str], set[date]] = defaultdict(set)
    names = ("outlet", "title", "published_at", "first_seen_at")
    keys = []
    for outlet, title, published, seen in zip(*(articles[name].to_pylist() for name in names), strict=True):
        keys.append((outlet, _NUMBERED.sub(" ", title.casefold()).strip()))
        days[keys[-1]].add((published or seen).date())
    series = pa.array([bool(key[1]) and len(days[key]) >= _FEWEST_DAYS for key in keys], pa.bool_())
    return articles["article_id"].filter(pc.or_(articles["roundup"], series)).combine_chunks()
