"""The summary of a lone report: its lead, the first of its sentences that may stand in a summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from newsfold import text
from newsfold.summaries.overlap import measure_overlap
from newsfold.summaries.sentence_filters import MIN_WORDS, Fault
from newsfold.summaries.sentences import SENTENCES_READ_ALONE, Sentence, rate_sentence, read_sentence
from newsfold.summaries.stories import LazyList
from newsfold.summaries.summary_task import SummaryTask
from newsfold.summaries.titles import close_title

Rated = tuple[int, Sentence]  # a sentence after its fault


def quote_lead(task: SummaryTask, max_words: int, max_sentences: int) -> list[Sentence]:
    """Return the lead of a story of one text, within the budget; empty if it has neither a lead nor a plain title.

    News tells first what happened, so there is nothing to search for. The summary begins with the first faultless
    sentence that tells what the title tells, and goes on with the sentences after it. If none of the first sentences
    does, it begins with the title. The text is read no further than that needs.

    Args:
        task: the story, perhaps with copies of its text.
        max_words: the most words to return.
        max_sentences: the most sentences to return.
    """
    titled = task.choose_title()
    rated = LazyList(_rate_sentences(task))
    if titled is None:
        least: int = min((fault for fault, _ in rated), default=Fault.NOT_PROSE)
        return _follow([], rated, task, max_words, max_sentences, least) if least < Fault.NOT_STANDALONE else []
    matter = task.weigh_title(titled)
    for place, (fault, sentence) in enumerate(rated):
        if fault == Fault.NONE and sentence.n_words <= max_words and task.states(sentence, matter):
            return _follow([sentence], rated[place + 1 :], task, max_words, max_sentences)
    title = Sentence(task.print_title(titled), titled, -1)
    closed = Sentence(close_title(title.text), titled, -1)
    lead = _follow([closed], rated, task, max_words, max_sentences)
    return lead if len(lead) > 1 else [title]


def _rate_sentences(task: SummaryTask) -> Iterator[Rated]:
    article = task.story.representative
    for position, _ in enumerate(islice(article.sentences, SENTENCES_READ_ALONE)):
        sentence = read_sentence(article, position, task.statistics)
        if sentence.words:
            yield rate_sentence(sentence, sentence.words, task.developments), sentence


def _follow(
    lead: list[Sentence],
    rated: Sequence[Rated],
    task: SummaryTask,
    max_words: int,
    max_sentences: int,
    worst: int = Fault.NONE,
) -> list[Sentence]:
    """Return a lead with the sentences that may follow it: none that repeats it, none whose reference is left open."""
    words_left = max_words - sum(sentence.n_words for sentence in lead)
    weights = [task.weigh(sentence.words) for sentence in lead]
    for fault, sentence in rated:
        if len(lead) == max_sentences or words_left < MIN_WORDS:
            break
        last = lead[-1] if lead else None
        follows = last and last.article is sentence.article and last.position == sentence.position - 1
        if sentence.n_words > words_left or not (fault <= worst or (follows and fault == Fault.NEEDS_PREVIOUS)):
            continue
        of_sentence = task.weigh(sentence.words)
        if all(measure_overlap(of_sentence, other) < task.max_overlap for other in weights):
            lead.append(sentence)
            weights.append(of_sentence)
            words_left -= sentence.n_words
    return lead
