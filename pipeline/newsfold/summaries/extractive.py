"""Extractive summaries: the articles' own sentences that together cover the expected n-grams best."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from newsfold import text
from newsfold.summaries.developments import Developments
from newsfold.summaries.salience import Expected, SalienceModel
from newsfold.summaries.sentence_search import SentenceSearch, measure_share, weigh_headline
from newsfold.summaries.sentences import Candidates, Sentence, Summary, collect_candidates
from newsfold.summaries.stories import Story, restrict_story
from newsfold.summaries.titles import is_plain, print_title
from newsfold.summaries.word_statistics import WordStatistics

_MIN_SHARED = 0.3  # of the headline's weight in the first sentence: with less, it tells something else, or not alone
_CLOSING_MARKS = "'\"’”»)]%"


@dataclass(frozen=True)
class ExtractiveSummariser:
    """Chooses the set of sentences with the highest expected F1, within the budget.

    Only articles in the story's language are read. `SalienceModel` predicts the probability that an editor's summary
    uses each word, and each pair of words, of the articles, and its length. A word counts once, so repetition costs. A
    sentence that depends on the one before it is chosen only right after that one; other sentences that cannot stand
    alone only if there are no better ones.
    """

    model: SalienceModel
    max_words: int
    max_sentences: int

    workers: ClassVar[int] = 1

    def expect(self, stories: Sequence[Story], statistics: WordStatistics) -> list[Expected | None]:
        """See `Summariser`."""
        # Most stories of a night of feeds have a single sentence, and nothing to choose from.
        several = [s for s in stories if sum(len(a.sentences) for a in s.as_news.central_originals) > 1]
        expected = self.model.expect_summaries([story.as_news for story in several], statistics) if several else []
        of_story = dict(zip([story.story_id for story in several], expected, strict=True))
        return [of_story.get(story.story_id) for story in stories]

    def summarise(
        self,
        story: Story,
        headline: str,
        statistics: WordStatistics,
        developments: Developments,
        expected: Expected | None = None,
    ) -> Summary:
        """See `Summariser`."""
        return Summary(self._choose_sentences(story.as_news, headline, statistics, developments, expected))

    def _choose_sentences(
        self,
        story: Story,
        headline: str,
        statistics: WordStatistics,
        developments: Developments,
        expected: Expected | None,
    ) -> list[Sentence]:
        current = developments.list_current(story.originals)
        if len(current) < len(story.originals):
            story = restrict_story(story, frozenset(article.article_id for article in current))
            expected = None
        candidates = collect_candidates(story, developments)
        if not candidates.sentences:
            return [self._choose_title(story, headline, statistics)]
        chosen = self._search(candidates, story, headline, statistics, developments, expected)
        if not chosen:
            return [self._choose_title(story, headline, statistics)]
        return self._introduce(chosen, candidates, story, headline, statistics)

    def _search(
        self,
        candidates: Candidates,
        story: Story,
        headline: str,
        statistics: WordStatistics,
        developments: Developments,
        expected: Expected | None,
    ) -> list[Sentence]:
        """Return the best sentences in reading order; none if no sentence fits the budget."""
        if len(candidates.sentences) == 1:
            fits = candidates.sentences[0].n_words <= self.max_words
            return candidates.sentences if fits else []
        expected = expected or self.model.expect_summaries([story], statistics)[0]
        leading = frozenset(article.article_id for article in developments.list_leading(story.originals))
        search = SentenceSearch(candidates, expected, statistics, self.max_words, leading, headline)
        return search.find_best(self.max_sentences)

    def _introduce(
        self, chosen: list[Sentence], candidates: Candidates, story: Story, headline: str, statistics: WordStatistics
    ) -> list[Sentence]:
        """Put the headline before sentences that depend on it: an open reference, or hardly a word in common."""
        weights = weigh_headline(headline, story.language, statistics)
        states_headline = not any(weights.values()) or measure_share(weights, chosen[0].words) >= _MIN_SHARED
        if states_headline and not candidates.are_dependent:
            return chosen
        titled = next((a for a in story.articles if print_title(a, story, statistics) == headline), None)
        if titled is None or not is_plain(titled):
            return chosen
        introduced = [Sentence(_close_sentence(headline), titled, -1), *chosen][: self.max_sentences]
        while sum(sentence.n_words for sentence in introduced) > self.max_words and len(introduced) > 1:
            introduced.pop()
        return introduced

    def _choose_title(self, story: Story, headline: str, statistics: WordStatistics) -> Sentence:
        """Return another article's title, for a story without a body; the headline again if there is none."""
        titled = [Sentence(print_title(a, story, statistics), a, -1) for a in story.originals if a.title.strip()]
        others = [title for title in titled if title.words != text.split_words(headline)]
        return self._shorten((others or titled or [Sentence(headline, story.representative, -1)])[0])

    def _shorten(self, sentence: Sentence) -> Sentence:
        """Return the sentence, cut to the budget if it alone is longer."""
        whole = sentence.text
        if text.count_words(whole) <= self.max_words:
            return sentence
        lengths = range(2, len(whole))
        fits = bisect_right(lengths, self.max_words, key=lambda n: text.count_words(text.shorten(whole, n)))
        return Sentence(text.shorten(whole, lengths[fits - 1]), sentence.article, sentence.position)


def _close_sentence(title: str) -> str:
    """Return a title as a sentence, with a full stop."""
    if not title[-1].isalnum() and title[-1] not in _CLOSING_MARKS:
        return title
    return title + ("。" if text.find_script(title[-1]) == "cjk" else ".")
