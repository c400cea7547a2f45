"""Novelty: the sentences of a story's new articles that add to its earlier articles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from newsfold import text
from newsfold.summaries.developments import Developments
from newsfold.summaries.headline import is_plain
from newsfold.summaries.ngrams import SENTENCES_READ, stem
from newsfold.summaries.sentence_filters import Fault
from newsfold.summaries.sentences import Sentence, rate_sentence, read_sentence
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.word_statistics import WordStatistics

# The least share of a sentence's weight that no earlier article mentions: less repeats the old story; and the least
# that the nearest known sentence lacks: less is a paraphrase of it.
_ADDED = (0.25, 0.5)
_SLIGHTLY_ADDED = (0.15, 0.4)  # for a single sentence, if none adds more
_TITLE_ADDED = (0.1, 0.3)  # for a title that stands for its article
_POSITION_DECAY = 0.3
_OFF_TOPIC_FACTOR = 0.3  # for a sentence without a word of the story's earlier titles
_LEADING_FACTOR = 1.5  # for a sentence of an article with the latest development
_MIN_WORDS = 5
_LENGTH_POWER = 0.6
_MAX_PER_ARTICLE = 2


def find_new_sentences(
    story: Story,
    summary: Sequence[Sentence],
    statistics: WordStatistics,
    developments: Developments,
    seen_at: datetime,
    max_sentences: int,
) -> list[Sentence]:
    """Return the sentences that add most, in reading order; none if all of the story is new, or nothing is.

    Novelty as in the novelty track of TREC (Soboroff and Harman 2003): a sentence adds something if enough of its
    words occur in no earlier article (the new-word measure of Allan, Wade and Bolivar 2003), and if no single
    earlier sentence, or sentence of the summary, already has most of it. Words are weighted by their rarity in the
    window. A chosen sentence then counts as known. Only articles in the story's language are compared, and with them
    earlier ones of undetermined language; only those of the lowest `news_rank` are quoted. If no sentence adds enough,
    the title of a new article does, unless it says nothing new either.

    Args:
        story: the story, with its new and its earlier articles.
        summary: the sentences of its summary, which are not repeated.
        statistics: document frequencies in the window.
        developments: which of its articles have the latest development.
        seen_at: the edition's time; articles first seen then are new.
        max_sentences: the most sentences to return.
    """
    told = story.as_news
    new = [article for article in told.articles if article.first_seen_at == seen_at]
    if not new or not max_sentences or all(a.first_seen_at == seen_at for a in story.in_language.articles):
        return []
    comparable = (story.language, text.UNKNOWN_LANGUAGE)
    earlier = [a for a in story.articles if a.first_seen_at != seen_at and a.language in comparable]
    earlier_groups = {a.copy_group_id for a in earlier}
    new = [a for a in new if a.copy_kind != "exact" or a.copy_group_id not in earlier_groups]
    known = _KnownSentences(earlier)
    for sentence in summary:
        known.add(sentence.words, is_earlier=False)
    leading = {article.article_id for article in developments.list_leading(told.originals)}
    pool = [
        (sentence, words)
        for article in sorted(new, key=lambda a: a.time_key)
        for sentence, words in _collect_sentences(article, developments)
    ]
    chosen = _choose_sentences(pool, leading, known, statistics, max_sentences, _ADDED)
    chosen = chosen or _choose_sentences(pool, leading, known, statistics, 1, _SLIGHTLY_ADDED)
    return chosen or _choose_new_title(new, summary, leading, known, statistics)


def _choose_sentences(
    pool: Sequence[tuple[Sentence, Sequence[str]]],
    leading: Collection[str],
    known: _KnownSentences,
    statistics: WordStatistics,
    max_sentences: int,
    least: tuple[float, float],
) -> list[Sentence]:
    """Return the sentences that add most, one after another: each then counts as known."""
    chosen: list[Sentence] = []
    while pool and len(chosen) < max_sentences:
        scores = [
            _score_novelty(sentence, words, known, statistics, least)
            * (_LEADING_FACTOR if sentence.article.article_id in leading else 1.0)
            for sentence, words in pool
        ]
        best = max(range(len(pool)), key=lambda i: (round(scores[i], 6), -i))
        if not scores[best]:
            break
        sentence, words = pool[best]
        chosen.append(sentence)
        known.add(words)
        quoted = Counter(sentence.article.article_id for sentence in chosen)
        pool = [
            item
            for i, item in enumerate(pool)
            if i != best and scores[i] and quoted[item[0].article.article_id] < _MAX_PER_ARTICLE
        ]
    return sorted(chosen, key=lambda s: (s.article.time_key, s.position))


def _choose_new_title(
    articles: Sequence[Article],
    summary: Sequence[Sentence],
    leading: Collection[str],
    known: _KnownSentences,
    statistics: WordStatistics,
) -> list[Sentence]:
    """Return the title that adds most to the earlier articles, plain ones first; none if no title adds anything.

    A title may say in other words what the summary says: that may be all that is new.
    """
    quoted = [text.split_words(sentence.text) for sentence in summary]
    scored: list[tuple[bool, bool, float, Article]] = []
    for article in sorted(articles, key=lambda a: a.time_key):
        weights = _weigh_stems(article.title_words, article.language, statistics)
        total = sum(weights.values())
        new, uncovered = known.weigh_unknown(weights, only_earlier=True)
        is_added = total and new >= _TITLE_ADDED[0] * total and uncovered >= _TITLE_ADDED[1] * total
        if is_added and article.title_words not in quoted:
            scored.append((is_plain(article), article.article_id in leading, round(new / total, 6), article))
    if not scored:
        return []
    best = max(scored, key=lambda item: item[:3])[3]
    return [Sentence(text.normalise_line(best.title), best, -1)]


class _KnownSentences:
    """An index of the sentences of some articles by their stems; with the stems of their titles."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.title_stems: set[str] = set()
        self._sentences_with: defaultdict[str, list[int]] = defaultdict(list)
        self._earlier_stems: set[str] = set()
        self._n_sentences = self._n_earlier = 0
        for article in articles:
            self.title_stems.update(map(stem, article.title_words))
            self.add(article.title_words)
            for sentence in text.split_sentences(article.opening, article.language):
                self.add(text.split_words(sentence))

    def add(self, words: Iterable[str], *, is_earlier: bool = True) -> None:
        """Add one sentence; the words of one that is not earlier stay new, though it is not to be repeated."""
        stems = {stem(word) for word in words}
        for word_stem in stems:
            self._sentences_with[word_stem].append(self._n_sentences)
        self._n_sentences += 1
        if is_earlier:
            self._earlier_stems |= stems
            self._n_earlier = self._n_sentences

    def weigh_unknown(self, weights: dict[str, float], *, only_earlier: bool = False) -> tuple[float, float]:
        """Return the weight of the stems in no known sentence, and of those not in the nearest known sentence."""
        total = sum(weights.values())
        new = sum(weight for word_stem, weight in weights.items() if word_stem not in self._earlier_stems)
        covered: defaultdict[int, float] = defaultdict(float)
        for word_stem, weight in weights.items():
            for number in self._sentences_with.get(word_stem, ()):
                if number < self._n_earlier or not only_earlier:
                    covered[number] += weight
        return new, total - max(covered.values(), default=0.0)


