"""Summaries by a language model: what it says is checked, over a real server on the loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from newsfold.errors import ConfigError
from newsfold.summaries.faithfulness import find_unsupported
from tests.pipeline.summaries.invented_stories import describe, member

FERRY = "The ferry Halvard ran aground off Skate Point on Friday with 212 people aboard."
RESCUE = "Lifeboats from Norrhavn took all 212 people off the ferry Halvard before midnight."
TRUE = "The Halvard ran aground at Skate Point with 212 people on board [1]. Lifeboats of Norrhavn saved them all [2]."


class Model(BaseHTTPRequestHandler):
    answer: ClassVar[str] = TRUE
    status: ClassVar[int] = 200
    asked: ClassVar[list[tuple[str, str | None, dict[str, Any]]]] = []

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked.append((self.path, self.headers["Authorization"], request))
        body = json.dumps({"choices": [{"message": {"role": "assistant", "content": self.answer}}]}).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Model]]:
    class Fresh(Model):
        asked: ClassVar[list[tuple[str, str | None, dict[str, Any]]]] = []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Fresh)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1/")
    monkeypatch.setenv("OPENAI_API_KEY", "key of the test")
    yield Fresh
    server.shutdown()
    server.server_close()
    thread.join()


def told(*more: dict[str, Any], **settings: Any) -> dict[str, Any]:
    rows = [member("a", "Ferry Halvard aground off Skate Point", FERRY), member("b", "Ferry saved", RESCUE), *more]
    return describe(*rows, kind="openai", chat_model="small-model", **settings).stories["s"]


def test_a_models_summary_is_used_and_its_sentences_name_the_articles_that_it_cites(model: type[Model]) -> None:
    story = told()
    assert story["summary"] == (
        "The Halvard ran aground at Skate Point with 212 people on board. Lifeboats of Norrhavn saved them all."
    )
    assert [sentence["article_id"] for sentence in story["summary_sentences"]] == ["a", "b"]
    assert (story["summary_by"], story["summary_doubts"]) == ("small-model", [])
    ((path, key, request),) = model.asked
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
def test_a_number_or_name_that_no_source_has_is_told_and_the_summary_is_not_used(
    model: type[Model], answer: str, doubt: str
) -> None:
    model.answer = answer
    story = told()
    assert story["summary_doubts"] == [doubt]
    assert story["summary_by"] == "extractive"
    assert {sentence["text"] for sentence in story["summary_sentences"]} <= {FERRY, RESCUE}


def test_a_summary_longer_than_asked_for_is_not_used(model: type[Model]) -> None:
    model.answer = "The ferry Halvard ran aground off Skate Point on Friday with people aboard. " * 4
    story = told()
    assert story["summary_by"] == "extractive"
    assert "too long" in story["summary_doubts"][0]


@pytest.mark.parametrize("answer", ["", "[1]"])
def test_an_answer_without_text_is_no_summary(model: type[Model], answer: str) -> None:
    model.answer = answer
    assert told()["summary_by"] == "extractive"


def test_an_endpoint_that_fails_costs_no_story_and_is_soon_left_alone(model: type[Model]) -> None:
    model.status = 500
    rows = [
        member(f"{name}{number}", f"Ferry {number}", body, story=f"s{number}", outlet=name)
        for number in range(12)
        for name, body in (("a", FERRY), ("b", RESCUE))
    ]
    stories = describe(*rows, kind="openai").stories.values()
    assert {story["summary_by"] for story in stories} == {"extractive"}
    assert all(story["summary"] for story in stories)
    assert 3 <= len(model.asked) < len(rows) / 2
    assert any(story["summary_doubts"] == ["no answer: HTTPStatusError"] for story in stories)


def test_stories_of_few_outlets_are_not_sent(model: type[Model]) -> None:
    assert told(min_outlets=3)["summary_by"] == "extractive"
    assert model.asked == []


def test_without_an_endpoint_the_configuration_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(ConfigError, match="OPENAI_BASE_URL"):
        told()


def test_what_sources_say_in_other_forms_is_no_doubt() -> None:
    sources = ["Twelve sailors, 1,300 tons and Ida Brask’s crew"]
    assert find_unsupported("Brask's 12 sailors lost 1300 tons.", sources, "en") == []
    assert find_unsupported("They lost 13 sailors near Oslo.", sources, "en") == ["13", "Oslo"]
