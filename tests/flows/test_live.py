"""Editions from outlets on the web: conditional requests, failures in table `sources`, reruns without requests."""

from __future__ import annotations

from pathlib import Path

import pytest

import newsfold
from newsfold.errors import EditionHeld
from newsfold.store import list_held_editions
from newsfold_flows.nightly import nightly
from tests import server
from tests.flows.conftest import FETCH, FIRST, ON_PREFECT, SECOND, THIRD, parquet_bytes, write_config
from tests.server import Site

FERRY = "The ferry Lomo sank before dawn with 214 aboard, and the harbour master said that divers were on their way."
MILL = "The old mill of Pellara was sold on Tuesday for one euro to a baker from the coast who wants to grind again."

pytestmark = ON_PREFECT


def test_three_editions_of_a_feed(site: Site, tmp_path: Path) -> None:
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry", FERRY), ("/mill", "Mill", MILL), home=site.url)
    site.pages |= {
        "/ferry": server.article_page("Ferry sinks off Lomo", FERRY, FERRY),
        "/mill": server.article_page("Mill", MILL),
    }
    site.pages["/post"] = server.rss_page("Post", ("https://post.example/1", "Rain", "It rained."))
    outlets = {
        "courier": {"name": "Harbour Courier", "country": "GB", "feeds": [f"{site.url}/rss"], "full_pages": True},
        "post": {"feeds": [f"{site.url}/post"]},
        "gone": {"feeds": [f"{site.url}/gone"]},
    }
    config = str(write_config(tmp_path, {"outlets": outlets, "fetch": FETCH}))
    store = tmp_path / "store"

    manifest = nightly(config, FIRST)
    assert manifest["status"] == "incomplete"
    sources = {row["source"].split()[0]: row for row in manifest["sources"]}
    assert (sources["courier"]["status"], sources["courier"]["n_kept"]) == ("ok", 2)
    assert sources["gone"]["status"] == "failed" and "404" in sources["gone"]["error"]
    articles = newsfold.load(store, "articles").to_pylist()
    assert sorted(row["title"] for row in articles) == ["Ferry sinks off Lomo", "Mill", "Rain"]
    assert {(row["outlet"], row["country"]) for row in articles} == {("Harbour Courier", "GB"), ("post", None)}

    # A rerun of the edition requests only what failed, and gives the same bytes.
    before, n_requests = parquet_bytes(store), len(site.requests)
    nightly(config, FIRST)
    assert parquet_bytes(store) == before
    assert [request.path for request in site.requests[n_requests:]] == ["/robots.txt", "/gone"]

    site.requests.clear()
    manifest = nightly(config, SECOND)
    sources = {row["source"].split()[0]: row for row in manifest["sources"]}
    assert sources["courier"]["status"] == "unchanged" and manifest["quality"]["new_articles"] == 0
    assert manifest["quality"]["articles"] == 3
    conditional = [request for request in site.requests if request.path not in ("/robots.txt", "/gone", "/post")]
    assert [request.path for request in conditional] == ["/rss"] and "If-None-Match" in conditional[0].headers

    site.pages["/rss"] = server.rss_page("Courier")
    with pytest.raises(EditionHeld, match="2 of 3 sources failed"):
        nightly(config, THIRD)
    sources = {row["source"].split()[0]: row for row in list_held_editions(store)[THIRD]["sources"]}
    assert sources["courier"]["status"] == "failed" and "0 entries, where there were 2" in sources["courier"]["error"]


def test_a_changed_page_is_a_revision_of_the_same_article(site: Site, tmp_path: Path) -> None:
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry", FERRY), ("/mill", "Mill", MILL), home=site.url)
    site.pages |= {
        "/ferry": server.article_page("Ferry sinks off Lomo", FERRY),
        "/mill": server.article_page("Mill", MILL),
    }
    outlets = {"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}}
    config = str(write_config(tmp_path, {"outlets": outlets, "fetch": FETCH}))
    store = tmp_path / "store"
    nightly(config, FIRST)
    (before,) = [row for row in newsfold.load(store, "articles").to_pylist() if "Ferry" in row["title"]]

    later = "All 214 aboard the ferry Lomo were saved, the harbour master said, and nobody is missing any longer."
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Saved", later), ("/mill", "Mill", MILL), home=site.url)
    site.pages["/ferry"] = server.article_page("All saved off Lomo", later)
    manifest = nightly(config, SECOND)
    assert (manifest["quality"]["new_articles"], manifest["quality"]["revised_articles"]) == (0, 1)
    (after,) = newsfold.load(store, "revisions").to_pylist()
    assert (after["article_id"], after["first_seen_at"]) == (before["article_id"], before["first_seen_at"])
    assert (after["title"], later in after["body"]) == ("All saved off Lomo", True)
    members = {row["article_id"]: row["title"] for row in newsfold.load(store, "story_articles").to_pylist()}
    assert members[before["article_id"]] == "All saved off Lomo"
