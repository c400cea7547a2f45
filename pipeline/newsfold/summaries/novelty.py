"""Novelty: the sentences of a story's new articles that add to its earlier articles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsfold import text
from newsfold.summaries.developments import Developments
from newsfold.summaries.languages import list_entries
from newsfold.summaries.ngrams import SHORT_OPENING_WORDS
from newsfold.summaries.overlap import MAX_REPEATED, StemWeights, measure_share, stem, weigh_stems
from newsfold.summaries.sentence_filters import Fault
from newsfold.summaries.sentences import Sentence, rate_sentence, read_sentence, stands_alone
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.titles import is_plain, print_title, strip_label, tells_event
from newsfold.summaries.word_statistics import WordStatistics

# The least share of a sentence's weight that no earlier article mentions: less repeats the old story; and the least
# that the nearest known sentence lacks: less is a paraphrase of it.
_ADDED = (0.25, 0.5)
_SLIGHTLY_ADDED = (0.15, 0.5)  # for a single sentence, if none adds more
_BARELY_ADDED = (0.05, 0.5)  # for a single sentence that is better than a title without news
_TITLE_ADDED = (0.1, 0.5)  # for a title that stands for its article
# The same for what has a new number or a new name: it is news even if all other words are known.
_NUMBER_UNCOVERED, _NAME_UNCOVERED = 0.08, 0.3
_MAX_RANK = 1  # of news: analysis is quoted where no news is new, opinion, roundups and other kinds never
_POSITION_DECAY = 0.3
_OFF_TOPIC_FACTOR = 0.3  # for a sentence without a word of the story's earlier titles
_LEADING_FACTOR = 1.5  # for a sentence of an article with the latest development
_MIN_TITLE_SHARE = 0.3  # of the weight of an excerpt's title in a sentence that tells the same news
_ASIDE_FACTOR = 0.5  # for a sentence that does not, beside its title
_MIN_WORDS = 5
_NOT_NAMES = frozenset(entry for kind in ("weekdays", "months", "not_names") for entry in list_entries(kind))
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
    earlier sentence already has most of it. Words are weighted by their rarity in the window; a new number or name
    may be all that is new. A chosen sentence then counts as known. Only articles in the story's language are
    compared, and with them earlier ones of undetermined language; only new ones of the lowest `news_rank` are quoted.
    An article none of whose sentences tells its news alone is quoted by its title. No sentence of the summary is
    repeated, not even in other words. If the summary says all that is new, its last sentence is returned, if that is
    new and not the only one: it then belongs here, and no longer to the summary. Else the new title stands for what is
    new, unless the summary opens with it.

    Args:
        story: the story, with its new and its earlier articles.
        summary: the sentences of its summary.
        statistics: document frequencies in the window.
        developments: which of its articles have the latest development.
        seen_at: the edition's time; articles first seen then are new.
        max_sentences: the most sentences to return.
    """
    new = [a for a in story.in_language.articles if a.first_seen_at == seen_at and a.news_rank <= _MAX_RANK]
    new = [article for article in new if article.news_rank == min(a.news_rank for a in new)]
    if not new or not max_sentences or all(a.first_seen_at == seen_at for a in story.in_language.articles):
        return []
    comparable = (story.language, text.UNKNOWN_LANGUAGE)
    earlier = [a for a in story.articles if a.first_seen_at != seen_at and a.language in comparable]
    earlier_groups = {a.copy_group_id for a in earlier}
    new = [a for a in new if a.copy_kind != "exact" or a.copy_group_id not in earlier_groups]
    known = _KnownSentences(earlier)
    leading = {article.article_id for article in developments.list_leading(story.as_news.originals)}
    new.sort(key=lambda a: a.time_key)
    pool = [
        sentence
        for article in new
        for sentence in _collect_quotable(article, story, statistics, developments)
        if not _is_repeated(sentence, summary, statistics)
    ]
    chosen = _choose_sentences(pool, leading, known, statistics, max_sentences, _ADDED)
    # The last sentence of the summary can go: nothing depends on it, and another one states the news.
    others, last = summary[:-1], summary[-1:]
    is_stated = any(sentence.position >= 0 for sentence in others)
    ending = [s for s in last if is_stated and s.position >= 0 and s.article in new and stands_alone(s, statistics)]
    for sentences, least in ((pool, _SLIGHTLY_ADDED), (pool, _BARELY_ADDED), (ending, _SLIGHTLY_ADDED)):
        chosen = chosen or _choose_sentences(sentences, leading, known, statistics, 1, least)
    if chosen:
        return chosen
    titles = [_rate_title(article, summary, leading, known, statistics) for article in new]
    added = [
        title
        for title in titles
        if title.is_added or (title.says_more and title.article.copy_group_id not in earlier_groups)
    ]
    printed = {sentence.article.article_id for sentence in summary if sentence.position < 0}
    added = [title for title in added if title.article.article_id not in printed]
    best = max(added, key=lambda title: title.key, default=None)
    if best is None:
        return []
    return [_quote_title(best.article, story, statistics)]


