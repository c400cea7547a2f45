"""The summarisers that the configuration can name."""

from __future__ import annotations

from typing import Protocol

from newsfold.settings import Summaries
from newsfold.summaries.developments import Developments
from newsfold.summaries.extractive import ExtractiveSummariser
from newsfold.summaries.llm import ChatSummariser
from newsfold.summaries.salience import Expected, SalienceModel
from newsfold.summaries.sentences import Summary
from newsfold.summaries.stories import Story
from newsfold.summaries.word_statistics import WordStatistics


class Summariser(Protocol):
    """A way to summarise stories."""

    @property
    def workers(self) -> int:
        """The number of stories to summarise at once."""

    def summarise(
        self,
        story: Story,
        headline: str,
        statistics: WordStatistics,
        developments: Developments,
        expected: Expected | None = None,
    ) -> Summary:
        """Return at least one sentence with text, in reading order, within the budget of words.

        Args:
            story: the story.
            headline: its headline.
            statistics: document frequencies in the window.
            developments: the order in which its articles supersede each other.
            expected: what a summary of its news is expected to have; None: it is computed if it is needed.
        """


def create_summariser(settings: Summaries, model: SalienceModel) -> Summariser:
    """Create the summariser that `settings.kind` names.

    Raises:
        ConfigError: the environment lacks the endpoint that `openai` needs.
    """
    extractive = ExtractiveSummariser(model, settings.max_words, settings.max_sentences)
    match settings.kind:
        case "extractive":
            return extractive
        case "openai":
            return ChatSummariser(extractive, settings.chat_model, settings.min_outlets, settings.timeout_seconds)
