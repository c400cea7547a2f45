"""Contrastive keywords of a story, and the names that its members share."""

from __future__ import annotations

import math
from collections import Counter

from newsfold import text
from newsfold.summaries.stories import Story
from newsfold.summaries.word_statistics import WordStatistics

MAX_KEYWORDS = 8
_TITLE_USES = 2  # what a word in a title counts
_MAX_USES = 4  # counted in one article
_HEAD_WORDS = 80  # keywords are sought in the title and this many words after it


def extract_keywords(story: Story, statistics: WordStatistics) -> list[str]:
    """Return up to `MAX_KEYWORDS` words that are frequent in the story and rare outside it, best first.

    A word's weight is its use in the story (title words count double) times the log of its share of the
    story's texts over its share of the window's other texts: its part of the Kullback-Leibler divergence. All texts
    are those in the story's language. Words are spelled as the members mostly print them.
    """
    story = story.in_language
    uses, documents = Counter[str](), Counter[str]()
    for article in story.central_originals:
        uses_in_article = Counter(article.words)
        head = frozenset(article.words[:_HEAD_WORDS]).union(article.title_words)
        content = statistics.content_words(head, article.language)
        documents.update(content)
        for word in content:
            uses[word] += min(uses_in_article[word], _MAX_USES)
        for word in content.intersection(article.title_words):
            uses[word] += _TITLE_USES
    n = len(story.central_originals)
    language = story.language
    n_outside = max(0, statistics.n_articles(language) - n)
    weights = {}
    for word, count in documents.items():
        if word.isdigit():
            continue
        share_outside = (max(0, statistics.document_frequency(word, language) - count) + 0.5) / (n_outside + 1)
        contrast = math.log(1 + count / n / share_outside)
        # A word that all texts share counts fully; one in a single text of many, hardly.
        weights[word] = count / n * math.log1p(uses[word] / n) * contrast
    best = sorted(weights, key=lambda word: (-round(weights[word], 6), word))[:MAX_KEYWORDS]
    return _restore_case(best, story)


def _restore_case(words: list[str], story: Story) -> list[str]:
    wanted = set(words)
    in_bodies: dict[str, Counter[str]] = {word: Counter() for word in words}
    in_titles: dict[str, Counter[str]] = {word: Counter() for word in words}
    for article in story.central_originals:
        for printed, folded in zip(article.cased_words, article.words, strict=True):
            if folded in wanted:
                in_bodies[folded][printed] += 1
        for printed in text.split_cased_words(article.title):
            if printed.casefold() in wanted:
                in_titles[printed.casefold()][printed] += 1
    # Headlines in title case capitalise every word: bodies decide if they have the word.
    forms = [in_bodies[word] or in_titles[word] for word in words]
    return [min(f, key=lambda p: (-f[p], p)) if f else w for w, f in zip(words, forms, strict=True)]


def extract_entities(story: Story, statistics: WordStatistics) -> list[str]:
    """Return up to `MAX_KEYWORDS` names that two members share, or title and text of one; most shared first.

    The names are those that articles in the story's language print; articles in any language count as sharing them.
    """
    printed = {name for article in story.in_language.central_originals for name in article.names}
    bodies = [f" {' '.join(article.words)} " for article in story.central_originals]
    titles = [f" {' '.join(article.title_words)} " for article in story.central_originals]
    folded: dict[str, str] = {}
    n_texts: dict[str, int] = {}
    for name in sorted(printed):
        words = text.split_words(name)
        if statistics.is_name(words, story.language):
            padded = f" {' '.join(words)} "
            count = sum(padded in body for body in bodies) + sum(padded in title for title in titles)
            if count > 1:
                folded[name], n_texts[name] = padded, count
    idf = {name: max(statistics.idf(word, story.language) for word in words.split()) for name, words in folded.items()}
    entities: list[str] = []
    for name in sorted(n_texts, key=lambda n: (-n_texts[n], -round(idf[n], 6), n)):
        # One entry per person: a surname adds nothing beside the full name.
        if not any(folded[name] in folded[e] or folded[e] in folded[name] for e in entities):
            fuller = [
                other for other in n_texts if folded[name] in folded[other] and 2 * n_texts[other] >= n_texts[name]
            ]
            entities.append(max(fuller, key=lambda n: (len(folded[n].split()), n_texts[n], n)))
    return list(dict.fromkeys(entities))[:MAX_KEYWORDS]
