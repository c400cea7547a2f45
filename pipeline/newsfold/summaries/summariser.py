"""The ways to summarise that the configuration can name."""

from __future__ import annotations

from typing import Protocol

from newsfold.settings import Summaries
from newsfold.summaries.extractive import Extractive
from newsfold.summaries.llm import Remote
from newsfold.summaries.salience import Teller
from newsfold.summaries.sentences import Summary
from newsfold.summaries.stories import Story
from newsfold.summaries.window import Window


class Summariser(Protocol):
    """What the stage needs of a way to summarise."""

    @property
    def workers(self) -> int:
        """How many stories to summarise at once."""

    def summarise(self, story: Story, headline: str, window: Window) -> Summary:
        """At least one sentence with text, in the order of telling, within the budget of words."""


def summariser(settings: Summaries, teller: Teller) -> Summariser:
    """The summariser that `settings.kind` names.

    Raises:
        ConfigError: the environment lacks the endpoint that `openai` asks.
    """
    extractive = Extractive(teller, settings.max_words, settings.max_sentences)
    match settings.kind:
        case "extractive":
            return extractive
        case "openai":
            return Remote(extractive, settings.chat_model, settings.min_outlets, settings.timeout_seconds)
