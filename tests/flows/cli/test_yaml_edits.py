"""Keys are added to a section of a file, whatever style a person wrote it in, and nothing else changes."""

from __future__ import annotations

import pytest
import yaml

from newsfold_flows.cli.yaml_edits import set_keys

NEW = {"courier": {"name": "Harbour: Courier", "feeds": ["https://courier.example/rss"]}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# ours\n",
        "window_days: 3",
        "outlets:\nwindow_days: 3\n",
        "outlets: {}  # none yet\nwindow_days: 3\n",
        "outlets: null # none\n",
        "outlets:  # by key\n  # national\n  post:\n    feeds: [https://post.example/rss]  # the main one\n\n# more\n",
        "outlets:\n    post:\n        feeds:\n        - https://post.example/rss  # the main one\nwindow_days: 3\n",
        "outlets:\n  post: {feeds: [https://post.example/rss]}",
        "outlets: {post: {feeds: [https://post.example/rss]}, wire: {}}  # all\nwindow_days: 3\n",
        "outlets:\n  post:\n    name: >-\n      Evening\n      Post\n\nwindow_days: 3\n",
        "outlets:\n  post:\n  wire: # agency\nwindow_days: 3\n",
        "outlets: &all\n  post: {country: GB}\nothers: *all\n",
    ],
)
def test_a_key_is_added_in_any_style(text: str) -> None:
    edited = set_keys(text, "outlets", NEW)
    before = yaml.safe_load(text) or {}
    if "*all" not in text:
        assert yaml.safe_load(edited) == before | {"outlets": (before.get("outlets") or {}) | NEW}, edited
    kept = [line for line in text.splitlines() if "{}" not in line and "null" not in line and "all" not in line]
    lines = iter(edited.splitlines())
    assert all(line in lines for line in kept), edited
    for comment in ("# none yet", "# by key", "# the main one", "# agency", "# all"):
        assert (comment in edited) == (comment in text)


def test_a_text_stays_a_text_in_yaml_1_1() -> None:
    norway = {"post": {"country": "NO"}}
    assert yaml.safe_load(set_keys("alerts:\n  on: [held]\n", "outlets", norway))["outlets"] == norway


@pytest.mark.parametrize(
    "text",
    [
        "fetch: {private_networks: [10.1.0.0/16], retries: 0}  # ours\nstore: s\n",
        "fetch:\n  private_networks:\n  - 10.1.0.0/16  # ours\n  retries: 0\nstore: s\n",
        "fetch:\n  private_networks:\n  retries: 0 # ours\nstore: s\n",
        "fetch:\n  retries: 0\n  private_networks:\n    - 10.1.0.0/16 \n# ours\nstore: s\n",
    ],
)
def test_a_key_that_exists_gets_the_new_value(text: str) -> None:
    edited = set_keys(text, "fetch", {"private_networks": ["10.1.0.0/16", "127.0.0.1/32"]})
    expected = {"fetch": {"private_networks": ["10.1.0.0/16", "127.0.0.1/32"], "retries": 0}, "store": "s"}
    assert yaml.safe_load(edited) == expected and "# ours" in edited
