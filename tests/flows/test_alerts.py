"""A run that fails, or is held, tells whom the configuration names, and gives no secret away."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsfold.errors import ConfigError, SourceError
from newsfold.settings import Alerts, load_settings
from newsfold_flows import alerts
from newsfold_flows.nightly import backfill, nightly
from tests.flows.conftest import ON_PREFECT, written

FIRST, UNKNOWN = date(2013, 6, 5), date(2013, 7, 1)
SECRET = "T0P-s3cret"

pytestmark = ON_PREFECT


class Webhook(BaseHTTPRequestHandler):
    """Takes messages; with a status of its class's choice."""

    status = 200
    taken: list[tuple[str, dict[str, Any]]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        """Take one."""
        self.taken.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Webhook]]:
    taking = type("Taking", (Webhook,), {"taken": []})
    with HTTPServer(("127.0.0.1", 0), taking) as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        monkeypatch.setenv("NEWSFOLD_WEBHOOK", f"http://127.0.0.1:{running.server_address[1]}/services/{SECRET}")
        yield taking
        running.shutdown()


def alerting(config: Path, alert: dict[str, Any], **more: Any) -> str:
    return str(written(config.parent, yaml.safe_load(config.read_text()) | {"alerts": alert} | more))


def test_a_failed_run_is_told_to_a_webhook_whose_address_no_log_holds(
    config: Path, webhook: type[Webhook], caplog: pytest.LogCaptureFixture
) -> None:
    webhook.status = 500  # so that there is something to log
    chosen = alerting(config, {"webhook_env": "NEWSFOLD_WEBHOOK"})
    with caplog.at_level(logging.DEBUG), pytest.raises(SourceError):
        nightly(chosen, UNKNOWN)
    ((path, message),) = webhook.taken
    assert path.endswith(SECRET)
    assert (message["event"], message["run"]) == ("failed", "edition-2013-07-01")
    assert "2013-07-01" in message["problem"] and message["problem"] in message["text"]
    assert "it answers 500" in caplog.text and SECRET not in caplog.text


def test_an_edition_that_the_gate_holds_is_told_and_a_good_one_is_not(config: Path, webhook: type[Webhook]) -> None:
    nightly(alerting(config, {"webhook_env": "NEWSFOLD_WEBHOOK"}), FIRST)
    assert not webhook.taken
    chosen = alerting(config, {"webhook_env": "NEWSFOLD_WEBHOOK"}, gate={"min_articles": 99})
    assert nightly(chosen, FIRST)["status"] == "held"
    ((_, message),) = webhook.taken
    assert message["event"] == "held" and "`gate.min_articles` is 99" in message["problem"]


def test_a_backfill_tells_of_itself_once(config: Path, webhook: type[Webhook]) -> None:
    chosen = alerting(config, {"webhook_env": "NEWSFOLD_WEBHOOK"})
    with pytest.raises(SourceError):
        backfill(UNKNOWN, UNKNOWN, chosen)
    assert [message["run"] for _, message in webhook.taken] == ["backfill-2013-07-01-to-2013-07-01"]


def test_a_command_gets_the_message_on_its_standard_input(config: Path, tmp_path: Path) -> None:
    took = tmp_path / "took.json"
    program = f"import pathlib, sys; pathlib.Path({str(took)!r}).write_text(sys.stdin.read())"
    with pytest.raises(SourceError):
        nightly(alerting(config, {"command": [sys.executable, "-c", program]}), UNKNOWN)
    assert json.loads(took.read_text())["event"] == "failed"


def test_an_alert_that_cannot_be_delivered_is_told_in_the_log_and_nothing_more(
    config: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWSFOLD_WEBHOOK", raising=False)
    chosen = alerting(config, {"webhook_env": "NEWSFOLD_WEBHOOK", "command": ["no-such-program", SECRET]})
    with caplog.at_level(logging.WARNING), pytest.raises(SourceError):
        nightly(chosen, UNKNOWN)
    assert "NEWSFOLD_WEBHOOK (`alerts.webhook_env`) holds no web address" in caplog.text
    assert "no-such-program could not be run" in caplog.text and SECRET not in caplog.text


def test_a_command_that_fails_is_named(tmp_path: Path) -> None:
    failing = Alerts(command=[sys.executable, "-c", "raise SystemExit(7)"])
    assert alerts.deliver(failing, {}) == [f"The alert's command {sys.executable} ended with 7."]


def test_an_address_itself_is_refused_in_a_file_that_others_read(config: Path) -> None:
    with pytest.raises(ConfigError, match=r"alerts\.webhook_env"):
        load_settings(alerting(config, {"webhook_env": f"https://hooks.example/{'x'}"}))
