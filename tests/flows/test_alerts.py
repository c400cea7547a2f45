"""A run that failed or is held sends an alert, which contains no secret."""

from __future__ import annotations

import json
import logging
import shutil
import sys
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsfold.errors import ConfigError, EditionHeld, SourceError
from newsfold.settings import Alerts, load_settings
from newsfold_flows import alerts
from newsfold_flows.nightly import backfill, nightly
from tests.flows.conftest import FIRST, ON_PREFECT, SECOND, write_config

UNKNOWN = date(2013, 7, 1)  # a date without files
SECRET = "T0P-s3cret"

pytestmark = ON_PREFECT


class Webhook(BaseHTTPRequestHandler):
    """Records messages and answers with its class's status."""

    status = 200
    received: list[tuple[str, dict[str, Any]]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        """Record a message."""
        self.received.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Webhook]]:
    recording = type("Recording", (Webhook,), {"received": []})
    with HTTPServer(("127.0.0.1", 0), recording) as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        monkeypatch.setenv("NEWSFOLD_WEBHOOK", f"http://127.0.0.1:{running.server_address[1]}/services/{SECRET}")
        yield recording
        running.shutdown()


def with_alerts(config: Path, alert: dict[str, Any], **more: Any) -> str:
    return str(write_config(config.parent, yaml.safe_load(config.read_text()) | {"alerts": alert} | more))


def test_a_failed_run_is_posted_to_a_webhook_whose_address_is_in_no_log(
    config: Path, webhook: type[Webhook], caplog: pytest.LogCaptureFixture
) -> None:
    webhook.status = 500  # so that there is something to log
    alerting = with_alerts(config, {"webhook_env": "NEWSFOLD_WEBHOOK"})
    with caplog.at_level(logging.DEBUG), pytest.raises(SourceError):
        nightly(alerting, UNKNOWN)
    ((path, message),) = webhook.received
    assert path.endswith(SECRET)
    assert (message["event"], message["run"]) == ("failed", "edition-2013-07-01")
    assert "2013-07-01" in message["problem"] and message["problem"] in message["text"]
    assert "it answers 500" in caplog.text and SECRET not in caplog.text


def test_a_held_edition_sends_an_alert_and_a_published_one_does_not(config: Path, webhook: type[Webhook]) -> None:
    nightly(with_alerts(config, {"webhook_env": "NEWSFOLD_WEBHOOK"}), FIRST)
    assert not webhook.received
    alerting = with_alerts(config, {"webhook_env": "NEWSFOLD_WEBHOOK"}, gate={"min_articles": 99})
    with pytest.raises(EditionHeld, match=r"`gate\.min_articles` is 99"):
        nightly(alerting, FIRST)
    ((_, message),) = webhook.received
    assert message["event"] == "held" and "`gate.min_articles` is 99" in message["problem"]


def test_a_failed_backfill_sends_one_alert(config: Path, webhook: type[Webhook]) -> None:
    alerting = with_alerts(config, {"webhook_env": "NEWSFOLD_WEBHOOK"})
    with pytest.raises(SourceError):
        backfill(UNKNOWN, UNKNOWN, alerting)
    assert [message["run"] for _, message in webhook.received] == ["backfill-2013-07-01-to-2013-07-01"]


def test_a_backfill_over_a_missing_night_sends_one_alert_that_it_is_incomplete(
    config: Path, webhook: type[Webhook]
) -> None:
    shutil.rmtree(config.parent / "in" / str(SECOND))
    backfill(FIRST, SECOND, with_alerts(config, {"webhook_env": "NEWSFOLD_WEBHOOK", "events": ["incomplete"]}))
    ((_, message),) = webhook.received
    assert (message["event"], message["run"]) == ("incomplete", f"backfill-{FIRST}-to-{SECOND}")
    assert message["problem"].startswith(f"{SECOND}: 0 new articles")
    assert message["problem"].endswith("No source has a file for this night.")


def test_a_command_gets_the_message_on_its_standard_input(config: Path, tmp_path: Path) -> None:
    received = tmp_path / "took.json"
    program = f"import pathlib, sys; pathlib.Path({str(received)!r}).write_text(sys.stdin.read())"
    with pytest.raises(SourceError):
        nightly(with_alerts(config, {"command": [sys.executable, "-c", program]}), UNKNOWN)
    assert json.loads(received.read_text())["event"] == "failed"


def test_an_alert_that_cannot_be_delivered_is_logged_and_nothing_more(
    config: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWSFOLD_WEBHOOK", raising=False)
    alerting = with_alerts(config, {"webhook_env": "NEWSFOLD_WEBHOOK", "command": ["no-such-program", SECRET]})
    with caplog.at_level(logging.WARNING), pytest.raises(SourceError):
        nightly(alerting, UNKNOWN)
    assert "NEWSFOLD_WEBHOOK (`alerts.webhook_env`) does not hold a web address" in caplog.text
    assert "no-such-program could not be run" in caplog.text and SECRET not in caplog.text


def test_a_command_that_fails_is_named(tmp_path: Path) -> None:
    failing = Alerts(command=[sys.executable, "-c", "raise SystemExit(7)"])
    assert alerts.deliver(failing, {}) == [f"The alert's command {sys.executable} ended with 7."]


def test_an_address_in_the_configuration_is_refused(config: Path) -> None:
    with pytest.raises(ConfigError, match=r"alerts\.webhook_env"):
        load_settings(with_alerts(config, {"webhook_env": f"https://hooks.example/{'x'}"}))
