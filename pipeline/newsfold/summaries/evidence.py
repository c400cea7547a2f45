"""Why an article is in its story, in words: what it shares with its nearest member."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from newsfold import text
from newsfold.summaries.stories import UNKNOWN_OUTLET, Article, Story
from newsfold.summaries.window import Window

MOST = 4
LABELLED = "labelled as one story"
_SHOWN = 3
_COMMON_SHARE = 0.05
_NUMBER = re.compile(r"(?<![\w.,-])\d[\d.,]*\d(?!\w)")
_YEAR = re.compile(r"(?:19|20)\d\d$")


def of_copy(article: Article, original: Article) -> list[str]:
    """Why a copy is in its original's story."""
    whose = original.outlet if original.outlet != UNKNOWN_OUTLET else f"“{original.title}”"
    match article.kind:
        case "revision":
            return [f"another version of {whose}’s own text"]
        case "near":
            return [f"nearly the same text as {whose}’s"]
        case _:
            return [f"same text as {whose}’s"]


def of_original(story: Story, article: Article) -> list[str]:
    """Why a copied original is in a story that has nothing else: who printed its text."""
    copied = (a for a in story.articles if a.copy_group_id == article.copy_group_id)
    outlets = sorted({a.outlet for a in copied if a is not article})
    more = f" and {len(outlets) - _SHOWN} more" if len(outlets) > _SHOWN else ""
    return [f"text also in {', '.join(outlets[:_SHOWN])}{more}"]


def of_pair(article: Article, nearest: Article, edge: Mapping[str, Any], window: Window) -> list[str]:
    """The strongest evidence that two originals tell of one event, best first, at most `MOST` phrases.

    Args:
        article: the article to place.
        nearest: the member of its story that the scorer puts nearest to it.
        edge: the scored pair's `edges` row.
        window: how rare words are.
    """
    shared = article.vocabulary & nearest.vocabulary
    names = _shared_names(article, nearest, window)
    spent = {word for name in names for word in text.split_words(name)}
    rare = [w for w in _rarest(article, shared, window) if w not in spent and not w.isdigit()]
    numbers = sorted(_numbers(article) & _numbers(nearest), key=lambda n: (-len(n), n))
    dense, title, hours = (edge.get(c) for c in ("dense_cosine", "title_cosine", "hours_apart"))
    found: list[tuple[float, str]] = []
    if names:
        found.append((0.5 + 0.15 * min(len(names), _SHOWN), f"names: {_listed(names)}"))
    if rare:
        found.append((0.4 + 0.15 * min(len(rare), _SHOWN), f"rare words: {_listed(rare)}"))
    if numbers:
        found.append((0.3 + 0.15 * min(len(numbers), _SHOWN), f"numbers: {_listed(numbers)}"))
    if title is not None and title >= 0.3:
        found.append((title, f"similar titles ({title:.2f})"))
    if dense is not None and (dense >= 0.5 or not found):
        found.append((dense - 0.05, f"close in meaning ({dense:.2f})"))
    if hours is not None and hours <= 72:
        found.append((0.5 * math.exp(-hours / 24), _apart(hours)))
    found.sort(key=lambda item: (-round(item[0], 4), item[1]))
    return [phrase for _, phrase in found[:MOST]]


def _shared_names(article: Article, nearest: Article, window: Window) -> list[str]:
    words = {name: " ".join(text.split_words(name)) for name in article.names | nearest.names}
    in_one, in_other = (f" {' '.join([*a.title_words, *a.words])} " for a in (article, nearest))
    both = [n for n in words if f" {words[n]} " in in_one and f" {words[n]} " in in_other]
    both = [n for n in both if window.is_name(words[n].split(), article.language)]
    both.sort(key=lambda n: (-len(words[n].split()), n))
    kept: list[str] = []
    for name in both:
        if not any(f" {words[name]} " in f" {words[other]} " for other in kept):
            kept.append(name)
    titled = set(article.title_words) | set(nearest.title_words)
    kept.sort(key=lambda n: (not set(words[n].split()) & titled, n))
    return kept


def _rarest(article: Article, shared: frozenset[str], window: Window) -> list[str]:
    language = article.language
    common = max(4.0, _COMMON_SHARE * window.texts(language))
    weight = {word: window.rarity(word, language) for word in shared}
    rare = [w for w in shared if weight[w] and len(w) > 1 and window.uses(w, language) <= common]
    return sorted(rare, key=lambda word: (-weight[word], -len(word), word))


def _numbers(article: Article) -> set[str]:
    printed = _NUMBER.findall(f"{article.title}\n{article.opening}")
    return {number for number in printed if not _YEAR.match(number)}


def _apart(hours: float) -> str:
    if hours < 1:
        return "within an hour"
    if hours < 48:
        return f"{round(hours)} hour{'s' if round(hours) > 1 else ''} apart"
    return f"{round(hours / 24)} days apart"


def _listed(items: list[str]) -> str:
    return ", ".join(items[:_SHOWN])
