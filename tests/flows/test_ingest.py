"""Reading sources: a Prefect task for each, which fails with its source and is retried if that may help."""

from __future__ import annotations

import time
from pathlib import Path

from prefect.client.orchestration import get_client

import newsfold
from newsfold_flows.nightly import nightly
from tests import server
from tests.flows.conftest import FETCH, FIRST, ON_PREFECT, write_config
from tests.server import Handler, Page, Site

FERRY = "The ferry Lomo sank before dawn with 214 aboard, and the harbour master said that divers were on their way."

pytestmark = ON_PREFECT


def busy_at_first(page: Page, times: int = 1) -> server.Reply:
    """Reply 503 so many times, then with the page."""
    requests: list[int] = []

    def answer(handler: Handler) -> None:
        requests.append(1)
        handler.send(Page(b"busy", "text/plain", 503) if len(requests) <= times else page)

    return answer


def load_task_states() -> dict[str, str]:
    """Return the states of the last run's tasks, by their names."""
    from prefect.client.schemas.filters import TaskRunFilter, TaskRunFilterFlowRunId
    from prefect.client.schemas.sorting import FlowRunSort

    with get_client(sync_client=True) as client:
        (last,) = client.read_flow_runs(limit=1, sort=FlowRunSort.EXPECTED_START_TIME_DESC)
        runs = client.read_task_runs(
            task_run_filter=TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[last.id])), limit=100
        )
    return {run.name: run.state.type.value if run.state else "" for run in runs}


def test_each_source_is_a_task_and_only_that_of_an_unreadable_one_fails(config: Path, tmp_path: Path) -> None:
    sources = [{"name": "wire", "path": "in/{edition_date}/*.jsonl"}, {"name": "lost", "path": "nowhere/*.jsonl"}]
    assert nightly(str(write_config(tmp_path, {"sources": sources})), FIRST)["status"] == "incomplete"
    tasks = load_task_states()
    assert (tasks["read wire"], tasks["read lost"]) == ("COMPLETED", "FAILED")
    assert [state for name, state in tasks.items() if state != "COMPLETED"] == ["FAILED"]


def test_a_busy_host_is_retried_and_a_missing_page_is_not(site: Site, tmp_path: Path) -> None:
    item = server.rss_page("Courier", ("https://courier.example/ferry", "Ferry", FERRY))
    site.pages["/rss"] = busy_at_first(item)
    outlets = {"courier": {"feeds": [f"{site.url}/rss"]}, "post": {"feeds": [f"{site.url}/gone"]}}
    manifest = nightly(str(write_config(tmp_path, {"outlets": outlets, "fetch": FETCH})), FIRST)
    statuses = {row["source"].split()[0]: row["status"] for row in manifest["sources"]}
    assert statuses == {"courier": "ok", "post": "failed"}
    assert (len(site.requests_for("/rss")), len(site.requests_for("/gone"))) == (2, 1)
    assert [row["title"] for row in newsfold.load(tmp_path / "store", "articles").to_pylist()] == ["Ferry"]


def test_an_unavailable_robots_txt_is_requested_again(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = busy_at_first(Page(b"User-agent: *\nDisallow: /private", "text/plain"))
    site.pages["/rss"] = server.rss_page("Courier", ("https://courier.example/ferry", "Ferry", FERRY))
    config = write_config(tmp_path, {"outlets": {"courier": {"feeds": [f"{site.url}/rss"]}}, "fetch": FETCH})
    assert nightly(str(config), FIRST)["status"] == "published"
    assert len(site.requests_for("/robots.txt")) == 2


def test_sources_of_one_host_send_it_one_request_at_a_time(site: Site, tmp_path: Path) -> None:
    open_requests, most = 0, 0

    def count_open(page: Page) -> server.Reply:
        def reply(handler: Handler) -> None:
            nonlocal open_requests, most
            open_requests += 1
            most = max(most, open_requests)
            time.sleep(0.02)  # so that requests sent at the same time would overlap
            open_requests -= 1  # before the reply is sent: from then on the next request may come
            handler.send(page)

        return reply

    feeds = [f"/rss{number}" for number in range(4)]
    for number, path in enumerate(feeds):
        items = [(f"/{number}/{item}", f"Ferry {number} {item}", FERRY) for item in range(3)]
        site.pages[path] = count_open(server.rss_page("Courier", *items, home=site.url))
        site.pages |= {item[0]: count_open(server.article_page(item[1], FERRY)) for item in items}
    outlet = {"feeds": [site.url + path for path in feeds], "full_pages": True}
    config = write_config(tmp_path, {"outlets": {"courier": outlet}, "fetch": FETCH})
    assert nightly(str(config), FIRST)["quality"]["new_articles"] == 12
    assert (len(site.requests), most) == (1 + 4 + 12, 1)
