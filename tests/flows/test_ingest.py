"""Reading in tasks: one for each source, red where it failed, asked again later where that may help."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client

import newsfold
from newsfold_flows.nightly import nightly
from tests import server
from tests.flows.conftest import ON_PREFECT, written
from tests.server import Handler, Page, Site

NIGHT = date(2013, 6, 5)
FETCH: dict[str, Any] = {
    "contact": "mailto:desk@newsfold.example",
    "delay_seconds": 0,
    "private_networks": ["127.0.0.1/32"],
    "retries": 0,
    "source_retry_seconds": 0,
}
FERRY = "The ferry Lomo sank before dawn with 214 aboard, and the harbour master said that divers were on their way."

pytestmark = ON_PREFECT


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


def failing_at_first(page: Page, times: int = 1) -> server.Reply:
    """503 so many times, then the page."""
    asked: list[int] = []

    def answer(handler: Handler) -> None:
        asked.append(1)
        handler.send(Page(b"busy", "text/plain", 503) if len(asked) <= times else page)

    return answer


def tasks_of_the_last_run() -> dict[str, str]:
    """The states of its tasks, by their names."""
    from prefect.client.schemas.filters import TaskRunFilter, TaskRunFilterFlowRunId
    from prefect.client.schemas.sorting import FlowRunSort

    with get_client(sync_client=True) as client:
        (last,) = client.read_flow_runs(limit=1, sort=FlowRunSort.EXPECTED_START_TIME_DESC)
        runs = client.read_task_runs(
            task_run_filter=TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[last.id])), limit=100
        )
    return {run.name: run.state.type.value if run.state else "" for run in runs}


def test_each_source_is_a_task_and_one_that_fails_is_red_while_the_night_goes_on(config: Path, tmp_path: Path) -> None:
    sources = [{"name": "wire", "path": "in/{edition_date}/*.jsonl"}, {"name": "lost", "path": "nowhere/*.jsonl"}]
    assert nightly(str(written(tmp_path, {"sources": sources})), NIGHT)["status"] == "incomplete"
    tasks = tasks_of_the_last_run()
    assert (tasks["read wire"], tasks["read lost"]) == ("COMPLETED", "FAILED")
    assert [state for name, state in tasks.items() if state != "COMPLETED"] == ["FAILED"]


def test_a_host_that_gives_no_answer_is_asked_again_later_and_one_that_says_no_is_not(
    site: Site, tmp_path: Path
) -> None:
    item = server.rss_page("Courier", ("https://courier.example/ferry", "Ferry", FERRY))
    site.pages["/rss"] = failing_at_first(item)
    outlets = {"courier": {"feeds": [f"{site.url}/rss"]}, "post": {"feeds": [f"{site.url}/gone"]}}
    manifest = nightly(str(written(tmp_path, {"outlets": outlets, "fetch": FETCH})), NIGHT)
    told = {line["source"].split()[0]: line["status"] for line in manifest["sources"]}
    assert told == {"courier": "ok", "post": "failed"}
    assert (len(site.requests_for("/rss")), len(site.requests_for("/gone"))) == (2, 1)
    assert [row["title"] for row in newsfold.load(tmp_path / "store", "articles").to_pylist()] == ["Ferry"]


def test_a_host_whose_rules_could_not_be_had_is_asked_for_them_again(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = failing_at_first(Page(b"User-agent: *\nDisallow: /private", "text/plain"))
    site.pages["/rss"] = server.rss_page("Courier", ("https://courier.example/ferry", "Ferry", FERRY))
    config = written(tmp_path, {"outlets": {"courier": {"feeds": [f"{site.url}/rss"]}}, "fetch": FETCH})
    assert nightly(str(config), NIGHT)["status"] == "published"
    assert len(site.requests_for("/robots.txt")) == 2


def test_sources_read_side_by_side_still_ask_their_host_for_one_thing_at_a_time(site: Site, tmp_path: Path) -> None:
    at_once, most = 0, 0

    def counted(page: Page) -> server.Reply:
        def answer(handler: Handler) -> None:
            nonlocal at_once, most
            at_once, most = at_once + 1, max(most, at_once + 1)
            time.sleep(0.02)
            at_once -= 1  # before it is sent: from then on the next may come
            handler.send(page)

        return answer

    feeds = [f"/rss{number}" for number in range(4)]
    for number, path in enumerate(feeds):
        items = [(f"/{number}/{item}", f"Ferry {number} {item}", FERRY) for item in range(3)]
        site.pages[path] = counted(server.rss_page("Courier", *items, home=site.url))
        site.pages |= {item[0]: counted(server.article_page(item[1], FERRY)) for item in items}
    outlet = {"feeds": [site.url + path for path in feeds], "full_pages": True}
    config = written(tmp_path, {"outlets": {"courier": outlet}, "fetch": FETCH})
    assert nightly(str(config), NIGHT)["quality"]["new_articles"] == 12
    assert (len(site.requests), most) == (1 + 4 + 12, 1)
