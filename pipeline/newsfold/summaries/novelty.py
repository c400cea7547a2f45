"""What is new: the sentences of a story's new articles that say what its earlier articles did not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from newsfold import text
from newsfold.summaries import sentence_filters
from newsfold.summaries.ngrams import SENTENCES_READ, stem
from newsfold.summaries.sentences import Sentence
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.window import Window

_NEW_WORDS = 0.25  # of a sentence's weight that no earlier article mentions: less is the old story once more
_UNSAID = 0.5  # of its weight that the earlier sentence nearest to it lacks: less is that sentence in other words
_POSITION_DECAY = 0.3
_ASIDE = 0.3  # what a sentence is worth that has no word of the story's earlier titles
_SHORTEST = 5
_LENGTH_POWER = 0.6


def additions(story: Story, window: Window, seen_at: datetime, at_most: int) -> list[Sentence]:
    """The sentences that add most, in the order of telling; none where all of the story is new, or nothing is.

    Novelty as in the novelty track of TREC (Soboroff and Harman 2003): a sentence adds something where enough of its
    words occur in no earlier article (the new-word measure of Allan, Wade and Bolivar 2003), and where no single
    earlier sentence already has most of it. Words weigh their rarity in the window. What is chosen counts as said.
    Roundups are not asked: what is new in them is mostly about something else.

    Args:
        story: the story, new articles and earlier ones.
        window: how rare words are.
        seen_at: the edition's time: articles first seen then are new.
        at_most: sentences.
    """
    fresh = [a for a in story.articles if a.first_seen_at == seen_at and not a.roundup]
    earlier = [a for a in story.articles if a.first_seen_at != seen_at]
    if not fresh or not earlier or not at_most:
        return []
    said = _Said(earlier)
    told = {a.copy_group_id for a in earlier}
    pool = [
        (sentence, words)
        for article in sorted(fresh, key=lambda a: a.by_time)
        if article.kind != "exact" or article.copy_group_id not in told
        for sentence, words in _tellable(article)
        if article.language in said.languages
    ]
    chosen: list[Sentence] = []
    while pool and len(chosen) < at_most:
        values = [_value(sentence, words, said, window) for sentence, words in pool]
        best = max(range(len(pool)), key=lambda i: (round(values[i], 6), -i))
        if not values[best]:
            break
        sentence, words = pool.pop(best)
        chosen.append(sentence)
        said.add(words)
        pool = [item for item, value in zip(pool, values[:best] + values[best + 1 :], strict=True) if value]
    return sorted(chosen, key=lambda s: (s.article.by_time, s.position))


class _Said:
    """Every sentence of some articles, by the stems in it; their languages, and the stems of their titles."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.languages: set[str] = set()
        self.titles: set[str] = set()
        self._sentences_with: defaultdict[str, list[int]] = defaultdict(list)
        self._count = 0
        for article in articles:
            self.languages.add(article.language)
            self.titles.update(map(stem, article.title_words))
            self.add(article.title_words)
            for sentence in text.split_sentences(article.opening, article.language):
                self.add(text.split_words(sentence))

    def add(self, words: Iterable[str]) -> None:
        """One more sentence."""
        for own in {stem(word) for word in words}:
            self._sentences_with[own].append(self._count)
        self._count += 1

    def novelty(self, weights: dict[str, float]) -> tuple[float, float]:
        """The weight of the stems in no sentence, and that of the stems not in the sentence nearest to these."""
        total = sum(weights.values())
        new = sum(weight for own, weight in weights.items() if own not in self._sentences_with)
        covered: defaultdict[int, float] = defaultdict(float)
        for own, weight in weights.items():
            for number in self._sentences_with.get(own, ()):
                covered[number] += weight
        return new, total - max(covered.values(), default=0.0)


def _tellable(article: Article) -> list[tuple[Sentence, Sequence[str]]]:
    """The article's sound sentences, with their words; its title where it has none."""
    found: list[tuple[Sentence, Sequence[str]]] = []
    for position, sentence in enumerate(article.sentences[:SENTENCES_READ]):
        words = text.split_words(sentence)
        if words and sentence_filters.fault(sentence, words, article.language) == sentence_filters.SOUND:
            found.append((Sentence(sentence, article, position), words))
    if not found and article.title_words:
        return [(Sentence(text.normalise_line(article.title), article, -1), article.title_words)]
    return found


def _value(sentence: Sentence, words: Sequence[str], said: _Said, window: Window) -> float:
    """How much a sentence adds; zero where it is not enough to be worth telling."""
    weights: dict[str, float] = {}
    for word in sorted(set(words)):
        rarity = window.rarity(word, sentence.article.language)
        if rarity:
            weights[stem(word)] = max(rarity, weights.get(stem(word), 0.0))
    total = sum(weights.values())
    new, unsaid = said.novelty(weights)
    if not total or new < _NEW_WORDS * total or unsaid < _UNSAID * total:
        return 0.0
    length = float(max(len(words), _SHORTEST) ** _LENGTH_POWER)
    aside = 1.0 if weights.keys() & said.titles else _ASIDE
    return aside * new / length / (1 + _POSITION_DECAY * max(0, sentence.position))
