"""A refreshed edition: the web is asked again, conditionally, and the edition gains what is new."""

from __future__ import annotations

from pathlib import Path

import newsfold
from newsfold_flows.nightly import nightly
from tests import server
from tests.flows.conftest import FETCH, FIRST, ON_PREFECT, parquet_bytes, write_config
from tests.server import Site

FERRY = "The ferry Lomo sank before dawn with 214 aboard, and the harbour master said that divers were on their way."
AGAIN = "Of the 214 aboard the ferry Lomo, which sank before dawn, the harbour master said that divers found nobody."
MILL = "The old mill of Pellara was sold on Tuesday for one euro to a baker from the coast who wants to grind again."

pytestmark = ON_PREFECT


def test_an_edition_gains_what_is_new_and_its_stories_keep_their_ids(site: Site, tmp_path: Path) -> None:
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry Lomo sinks", FERRY), home=site.url)
    site.pages["/post"] = server.rss_page("Post", ("https://post.example/1", "Mill sold", MILL))
    site.pages["/ferry"] = server.article_page("Ferry Lomo sinks with 214 aboard", FERRY, FERRY)
    outlets = {"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}, "post": {"feeds": [f"{site.url}/post"]}}
    config, store = str(write_config(tmp_path, {"outlets": outlets, "fetch": FETCH})), tmp_path / "store"
    nightly(config, FIRST)
    before, bytes_before = _story_by_title(store), parquet_bytes(store)

    # Nothing is new: the listings alone are asked, conditionally, and the edition stays as it is.
    site.requests.clear()
    nightly(config, FIRST, refresh=True)
    asked = [request for request in site.requests if request.path != "/robots.txt"]
    assert sorted(request.path for request in asked) == ["/post", "/rss"]
    assert all("If-None-Match" in request.headers for request in asked)
    assert parquet_bytes(store) == bytes_before

    # The ferry has left the feed, and stays in the edition; what is new joins its story.
    site.pages["/rss"] = server.rss_page("Courier", ("/hull", "Divers at the ferry Lomo", AGAIN), home=site.url)
    site.pages["/hull"] = server.article_page("Divers find nobody aboard the ferry Lomo", AGAIN, AGAIN)
    site.requests.clear()
    manifest = nightly(config, FIRST, refresh=True)
    assert manifest["quality"]["new_articles"] == 3
    assert "/ferry" not in [request.path for request in site.requests]
    after = _story_by_title(store)
    assert {title: after[title] for title in before} == before
    assert after["Divers find nobody aboard the ferry Lomo"] == after["Ferry Lomo sinks with 214 aboard"]

    # A host that does not answer takes nothing away, and is named; a run without a refresh asks nobody.
    refreshed = parquet_bytes(store)
    site.pages["/rss"] = server.Page(b"", status=500)
    (failed,) = [row for row in nightly(config, FIRST, refresh=True)["sources"] if row["n_rejected"]]
    assert (failed["n_kept"], failed["status"]) == (2, "ok") and "500" in failed["error"]
    site.requests.clear()
    nightly(config, FIRST)
    assert not site.requests
    ids = {path: content for path, content in refreshed.items() if path.startswith("articles")}
    assert {path: content for path, content in parquet_bytes(store).items() if path.startswith("articles")} == ids


def _story_by_title(address: Path) -> dict[str, str]:
    return {row["title"]: row["story_id"] for row in newsfold.load(address, "story_articles").to_pylist()}
