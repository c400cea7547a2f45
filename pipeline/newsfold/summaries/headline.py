"""Headlines: the title, among those of a story's articles, that represents it best."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from newsfold import text
from newsfold.summaries.developments import Developments
from newsfold.summaries.ngrams import find_ngrams, read_ngrams
from newsfold.summaries.salience import Expected, SalienceModel
from newsfold.summaries.stories import Article, Story, restrict_story
from newsfold.summaries.titles import count_slight_flaws, has_severe_flaw, lacks_event, print_title, strip_title
from newsfold.summaries.word_statistics import WordStatistics

_MAX_CANDIDATES = 60
_MAX_CHARACTERS = 120  # of the opening of a story without a title
_AGE_FACTOR = 0.93  # of the score, per day that a title is older than the day of the story's latest article
_LATEST_GAIN = 3.6  # of the score, for the clean titles of the latest hours, over the squared number of originals
_SLIGHT_FLAW_FACTOR = 0.9  # of the score, per flaw that leaves the title readable
_EVENTLESS_FLAW, _THEME_LABEL_FLAW = 2.5, 0.5  # slight flaws
# Both did best on stories held back: n-grams that are sure count more than in proportion, and long titles cost more.
_PROBABILITY_POWER = 1.4
_LENGTH_WEIGHT = 0.45


def choose_headline(ranking: TitleRanking) -> str:
    """Return the headline of the ranking's story.

    Its titles compete, the plain ones first: no questions, clickbait, labels such as "LIVE:" or cut-off titles. Of the
    plain ones, those that newer ones supersede are out, see `Developments`. The best one by `TitleRanking` wins, to
    which capitals only, programmes' names, very short titles and those without an event count as slight flaws. Themes'
    labels and questions after the news are not printed. If no article has a title, the headline is how the text begins.
    """
    candidates = _collect_titled(ranking.story)
    if not candidates:
        representative = ranking.story.representative
        return text.shorten(text.normalise_line(representative.opening) or representative.outlet, _MAX_CHARACTERS)
    return ranking.print_title(ranking.choose_title(candidates))


@dataclass(frozen=True)
class TitleRanking:
    """Ranks titles by their expected F1 with an editor's headline of a story, all of which is in one language."""

    story: Story
    statistics: WordStatistics
    model: SalienceModel
    developments: Developments
    expected: Expected | None = None
    """What a headline of the story is expected to have; None: it is computed when it is needed."""

    def choose_title(self, articles: Sequence[Article]) -> Article:
        """Return the article with the best title among those that are plain and still hold."""
        if len(articles) == 1:
            return articles[0]
        severe = [has_severe_flaw(article) for article in articles]
        usable = [article for article, flaw in zip(articles, severe, strict=True) if not flaw] or list(articles)
        current = self.developments.list_leading(usable)
        if len(current) == 1:
            return current[0]
        expected = self._expect(current if len(current) < len(usable) else ())
        latest = {article.article_id for article in self.developments.list_latest_of_few(current)}

        def rank(rated: tuple[Article, float]) -> tuple[float, tuple[bool, float, str]]:
            article, f1 = rated
            gain = _LATEST_GAIN / len(self.story.originals) ** 2 if article.article_id in latest else 0.0
            return -round(self._score(article, f1) * (1 + gain), 6), article.time_key

        return min(zip(current, self._expect_f1(current, expected), strict=True), key=rank)[0]

    def print_title(self, article: Article) -> str:
        """Return an article's title as a headline, see `titles.print_title`."""
        return print_title(article, self.story, self.statistics)

    def _score(self, article: Article, f1: float) -> float:
        flaws: float = count_slight_flaws(article, self.statistics)
        flaws += _EVENTLESS_FLAW * lacks_event(article)
        flaws += _THEME_LABEL_FLAW * (strip_title(article, self.statistics) != article.title)
        score: float = f1 * _SLIGHT_FLAW_FACTOR**flaws * _AGE_FACTOR ** self._days_before_latest(article)
        return score

    def _expect_f1(self, articles: Sequence[Article], expected: Expected) -> list[float]:
        """Return the expected F1 of the words of each title, plus that of its pairs of words."""
        titles = [article.title_words for article in articles]
        ngrams, owners = find_ngrams(titles, self.statistics.lexicon, self.story.language)
        covered: list[dict[int, float]] = [{} for _ in titles]  # each n-gram counts once
        uses = zip(owners.tolist(), ngrams.tolist(), expected.find_probabilities(ngrams).tolist(), strict=True)
        for owner, ngram, probability in uses:
            covered[owner][ngram] = probability**_PROBABILITY_POWER
        return [
            2 * math.fsum(of_title.values()) / (len(words) + _LENGTH_WEIGHT * expected.n_words)
            for of_title, words in zip(covered, titles, strict=True)
        ]

    def _days_before_latest(self, article: Article) -> float:
        """Return by how many days more than one an article is older than the story's latest; 0 if it has no time."""
        if self._latest is None or article.published_at is None:
            return 0.0
        return max(0.0, (self._latest - article.published_at).total_seconds() / 86_400 - 1)

    @cached_property
    def _latest(self) -> datetime | None:
        return max((a.published_at for a in self.story.articles if a.published_at), default=None)

    def _expect(self, articles: Sequence[Article]) -> Expected:
        """Return the n-grams that a headline is expected to have, by the whole story or by some of its articles."""
        if articles:
            part = restrict_story(self.story, frozenset(article.article_id for article in articles))
            if part.originals:
                return self.model.expect_headlines(read_ngrams([part], self.statistics))[0]
        return self._expected

    @cached_property
    def _expected(self) -> Expected:
        return self.expected or self.model.expect_headlines(read_ngrams([self.story], self.statistics))[0]


def _collect_titled(story: Story) -> list[Article]:
    central = {article.article_id for article in story.central_originals}
    others = [article for article in story.articles if article.article_id not in central]
    return [a for a in [*story.central_originals, *others] if a.title.strip()][:_MAX_CANDIDATES]
