"""The task of summarising one story: what its news is, and which sentences tell it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from newsfold import text
from newsfold.summaries.developments import Developments
from newsfold.summaries.ngrams import SHORT_OPENING_WORDS, mean_opening_words
from newsfold.summaries.overlap import StemWeights, measure_share, weigh_stems
from newsfold.summaries.salience import Expected
from newsfold.summaries.sentences import Sentence, stands_alone
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.titles import is_plain, print_title, strip_label
from newsfold.summaries.word_statistics import WordStatistics

# The least share of the headline's weight in the first sentence: with less, it tells something else, or not alone. An
# excerpt of one sentence is written to follow its title, a whole article's first sentence is not.
_MIN_SHARE, _MIN_EXCERPT_SHARE = 0.3, 0.45
# The most that two sentences share of the lighter one's weight: more is the same in other words.
_MAX_OVERLAP, _MAX_EXCERPT_OVERLAP = 0.7, 0.5


@dataclass(frozen=True)
class SummaryTask:
    """A story to summarise, in one language and as its current news tells it, with its headline."""

    story: Story
    headline: str
    statistics: WordStatistics
    developments: Developments
    expected: Expected | None = None
    """What an editor's summary of the story is expected to have, if that is known."""

    @cached_property
    def is_short(self) -> bool:
        """Whether its articles are excerpts of a sentence or two, as in feeds."""
        return mean_opening_words(self.story) < SHORT_OPENING_WORDS

    @property
    def max_overlap(self) -> float:
        """The most that two sentences of a summary share of the lighter one's weight."""
        return _MAX_EXCERPT_OVERLAP if self.is_short else _MAX_OVERLAP

    def weigh(self, words: Sequence[str]) -> StemWeights:
        """Return the rarity of the stems of some words."""
        return weigh_stems(words, self.story.language, self.statistics)

    def states(self, sentence: Sentence, matter: StemWeights) -> bool:
        """Return whether a sentence tells, alone, what a title tells, the stems of which are weighted in `matter`."""
        if self.is_short and not stands_alone(sentence, self.statistics):
            return False
        needed = _MIN_EXCERPT_SHARE if self.is_short else _MIN_SHARE
        return not matter or measure_share(matter, sentence.stems) >= needed

    def is_excluded(self, sentence: Sentence, titled: Article | None) -> bool:
        """Return whether a sentence would have to stand below the title of another excerpt than that of the news."""
        is_other = titled not in (None, sentence.article)
        return self.is_short and is_other and not stands_alone(sentence, self.statistics)

    def weigh_title(self, article: Article) -> StemWeights:
        """Return the rarity of the stems of a title, without a label before its colon."""
        return self.weigh(text.split_words(strip_label(article.title)))

    def choose_title(self) -> Article | None:
        """Return the article whose plain title tells the news best: the headline first."""
        for article in self._list_titled():
            if article.title.strip() and is_plain(article):
                return article
        return None

    def _list_titled(self) -> Iterator[Article]:
        if len(self.story.articles) == 1:
            yield from self.story.articles
            return
        yield from (article for article in self.story.articles if self.print_title(article) == self.headline)
        yield from self.developments.list_leading(self.story.originals)
        yield from self.story.originals

    def print_title(self, article: Article) -> str:
        """Return an article's title as a headline is printed."""
        return print_title(article, self.story, self.statistics)