def _is_repeated(sentence: Sentence, summary: Sequence[Sentence], statistics: WordStatistics) -> bool:
    """Return whether a sentence of the summary says what a sentence says, perhaps in other words."""
    weights = weigh_stems(sentence.words, sentence.article.language, statistics)
    return any(measure_share(weights, other.stems) >= MAX_REPEATED for other in summary)


def _collect_quotable(
    article: Article, story: Story, statistics: WordStatistics, developments: Developments
) -> list[Sentence]:
    """Return the sentences of an article that tell its news alone; else its title, too, if that is plain.

    An excerpt of a sentence or two is written to be read below its title, and may tell something else.
    """
    sentences = _collect_sentences(article, statistics, developments)
    named = [sentence for sentence in sentences if stands_alone(sentence, statistics)]
    if len(article.words) >= SHORT_OPENING_WORDS or not is_plain(article):
        return named or sentences
    title = weigh_stems(text.split_words(strip_label(article.title)), article.language, statistics)
    stating = [sentence for sentence in named if measure_share(title, sentence.stems) >= _MIN_TITLE_SHARE]
    if stating or (named and not tells_event(article)):
        return stating or named
    return [_quote_title(article, story, statistics), *named]


def _quote_title(article: Article, story: Story, statistics: WordStatistics) -> Sentence:
    return Sentence(print_title(article, story, statistics), article, -1)


def _choose_sentences(
    pool: Sequence[Sentence],
    leading: Collection[str],
    known: _KnownSentences,
    statistics: WordStatistics,
    max_sentences: int,
    least: tuple[float, float],
) -> list[Sentence]:
    """Return the sentences that add most, one after another: each then counts as known."""
    chosen: list[Sentence] = []
    titled = {sentence.article.article_id for sentence in pool if sentence.position < 0}
    while pool and len(chosen) < max_sentences:
        scores = [
            _score_novelty(sentence, known, statistics, least)
            * (_LEADING_FACTOR if sentence.article.article_id in leading else 1.0)
            * (_ASIDE_FACTOR if sentence.position >= 0 and sentence.article.article_id in titled else 1.0)
            for sentence in pool
        ]
        best = max(range(len(pool)), key=lambda i: (round(scores[i], 6), -i))
        if not scores[best]:
            break
        chosen.append(pool[best])
        known.add(pool[best].words)
        quoted = Counter(sentence.article.article_id for sentence in chosen)
        pool = [
            item
            for i, item in enumerate(pool)
            if i != best
            and scores[i]
            and quoted[item.article.article_id] < _MAX_PER_ARTICLE
            and not (item.article is pool[best].article and item.article.article_id in titled)
        ]
    return sorted(chosen, key=lambda s: (s.article.time_key, s.position))


@dataclass(frozen=True)
class _RatedTitle:
    """The title of a new article, and what it adds."""

    article: Article
    is_plain: bool
    is_repeated: bool
    """Whether the summary says it."""
    is_added: bool
    """Whether it adds enough to the earlier articles."""
    says_more: bool
    """Whether it adds enough to the earlier titles alone."""
    is_leading: bool
    new: float

    @property
    def key(self) -> tuple[bool, bool, bool, bool, float]:
        """A sort key: the best title has the highest."""
        return self.is_plain, not self.is_repeated, self.is_added, self.is_leading, self.new


