"""What sets a story apart in words: contrastive keywords, and the names that its members share."""

from __future__ import annotations

import math
from collections import Counter

from newsfold import text
from newsfold.summaries.stories import Story
from newsfold.summaries.window import Window

MOST = 8
_TITLE_USES = 2
_USES_COUNTED = 4
_HEAD_WORDS = 80  # keywords are sought in the title and so many words after it


def keywords(story: Story, window: Window) -> list[str]:
    """Up to `MOST` words that are frequent in the story and rare outside it, best first.

    A word's weight is its use in the story (title words count double) times the log of its share of the
    story's texts over its share of the window's other texts of that language: its part of the
    Kullback-Leibler divergence. Printed as the members mostly print it.
    """
    use, having = Counter[str](), Counter[str]()
    for article in story.spokesmen:
        uses = Counter(article.words)
        head = frozenset(article.words[:_HEAD_WORDS]).union(article.title_words)
        content = window.content(head, article.language)
        having.update(content)
        for word in content:
            use[word] += min(uses[word], _USES_COUNTED)
        for word in content.intersection(article.title_words):
            use[word] += _TITLE_USES
    n = len(story.spokesmen)
    language = story.language
    outside = max(0, window.texts(language) - n)
    weights = {}
    for word, count in having.items():
        if word.isdigit():
            continue
        elsewhere = (max(0, window.uses(word, language) - count) + 0.5) / (outside + 1)
        contrast = math.log(1 + count / n / elsewhere)
        # Shared by all counts fully; in one of many texts, hardly.
        weights[word] = count / n * math.log1p(use[word] / n) * contrast
    best = sorted(weights, key=lambda word: (-round(weights[word], 6), word))[:MOST]
    return _as_printed(best, story)


def _as_printed(words: list[str], story: Story) -> list[str]:
    wanted = set(words)
    in_bodies: dict[str, Counter[str]] = {word: Counter() for word in words}
    in_titles: dict[str, Counter[str]] = {word: Counter() for word in words}
    for article in story.spokesmen:
        for printed, folded in zip(article.printed, article.words, strict=True):
            if folded in wanted:
                in_bodies[folded][printed] += 1
        for printed in text.split_cased_words(article.title):
            if printed.casefold() in wanted:
                in_titles[printed.casefold()][printed] += 1
    # Headlines in title case capitalise everything, so bodies decide where they can.
    forms = [in_bodies[word] or in_titles[word] for word in words]
    return [min(f, key=lambda p: (-f[p], p)) if f else w for w, f in zip(words, forms, strict=True)]


def entities(story: Story, window: Window) -> list[str]:
    """Up to `MOST` names, most shared first: in two members, or in title and text of one."""
    printed = {name for article in story.spokesmen for name in article.names}
    bodies = [f" {' '.join(article.words)} " for article in story.spokesmen]
    titles = [f" {' '.join(article.title_words)} " for article in story.spokesmen]
    folded: dict[str, str] = {}
    shared: dict[str, int] = {}
    for name in sorted(printed):
        words = text.split_words(name)
        if window.is_name(words, story.language):
            sought = f" {' '.join(words)} "
            count = sum(sought in body for body in bodies) + sum(sought in t for t in titles)
            if count > 1:
                folded[name], shared[name] = sought, count
    rarity = {
        name: max(window.rarity(word, story.language) for word in words.split()) for name, words in folded.items()
    }
    chosen: list[str] = []
    for name in sorted(shared, key=lambda n: (-shared[n], -round(rarity[n], 6), n)):
        # Whoever is named has one entry: a surname adds nothing beside the full name.
        if not any(folded[name] in folded[o] or folded[o] in folded[name] for o in chosen):
            fuller = [other for other in shared if folded[name] in folded[other] and 2 * shared[other] >= shared[name]]
            chosen.append(max(fuller, key=lambda n: (len(folded[n].split()), shared[n], n)))
    return list(dict.fromkeys(chosen))[:MOST]