def _collect_sentences(article: Article, developments: Developments) -> list[tuple[Sentence, Sequence[str]]]:
    """Return the article's faultless sentences with their words."""
    sentences: list[tuple[Sentence, Sequence[str]]] = []
    for position in range(min(SENTENCES_READ, len(article.sentences))):
        sentence = read_sentence(article, position)
        words = sentence.words
        if words and rate_sentence(sentence, words, developments) == Fault.NONE:
            sentences.append((sentence, words))
    return sentences


def _score_novelty(
    sentence: Sentence,
    words: Sequence[str],
    known: _KnownSentences,
    statistics: WordStatistics,
    least: tuple[float, float],
) -> float:
    """Return how much a sentence adds; 0 if it is too little."""
    weights = _weigh_stems(words, sentence.article.language, statistics)
    total = sum(weights.values())
    new, uncovered = known.weigh_unknown(weights)
    if not total or new < least[0] * total or uncovered < least[1] * total:
        return 0.0
    length = float(max(len(words), _MIN_WORDS) ** _LENGTH_POWER)
    factor = 1.0 if weights.keys() & known.title_stems else _OFF_TOPIC_FACTOR
    return factor * new / length / (1 + _POSITION_DECAY * max(0, sentence.position))


def _weigh_stems(words: Sequence[str], language: str, statistics: WordStatistics) -> dict[str, float]:
    """Return the rarity of the stems of some words, function words left out."""
    weights: dict[str, float] = {}
    for word in sorted(set(words)):
        idf = statistics.idf(word, language)
        if idf:
            weights[stem(word)] = max(idf, weights.get(stem(word), 0.0))
    return weights
