"""The task of summarising one story: what its news is, which sentences tell it, and which are not to be repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from newsfold.summaries.developments import Developments
from newsfold.summaries.ngrams import SHORT_OPENING_WORDS, mean_opening_words
from newsfold.summaries.overlap import measure_overlap, measure_share, weigh_stems
from newsfold.summaries.sentence_filters import has_unnamed_reference
from newsfold.summaries.sentences import Sentence
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.titles import is_plain, print_title, strip_theme_label
from newsfold.summaries.word_statistics import WordStatistics

# The least share of the headline's weight in the first sentence: with less, it tells something else, or not alone. An
# excerpt of one sentence is written to follow its title, a whole article's first sentence is not.
_MIN_SHARE, _MIN_EXCERPT_SHARE = 0.3, 0.45
# The most that two sentences share of the lighter one's weight: more is the same in other words.
_MAX_OVERLAP, _MAX_EXCERPT_OVERLAP, _MAX_RESERVED_OVERLAP = 0.7, 0.55, 0.6


@dataclass(frozen=True)
class SummaryTask:
    """A story to summarise, in one language and as its current news tells it, with its headline."""

    story: Story
    headline: str
    statistics: WordStatistics
    developments: Developments
    reserved: tuple[Sentence, ...] = ()
    """Sentences that are not to be repeated."""

    @cached_property
    def is_short(self) -> bool:
        """Whether its articles are excerpts of a sentence or two, as in feeds."""
        return mean_opening_words(self.story) < SHORT_OPENING_WORDS

    @property
    def max_overlap(self) -> float:
        """The most that two sentences of a summary share of the lighter one's weight."""
        return _MAX_EXCERPT_OVERLAP if self.is_short else _MAX_OVERLAP

    def weigh(self, words: Sequence[str]) -> dict[str, float]:
        """Return the rarity of the stems of some words."""
        return weigh_stems(words, self.story.language, self.statistics)

    def states(self, sentence: Sentence, matter: Mapping[str, float]) -> bool:
        """Return whether a sentence tells, alone, what a title tells, the stems of which are weighted in `matter`."""
        if self.is_short and has_unnamed_reference(sentence.text, sentence.article.language):
            return False
        needed = _MIN_EXCERPT_SHARE if self.is_short else _MIN_SHARE
        return not matter or measure_share(matter, sentence.words) >= needed

    def is_reserved(self, sentence: Sentence) -> bool:
        """Return whether a reserved sentence says the same, perhaps in other words."""
        return self._is_kept_back(sentence.words)

    def choose_title(self) -> Article | None:
        """Return the article whose plain title tells the news best, and none that is reserved: the headline first."""
        headline = strip_theme_label(self.headline, self.statistics).lower()
        headed = next((a for a in self.story.articles if self.print_title(a).lower() == headline), None)
        leading = self.developments.list_leading(self.story.originals)
        for article in [*([headed] if headed else []), *leading, *self.story.originals]:
            if article.title.strip() and is_plain(article) and not self._is_kept_back(article.title_words):
                return article
        return None

    def _is_kept_back(self, words: Sequence[str]) -> bool:
        if not self._kept_back:
            return False
        weights = self.weigh(words)
        return any(measure_overlap(weights, other) >= _MAX_RESERVED_OVERLAP for other in self._kept_back)

    @cached_property
    def _kept_back(self) -> list[dict[str, float]]:
        return [self.weigh(sentence.words) for sentence in self.reserved]

    def print_title(self, article: Article) -> str:
        """Return an article's title as a headline is printed."""
        return strip_theme_label(print_title(article.title, self.story, self.statistics), self.statistics)
