from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from newsfold import stages
from newsfold.dataflow import MemoryView
from newsfold.extraction.recurring import find_multi_topic_articles
from newsfold.settings import Settings
from tests.factories import articles_table


def multi_topic_ids(articles: pa.Table) -> list[str]:
    ids: list[str] = find_multi_topic_articles(MemoryView(articles))["article_id"].to_pylist()
    return ids


def nightly(*titles: str, outlet: str = "Harbour Courier") -> list[dict[str, object]]:
    """Titles of one outlet, one a day."""
    return [
        {"title": title, "outlet": outlet, "published_at": datetime(2013, 6, 1 + day, 6, tzinfo=UTC), "body": title}
        for day, title in enumerate(titles)
    ]


@pytest.mark.parametrize(
    "titles",
    [
        ("Word for the day | 6/1/2013", "Word for the day | 6/2/2013", "Word for the day | 6/3/2013"),
        ("Interactive: the flood in maps",) * 3,
        ("Ministry gives flood updates (1 June 2013)", "Ministry gives flood updates (2 June 2013)") * 2,
        ("Lomo reports 12 new cases of fever", "Lomo reports 9 new cases of fever"),
        tuple(f"Sailing tips and start lists for {place}" for place in ("Lomo", "Port Vale", "Arden")),
        tuple(f"{name}: letters to the harbour master" for name in ("Ida", "Old Bo", "Ann")),
    ],
)
def test_an_item_under_one_title_every_day_is_recurring(titles: tuple[str, ...]) -> None:
    articles = articles_table(nightly(*titles) + nightly("Ferry runs aground off Lomo", outlet="Lomo Post"))
    assert multi_topic_ids(articles) == articles["article_id"].to_pylist()[: len(titles)]


@pytest.mark.parametrize(
    "rows",
    [
        nightly("Ferry runs aground off Lomo", "Ferry runs aground off Lomo"),
        nightly("Ferry runs aground", "Ferry sinks", "Ferry raised"),
        [row for name in ("One", "Two", "Three") for row in nightly("Ferry runs aground", outlet=name)],
        nightly("12", "13", "14"),
        nightly(*(f"Ferry aground off {place}" for place in ("Lomo", "Vale", "Arden"))),
        nightly("Ferry with 12 aboard sinks", "Ferry with 12 aboard sinks"),
        nightly(*["Ferry runs aground off Lomo"] * 3, outlet="unknown"),
    ],
)
def test_a_repeated_story_is_not_a_recurring_item(rows: list[dict[str, object]]) -> None:
    assert multi_topic_ids(articles_table(rows)) == []


def test_roundups_are_multi_topic_on_any_day() -> None:
    rows = [row | {"roundup": number == 0} for number, row in enumerate(nightly("Morning briefing", "Ferry sinks"))]
    assert multi_topic_ids(articles_table(rows)) == ["a000"]


def test_recurring_items_do_not_form_a_story() -> None:
    days = [f"Reflections by the harbour pastor, 6/{day}/2013" for day in (3, 4, 5, 6)]
    table = pa.table(
        {
            "id": days,
            "title": days,
            "outlet": ["Courier"] * 4,
            "text": [f"{title}: patience, again, and the tide." for title in days],
            "published_at": [datetime(2013, 6, day, tzinfo=UTC) for day in (3, 4, 5, 6)],
        }
    )
    stories = stages.cluster(table, Settings()).stories
    assert stories["n_articles"].to_pylist() == [1] * 4
