"""When a page says that it was published: of all that it states, the most exact that can be believed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from newsfold import times
from newsfold.extraction import html

ARTICLE = {"@type": "NewsArticle", "headline": "Ferry to Lomo sails again"}
TEXT = "<p>The harbour board of Lomo said that the ferry to the outer islands will sail again from next week.</p>" * 3
AT_8 = "2013-06-05T10:00:00+02:00"


def read_time(head: str = "", body: str = "") -> str | None:
    """Return a page's time in UTC, to the minute; None if it is unknown."""
    page = f"<html><head>{head}</head><body><article><h1>Ferry to Lomo sails again</h1>{body}{TEXT}</article></body>"
    printed = html.parse_page(page.encode(), None).published_at
    found = times.parse_time(printed, "UTC") if printed else None
    return found.strftime("%d %H:%M") if found else None


def ld(**more: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(ARTICLE | more)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


@pytest.mark.parametrize("seconds", [1370419200, 1370419200.0, 1370419200000, "1370419200000"])
def test_a_count_of_seconds_is_a_time_whole_or_not(seconds: object) -> None:
    assert read_time(ld(datePublished=seconds)) == "05 08:00"


@pytest.mark.parametrize("unknown", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00+00:00", "{{date}}"])
def test_a_page_without_a_readable_time_of_publication_has_that_of_its_change(unknown: str) -> None:
    assert read_time(ld(datePublished=unknown, dateModified=AT_8)) == "05 08:00"


@pytest.mark.parametrize(
    "head", [ld(dateModified=AT_8), meta("article:modified_time", AT_8), meta("og:updated_time", AT_8)]
)
def test_a_page_that_states_only_its_change_has_that_time(head: str) -> None:
    assert read_time(head) == "05 08:00"


def test_a_change_on_another_day_is_not_the_time_of_a_dated_page() -> None:
    assert read_time(meta("og:updated_time", "2013-06-07T10:00:00Z") + meta("date", "2013-06-05")) == "05 00:00"
    assert read_time(ld(datePublished="2013-06-05T10:00:00", dateModified="2013-06-06T10:00:00+02:00")) == "05 10:00"
    assert read_time(ld(datePublished="2013-06-05T10:00:00", dateModified=AT_8)) == "05 08:00"


def test_a_day_has_the_clock_that_the_page_shows_for_it() -> None:
    assert read_time(body=f'<p><time datetime="{AT_8}">5 June</time></p>') == "05 08:00"
    assert read_time(body="<p><time>June 5, 2013 10:00 am EDT</time></p>") == "05 14:00"
    assert read_time(body=f'<abbr class="published" title="{AT_8}">Jun 5, 2013</abbr>') == "05 08:00"
    video = json.dumps({"@type": "VideoObject", "uploadDate": AT_8})
    assert read_time(f'<script type="application/ld+json">{video}</script>') == "05 08:00"


def test_the_page_around_an_article_states_its_time_last() -> None:
    graph = [{"@type": ["WebPage"], "datePublished": AT_8}, {"@type": "WebSite", "datePublished": "2010-01-01"}]
    head = f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'
    assert read_time(head) == "05 08:00"
    assert read_time(head + meta("article:published_time", "2013-06-04T09:00:00Z")) == "04 09:00"


def test_no_date_depends_on_the_day_of_reading() -> None:
    assert read_time(meta("og:updated_time", "2112-06-05")) == "05 00:00"


@pytest.mark.parametrize("offset", ["+25:00", "-99:99", "+2:00:00:00"])
def test_an_impossible_offset_costs_nothing_but_its_time(offset: str) -> None:
    impossible = meta("article:published_time", f"2013-06-05T10:00:00{offset}")
    assert read_time(impossible) is None
    assert read_time(impossible + meta("date", AT_8)) == "05 08:00"
