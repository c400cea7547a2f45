"""Novelty: the sentences of a story's new articles that add to its earlier articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from newsfold import text
from newsfold.summaries.ngrams import SENTENCES_READ, stem
from newsfold.summaries.sentence_filters import Fault, find_fault
from newsfold.summaries.sentences import Sentence
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.word_statistics import WordStatistics

_MIN_NEW = 0.25  # share of a sentence's weight that no earlier article mentions: less repeats the old story
_MIN_UNCOVERED = 0.5  # share of its weight that the nearest earlier sentence lacks: less is a paraphrase of it
_POSITION_DECAY = 0.3
_OFF_TOPIC_FACTOR = 0.3  # for a sentence without a word of the story's earlier titles
_MIN_WORDS = 5
_LENGTH_POWER = 0.6


def find_new_sentences(
    story: Story, statistics: WordStatistics, seen_at: datetime, max_sentences: int
) -> list[Sentence]:
    """Return the sentences that add most, in reading order; none if all of the story is new, or nothing is.

    Novelty as in the novelty track of TREC (Soboroff and Harman 2003): a sentence adds something if enough of its
    words occur in no earlier article (the new-word measure of Allan, Wade and Bolivar 2003), and if no single
    earlier sentence already has most of it. Words are weighted by their rarity in the window. A chosen sentence then
    counts as known. Only articles in the story's language are compared, and with them earlier ones of undetermined
    language. Roundups are left out: their news is mostly about other stories.

    Args:
        story: the story, with its new and its earlier articles.
        statistics: document frequencies in the window.
        seen_at: the edition's time; articles first seen then are new.
        max_sentences: the most sentences to return.
    """
    articles = story.in_language.articles
    new = [a for a in articles if a.first_seen_at == seen_at and not a.news_rank]
    if not new or all(a.first_seen_at == seen_at for a in articles) or not max_sentences:
        return []
    comparable = (story.language, text.UNKNOWN_LANGUAGE)
    earlier = [a for a in story.articles if a.first_seen_at != seen_at and a.language in comparable]
    known = _KnownSentences(earlier)
    earlier_groups = {a.copy_group_id for a in earlier}
    pool = [
        (sentence, words)
        for article in sorted(new, key=lambda a: a.time_key)
        if article.copy_kind != "exact" or article.copy_group_id not in earlier_groups
        for sentence, words in _collect_sentences(article)
    ]
    chosen: list[Sentence] = []
    while pool and len(chosen) < max_sentences:
        scores = [_score_novelty(sentence, words, known, statistics) for sentence, words in pool]
        best = max(range(len(pool)), key=lambda i: (round(scores[i], 6), -i))
        if not scores[best]:
            break
        sentence, words = pool.pop(best)
        chosen.append(sentence)
        known.add(words)
        pool = [item for item, score in zip(pool, scores[:best] + scores[best + 1 :], strict=True) if score]
    return sorted(chosen, key=lambda s: (s.article.time_key, s.position))


class _KnownSentences:
    """An index of the sentences of some articles by their stems; with the stems of their titles."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.title_stems: set[str] = set()
        self._sentences_with: defaultdict[str, list[int]] = defaultdict(list)
        self._n_sentences = 0
        for article in articles:
            self.title_stems.update(map(stem, article.title_words))
            self.add(article.title_words)
            for sentence in text.split_sentences(article.opening, article.language):
                self.add(text.split_words(sentence))

    def add(self, words: Iterable[str]) -> None:
        """Add one sentence."""
        for word_stem in {stem(word) for word in words}:
            self._sentences_with[word_stem].append(self._n_sentences)
        self._n_sentences += 1

    def weigh_unknown(self, weights: dict[str, float]) -> tuple[float, float]:
        """Return the weight of the stems in no known sentence, and of those not in the nearest known sentence."""
        total = sum(weights.values())
        new = sum(weight for word_stem, weight in weights.items() if word_stem not in self._sentences_with)
        covered: defaultdict[int, float] = defaultdict(float)
        for word_stem, weight in weights.items():
            for number in self._sentences_with.get(word_stem, ()):
                covered[number] += weight
        return new, total - max(covered.values(), default=0.0)


def _collect_sentences(article: Article) -> list[tuple[Sentence, Sequence[str]]]:
    """Return the article's faultless sentences with their words; its title if it has none."""
    sentences: list[tuple[Sentence, Sequence[str]]] = []
    for position, sentence in enumerate(article.sentences[:SENTENCES_READ]):
        words = text.split_words(sentence)
        if words and find_fault(sentence, words, article.language) == Fault.NONE:
            sentences.append((Sentence(sentence, article, position), words))
    if not sentences and article.title_words:
        return [(Sentence(text.normalise_line(article.title), article, -1), article.title_words)]
    return sentences


def _score_novelty(
    sentence: Sentence, words: Sequence[str], known: _KnownSentences, statistics: WordStatistics
) -> float:
    """Return how much a sentence adds; 0 if it is too little."""
    weights: dict[str, float] = {}
    for word in sorted(set(words)):
        idf = statistics.idf(word, sentence.article.language)
        if idf:
            weights[stem(word)] = max(idf, weights.get(stem(word), 0.0))
    total = sum(weights.values())
    new, uncovered = known.weigh_unknown(weights)
    if not total or new < _MIN_NEW * total or uncovered < _MIN_UNCOVERED * total:
        return 0.0
    length = float(max(len(words), _MIN_WORDS) ** _LENGTH_POWER)
    factor = 1.0 if weights.keys() & known.title_stems else _OFF_TOPIC_FACTOR
    return factor * new / length / (1 + _POSITION_DECAY * max(0, sentence.position))