def _rate_title(
    article: Article,
    summary: Sequence[Sentence],
    leading: Collection[str],
    known: _KnownSentences,
    statistics: WordStatistics,
) -> _RatedTitle:
    weights = weigh_stems(article.title_words, article.language, statistics)
    total = sum(weights.values())
    facts = _find_facts(text.split_cased_words(article.title), article.language, statistics)
    new, uncovered = known.weigh_unknown(weights)
    unsaid = sum(weight for word_stem, weight in weights.items() if word_stem not in known.title_stems)
    is_news = bool(facts - known.stems) or new >= _TITLE_ADDED[0] * total
    return _RatedTitle(
        article,
        is_plain(article),
        any(measure_share(weights, sentence.stems) >= MAX_REPEATED for sentence in summary),
        bool(total) and is_news and uncovered >= _TITLE_ADDED[1] * total,
        bool(total) and unsaid >= _TITLE_ADDED[1] * total,
        article.article_id in leading,
        round(new / total, 6) if total else 0.0,
    )


class _KnownSentences:
    """An index of the sentences of some articles by their stems; with the stems of their titles."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.title_stems: set[str] = set()
        self._sentences_with: defaultdict[str, list[int]] = defaultdict(list)
        self.stems: set[str] = set()
        self._n_sentences = 0
        for article in articles:
            self.title_stems.update(map(stem, article.title_words))
            self.add(article.title_words)
            for sentence in text.split_sentences(article.opening, article.language):
                self.add(text.split_words(sentence))

    def add(self, words: Iterable[str]) -> None:
        """Add one sentence."""
        stems = {stem(word) for word in words}
        for word_stem in stems:
            self._sentences_with[word_stem].append(self._n_sentences)
        self._n_sentences += 1
        self.stems |= stems

    def weigh_unknown(self, weights: StemWeights) -> tuple[float, float]:
        """Return the weight of the stems in no known sentence, and of those not in the nearest known sentence."""
        total = sum(weights.values())
        new = sum(weight for word_stem, weight in weights.items() if word_stem not in self.stems)
        covered: defaultdict[int, float] = defaultdict(float)
        for word_stem, weight in weights.items():
            for number in self._sentences_with.get(word_stem, ()):
                covered[number] += weight
        return new, total - max(covered.values(), default=0.0)


def _collect_sentences(article: Article, statistics: WordStatistics, developments: Developments) -> list[Sentence]:
    """Return the article's faultless sentences."""
    sentences: list[Sentence] = []
    for position in range(len(article.sentences)):
        sentence = read_sentence(article, position, statistics)
        if sentence.words and rate_sentence(sentence, sentence.words, developments) == Fault.NONE:
            sentences.append(sentence)
    return sentences


def _score_novelty(
    sentence: Sentence, known: _KnownSentences, statistics: WordStatistics, least: tuple[float, float]
) -> float:
    """Return how much a sentence adds; 0 if it is too little."""
    words = sentence.words
    weights = weigh_stems(words, sentence.article.language, statistics)
    total = sum(weights.values())
    new, uncovered = known.weigh_unknown(weights)
    if not total or new < least[0] * total or uncovered < least[1] * total:
        facts = _find_facts(text.split_cased_words(sentence.text)[1:], sentence.article.language, statistics)
        added = facts - known.stems
        needed = _NUMBER_UNCOVERED if any(map(str.isdecimal, added)) else _NAME_UNCOVERED
        if not total or not added or least != _SLIGHTLY_ADDED or uncovered < needed * total:
            return 0.0
    length = float(max(len(words), _MIN_WORDS) ** _LENGTH_POWER)
    factor = 1.0 if weights.keys() & known.title_stems else _OFF_TOPIC_FACTOR
    return factor * new / length / (1 + _POSITION_DECAY * max(0, sentence.position))


def _find_facts(words: Sequence[str], language: str, statistics: WordStatistics) -> set[str]:
    """Return the stems of the numbers and names among printed words: no days, nor the numbers beside months."""
    facts: set[str] = set()
    folded = [word.casefold() for word in words]
    for position, (word, plain) in enumerate(zip(words, folded, strict=True)):
        if word.isdecimal():
            beside = {*folded[max(0, position - 1) : position], *folded[position + 1 : position + 2]}
            if beside.isdisjoint(list_entries("months")):
                facts.add(stem(plain))
        elif word[0].isupper() and plain not in _NOT_NAMES and statistics.is_name([plain], language):
            facts.add(stem(plain))
    return facts
