"""The ways to summarise that the configuration can name."""

from __future__ import annotations

from typing import Protocol

from pipeline.settings import Summaries
from pipeline.summaries.extractive import Extractive
from pipeline.summaries.sentences import Sentence
from pipeline.summaries.stories import Story
from pipeline.summaries.telling import Teller
from pipeline.summaries.window import Window


class Summariser(Protocol):
    """What the stage needs of a way to summarise."""

    def summarise(self, story: Story, headline: str, window: Window) -> list[Sentence]:
        """At least one sentence with text, in the order of telling, within the budget of words."""


def summariser(settings: Summaries, teller: Teller) -> Summariser:
    """The summariser that `settings.kind` names."""
    match settings.kind:
        case "extractive":
            return Extractive(teller, settings.max_words, settings.max_sentences)
