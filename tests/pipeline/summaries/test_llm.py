"""Summaries by a language model: its answers are checked, over a real server on the loopback interface."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from newsfold.errors import ConfigError
from tests.pipeline.summaries.invented_stories import describe, member

FERRY = "The ferry Halvard ran aground off Skate Point on Friday with 212 people aboard."
RESCUE = "Lifeboats from Norrhavn took all 212 people off the ferry Halvard before midnight."
TRUE = "The Halvard ran aground at Skate Point with 212 people on board [1]. Lifeboats of Norrhavn saved them all [2]."


class ChatEndpoint(BaseHTTPRequestHandler):
    answer: ClassVar[str] = TRUE
    status: ClassVar[int] = 200
    requests: ClassVar[list[tuple[str, str | None, dict[str, Any]]]] = []

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).requests.append((self.path, self.headers["Authorization"], request))
        body = json.dumps({"choices": [{"message": {"role": "assistant", "content": self.answer}}]}).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[ChatEndpoint]]:
    class FreshEndpoint(ChatEndpoint):
        requests: ClassVar[list[tuple[str, str | None, dict[str, Any]]]] = []

    server = ThreadingHTTPServer(("127.0.0.1", 0), FreshEndpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1/")
    monkeypatch.setenv("OPENAI_API_KEY", "key of the test")
    yield FreshEndpoint
    server.shutdown()
    server.server_close()
    thread.join()


def summarise(*more: dict[str, Any], **settings: Any) -> dict[str, Any]:
    rows = [member("a", "Ferry Halvard aground off Skate Point", FERRY), member("b", "Ferry saved", RESCUE), *more]
    return describe(*rows, kind="openai", chat_model="small-model", **settings).stories["s"]


def test_a_summary_is_used_and_its_sentences_name_the_cited_articles(endpoint: type[ChatEndpoint]) -> None:
    story = summarise()
    assert story["summary"] == (
        "The Halvard ran aground at Skate Point with 212 people on board. Lifeboats of Norrhavn saved them all."
    )
    assert [sentence["article_id"] for sentence in story["summary_sentences"]] == ["a", "b"]
    assert (story["summary_by"], story["summary_doubts"]) == ("small-model", [])
    ((path, key, request),) = endpoint.requests
    assert (path, key) == ("/v1/chat/completions", "Bearer key of the test")
    assert request["model"] == "small-model"
    assert FERRY in request["messages"][1]["content"]
    assert RESCUE in request["messages"][1]["content"]


@pytest.mark.parametrize(
    ("answer", "doubt"),
    [
        ("The Halvard ran aground with 312 people on board [1].", "312"),
        ("The Halvard ran aground under captain Brask off Skate Point [1].", "Brask"),
        ("Norway lost the Halvard at Skate Point on Friday [1].", "Norway"),
    ],
)
def test_a_summary_with_an_unsupported_number_or_name_is_not_used_and_the_doubt_is_recorded(
    endpoint: type[ChatEndpoint], answer: str, doubt: str
) -> None:
    endpoint.answer = answer
    story = summarise()
    assert story["summary_doubts"] == [doubt]
    assert story["summary_by"] == "extractive"
    assert {sentence["text"] for sentence in story["summary_sentences"]} <= {FERRY, RESCUE}


def test_a_summary_beyond_the_budget_is_not_used(endpoint: type[ChatEndpoint]) -> None:
    endpoint.answer = "The ferry Halvard ran aground off Skate Point on Friday with people aboard. " * 4
    story = summarise()
    assert story["summary_by"] == "extractive"
    assert "too long" in story["summary_doubts"][0]


@pytest.mark.parametrize("answer", ["", "[1]"])
def test_an_answer_without_text_is_not_used(endpoint: type[ChatEndpoint], answer: str) -> None:
    endpoint.answer = answer
    assert summarise()["summary_by"] == "extractive"


def test_a_failing_endpoint_leaves_extractive_summaries_and_soon_gets_no_requests(endpoint: type[ChatEndpoint]) -> None:
    endpoint.status = 500
    rows = [
        member(f"{name}{number}", f"Ferry {number}", body, story=f"s{number}", outlet=name)
        for number in range(12)
        for name, body in (("a", FERRY), ("b", RESCUE))
    ]
    stories = describe(*rows, kind="openai").stories.values()
    assert {story["summary_by"] for story in stories} == {"extractive"}
    assert all(story["summary"] for story in stories)
    assert 3 <= len(endpoint.requests) < len(rows) / 2
    assert any(story["summary_doubts"] == ["no answer: HTTPStatusError"] for story in stories)


def test_stories_of_few_outlets_are_not_sent(endpoint: type[ChatEndpoint]) -> None:
    assert summarise(min_outlets=3)["summary_by"] == "extractive"
    assert endpoint.requests == []


def test_a_configuration_without_an_endpoint_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(ConfigError, match="OPENAI_BASE_URL"):
        summarise()
