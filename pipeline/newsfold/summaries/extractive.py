"""Extractive summaries: the articles' own sentences that together cover the expected n-grams best."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import ClassVar

from newsfold import text
from newsfold.summaries.developments import Developments
from newsfold.summaries.lead import quote_lead
from newsfold.summaries.ngrams import read_ngrams
from newsfold.summaries.overlap import StemWeights, measure_overlap
from newsfold.summaries.salience import Expected, SalienceModel
from newsfold.summaries.sentence_search import SentenceSearch
from newsfold.summaries.sentences import Candidates, Sentence, Summary, collect_candidates
from newsfold.summaries.stories import Story, restrict_story
from newsfold.summaries.summary_task import SummaryTask
from newsfold.summaries.titles import close_title, is_plain
from newsfold.summaries.word_statistics import WordStatistics

# Of the expected words: the more, the less length costs. Did best on stories held back; excerpts are of many matters.
_LENGTH_FACTOR, _EXCERPT_LENGTH_FACTOR = 2.5, 1.3


@dataclass(frozen=True)
class ExtractiveSummariser:
    """Chooses the set of sentences with the highest expected F1, within the budget.

    A story of one text, with or without copies, is summarised by its lead, see `lead`. Of others, only articles in the
    story's language are read. `SalienceModel` predicts the probability that an editor's summary uses each word, and
    each pair of words, of the articles, and its length. A word counts once, so repetition costs. A sentence that
    depends on the one before it is chosen only right after that one; other sentences that cannot stand alone only if
    there are no better ones. A summary opens with a sentence that states what the headline states, else with the
    headline: excerpts of feeds are written to be read below it.
    """

    model: SalienceModel
    max_words: int
    max_sentences: int

    workers: ClassVar[int] = 1

    def summarise(
        self,
        story: Story,
        headline: str,
        statistics: WordStatistics,
        developments: Developments,
        expected: Expected | None = None,
    ) -> Summary:
        """See `Summariser`."""
        is_lone, story = len(story.originals) == 1, story.as_news
        current = developments.list_current(story.originals)
        if len(current) < len(story.originals):
            story = restrict_story(story, frozenset(article.article_id for article in current))
            expected = None
        task = SummaryTask(story, headline, statistics, developments, expected)
        sentences = quote_lead(task, self.max_words, self.max_sentences) if is_lone else self._choose_sentences(task)
        if len(sentences) == 1 and sentences[0].position < 0:
            sentences = [self._shorten(sentences[0])]
        return Summary(sentences or [self._choose_title(task)])

    def _choose_sentences(self, task: SummaryTask) -> list[Sentence]:
        """Return the best sentences in reading order; empty if none fits."""
        titled = task.choose_title()
        matter = task.weigh_title(titled) if titled else task.weigh(text.split_words(task.headline))

        def is_excluded(sentence: Sentence) -> bool:
            return task.is_excluded(sentence, titled)

        candidates = collect_candidates(task.story, task.statistics, task.developments, is_excluded)
        openers = frozenset(i for i, sentence in enumerate(candidates.sentences) if task.states(sentence, matter))
        if openers and not candidates.are_dependent:
            candidates = replace(candidates, openers=openers)
        elif titled is not None and candidates.sentences:
            title = Sentence(close_title(task.print_title(titled)), titled, -1)
            candidates = collect_candidates(task.story, task.statistics, task.developments, is_excluded, title)
        if titled is not None and [sentence.position for sentence in candidates.sentences] == [-1]:
            return [Sentence(task.print_title(titled), titled, -1)]
        if task.is_short and len({sentence.article.article_id for sentence in candidates.sentences}) == 1:
            return self._quote_excerpt(candidates, task)
        return self._search(candidates, task, matter)

    def _quote_excerpt(self, candidates: Candidates, task: SummaryTask) -> list[Sentence]:
        """Return the sentences of one excerpt in their order, from the first that may open a summary."""
        chosen: list[int] = []
        words_left = self.max_words
        weights = [task.weigh(sentence.words) for sentence in candidates.sentences]
        for position, sentence in enumerate(candidates.sentences):
            explained_by = candidates.predecessors.get(position)
            may_follow = bool(chosen) or candidates.opens(position) if explained_by is None else explained_by in chosen
            repeats = any(measure_overlap(weights[position], weights[other]) >= task.max_overlap for other in chosen)
            if may_follow and sentence.n_words <= words_left and not repeats:
                chosen.append(position)
                words_left -= sentence.n_words
        return [candidates.sentences[position] for position in chosen[: self.max_sentences]]

    def _search(self, candidates: Candidates, task: SummaryTask, matter: StemWeights) -> list[Sentence]:
        if len(candidates.sentences) < 2:
            fits = candidates.sentences and candidates.sentences[0].n_words <= self.max_words
            return candidates.sentences if fits else []
        expected = task.expected or self.model.expect_summaries(read_ngrams([task.story], task.statistics))[0]
        leading = frozenset(article.article_id for article in task.developments.list_leading(task.story.originals))
        n_words = expected.n_words * (_EXCERPT_LENGTH_FACTOR if task.is_short else _LENGTH_FACTOR)
        expected = expected._replace(n_words=n_words)
        search = SentenceSearch(
            candidates, expected, task.statistics, self.max_words, leading, matter, task.max_overlap
        )
        return search.find_best(self.max_sentences)

    def _choose_title(self, task: SummaryTask) -> Sentence:
        """Return another article's title, for a story without a body; the headline again if there is none."""
        titled = [article for article in task.story.originals if article.title.strip()]
        others = [a for a in titled if text.split_words(a.title) != text.split_words(task.headline)]
        if not titled:
            return self._shorten(Sentence(task.headline, task.story.representative, -1))
        article = min(others or titled, key=lambda a: not is_plain(a))  # the most central one of the plain ones
        return self._shorten(Sentence(task.print_title(article), article, -1))

    def _shorten(self, sentence: Sentence) -> Sentence:
        """Return the sentence, cut to the budget if it alone is longer."""
        whole = sentence.text
        if text.count_words(whole) <= self.max_words:
            return sentence
        lengths = range(2, len(whole))
        fits = bisect_right(lengths, self.max_words, key=lambda n: text.count_words(text.shorten(whole, n)))
        return Sentence(text.shorten(whole, lengths[fits - 1]), sentence.article, sentence.position)
