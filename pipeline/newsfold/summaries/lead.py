"""The summary of a lone report: its lead, the first of its sentences that may stand in a summary."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from newsfold.summaries.overlap import measure_overlap
from newsfold.summaries.sentence_filters import MIN_WORDS, Fault, has_final_stop
from newsfold.summaries.sentences import SENTENCES_READ_ALONE, Sentence, rate_sentence, read_sentence
from newsfold.summaries.stories import LazyList
from newsfold.summaries.summary_task import SummaryTask
from newsfold.summaries.titles import close_title


def quote_lead(task: SummaryTask, max_words: int, max_sentences: int) -> list[Sentence]:
    """Return the lead of a story of one text, within the budget; empty if it has neither a lead nor a plain title.

    News reports first what happened, so there is nothing to search for. The summary begins with the first faultless
    sentence that states what the title states, and goes on with the sentences after it. If none of the first sentences
    does, it begins with the title. The text is read no further than that needs.

    Args:
        task: the story, perhaps with copies of its text.
        max_words: the most words to return.
        max_sentences: the most sentences to return.
    """
    return _Lead(task, max_words, max_sentences).quote()


class _Lead:
    def __init__(self, task: SummaryTask, max_words: int, max_sentences: int) -> None:
        self._task, self._max_words, self._max_sentences = task, max_words, max_sentences
        self._sentences = LazyList(_read_sentences(task))
        self._faults: dict[int, int] = {}

    def quote(self) -> list[Sentence]:
        titled = self._task.choose_title()
        if titled is None:
            least = min(map(self._rate, self._sentences), default=Fault.NOT_PROSE)
            return self._follow([], least) if least < Fault.NOT_STANDALONE else []
        matter = self._task.weigh_title(titled)
        for sentence in self._sentences:
            fits = sentence.n_words <= self._max_words
            if fits and self._task.states(sentence, matter) and self._rate(sentence) == Fault.NONE:
                return self._follow([sentence])
        title = Sentence(self._task.print_title(titled), titled, -1)
        lead = self._follow([Sentence(close_title(title.text), titled, -1)])
        return lead if len(lead) > 1 else [title]

    def _follow(self, lead: list[Sentence], worst: int = Fault.NONE) -> list[Sentence]:
        """Return a lead with the sentences that may follow it: none repeats it, or has a reference that is left open.

        A sentence that is too long is passed over only while the lead is short: what comes after it may depend on it.
        """
        words_left = self._max_words - sum(sentence.n_words for sentence in lead)
        weights = [self._task.weigh(sentence.words) for sentence in lead]
        for sentence in self._sentences:
            last = lead[-1] if lead else None
            if last and sentence.position <= last.position:
                continue
            if len(lead) == self._max_sentences or words_left < MIN_WORDS:
                break
            if sentence.n_words > words_left:
                if 2 * words_left < self._max_words:
                    break
                continue
            fault = self._rate(sentence)
            follows = last and last.article is sentence.article and last.position == sentence.position - 1
            if fault > worst and not (follows and fault == Fault.NEEDS_PREVIOUS):
                continue
            of_sentence = self._task.weigh(sentence.words)
            if all(measure_overlap(of_sentence, other) < self._task.max_overlap for other in weights):
                lead.append(sentence)
                weights.append(of_sentence)
                words_left -= sentence.n_words
        return lead

    def _rate(self, sentence: Sentence) -> int:
        fault = self._faults.get(sentence.position)
        if fault is None:
            fault = rate_sentence(sentence, sentence.words, self._task.developments)
            if self._is_fragment(sentence):
                fault = max(fault, Fault.NOT_STANDALONE)
            self._faults[sentence.position] = fault
        return fault

    def _is_fragment(self, sentence: Sentence) -> bool:
        """Return whether a line of a whole text has no full stop, though others have: a caption, a heading, a list."""
        if self._task.is_short or has_final_stop(sentence.text):
            return False
        return any(has_final_stop(other.text) for other in self._sentences)


def _read_sentences(task: SummaryTask) -> Iterator[Sentence]:
    article = task.story.representative
    for position, _ in enumerate(islice(article.sentences, SENTENCES_READ_ALONE)):
        sentence = read_sentence(article, position, task.statistics)
        if sentence.words:
            yield sentence
