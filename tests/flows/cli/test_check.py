from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests import server
from tests.flows.cli.command import newsfold
from tests.flows.conftest import FETCH
from tests.server import Site


def test_every_source_of_the_sample_can_be_read() -> None:
    done = newsfold("check")
    assert done.exit_code == 0, done.output


def test_an_unreadable_source_is_named(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("sources: [{name: lost, path: nowhere/*.xml}]\n")
    done = newsfold("check", "--config", tmp_path / "c.yaml")
    assert done.exit_code == 3
    assert "nowhere" in done.output


def test_labels_are_counted_and_contradictory_ones_refused(tmp_path: Path) -> None:
    (tmp_path / "n.jsonl").write_text('{"title": "Ferry sinks off Lomo"}\n')
    (tmp_path / "c.yaml").write_text("labels: [pairs.csv]\nsources: [{name: n, path: n.jsonl}]\n")
    (tmp_path / "pairs.csv").write_text("left,right,label\na,b,must-link\nb,c,must-link\nx,y,apart\n")
    done = newsfold("check", "--config", tmp_path / "c.yaml")
    assert done.exit_code == 0, done.output
    assert "2 must-link, 1 cannot-link" in done.output
    (tmp_path / "pairs.csv").write_text("left,right,label\na,b,must-link\na,b,cannot-link\n")
    refused = newsfold("check", "--config", tmp_path / "c.yaml")
    assert refused.exit_code == 2
    assert "pairs.csv row 3" in refused.output


def test_each_source_is_requested_once_and_no_page(tmp_path: Path, site: Site) -> None:
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", "At dawn."), home=site.url)
    file = tmp_path / "mine.yaml"
    feeds = [f"{site.url}/rss", f"{site.url}/gone"]
    outlets = {"courier": {"feeds": feeds, "full_pages": True}}
    file.write_text(yaml.safe_dump({"outlets": outlets, "fetch": FETCH}))
    checked = newsfold("check", "--config", file)
    assert checked.exit_code == 3 and "404" in checked.output
    assert sorted(request.path for request in site.requests) == ["/gone", "/robots.txt", "/rss"]


def test_sources_on_the_web_need_a_contact(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("outlets: {post: {feeds: [https://post.example/rss]}}")
    refused = newsfold("check", "--config", file)
    assert refused.exit_code == 2 and "contact" in refused.output


def test_a_configuration_without_sources_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("window_days: 3\n")
    refused = newsfold("check", "--config", tmp_path / "c.yaml")
    assert refused.exit_code == 2 and "there is nothing to read" in refused.output


def test_all_that_a_night_lacks_is_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DESK_HOOK", raising=False)
    (tmp_path / "n.jsonl").write_text('{"headline": "Ferry sinks off Lomo", "text": "At dawn.", "paper": "Courier"}\n')
    (tmp_path / "file").write_text("")
    content = {
        "sources": [{"name": "n", "path": "n.jsonl"}],
        "store": str(tmp_path / "file" / "store"),
        "digest_file": "file/{edition_date}.html",
        "alerts": {"webhook_env": "DESK_HOOK", "command": ["no-such-program"]},
        "embedding": {"model": str(tmp_path / "nowhere")},
        "kinds": {"model": "lost.json"},
    }
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(content))
    checked = newsfold("check", "--config", tmp_path / "c.yaml")
    assert checked.exit_code == 2, checked.output
    assert "`headline` looks like `title`" in checked.output and "`paper` looks like `outlet`" in checked.output
    for problem in ("`embedding`: ", "`kinds.model`: ", "`store`: ", "`digest_file`: ", "DESK_HOOK", "no-such-program"):
        assert (
            f"✗ {problem}" in checked.output
            or f": {problem} does not hold" in checked.output
            or (f"no program {problem}" in checked.output)
        ), checked.output
    monkeypatch.setenv("DESK_HOOK", "https://desk.example/hook")
    (tmp_path / "c.yaml").write_text(
        yaml.safe_dump({"sources": content["sources"], "alerts": {"webhook_env": "DESK_HOOK"}})
    )
    assert newsfold("check", "--config", tmp_path / "c.yaml", "--store", tmp_path / "store").exit_code == 0
    assert not (tmp_path / "store").exists()


def test_a_listing_with_nothing_new_is_fine(tmp_path: Path, site: Site) -> None:
    # Its page is fetched by night, not by `check`: nothing of it can be read now.
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "", ""), ("/ferry", "", ""), home=site.url)
    outlets = {"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}, "post": {"feeds": [f"{site.url}/post"]}}
    site.pages["/post"] = server.rss_page("Post")
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump({"outlets": outlets, "fetch": FETCH}))
    done = newsfold("check", "--config", tmp_path / "mine.yaml")
    assert done.exit_code == 0, done.output
