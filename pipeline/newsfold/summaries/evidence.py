"""The `why` of an article in its story: the evidence it shares with its nearest member, in phrases."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from typing import Any

from newsfold import text
from newsfold.publishers import UNKNOWN_OUTLET
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.word_statistics import WordStatistics

MAX_PHRASES = 4
LABELLED = "labelled as one story"
_MAX_ITEMS = 3
_COMMON_SHARE = 0.05
# Cosines of tuned vectors. On a night of feeds, 90% of the candidate pairs at .75 are of one story, 55% of those at .6,
# 20% of those at .5.
_CLOSE, _SIMILAR = 0.75, 0.6
_YEAR = re.compile(r"(?:19|20)\d\d$")


def explain_copy(copy: Article, original: Article) -> list[str]:
    """Return why a copy is in its original's story."""
    owner = original.outlet if original.outlet != UNKNOWN_OUTLET else f"“{original.title}”"
    match copy.copy_kind:
        case "revision":
            return [f"another version of {owner}’s own text"]
        case "near":
            return [f"nearly the same text as {owner}’s"]
        case _:
            return [f"same text as {owner}’s"]


def explain_original(story: Story, original: Article) -> list[str]:
    """Return why an original is in a story of nothing but its copies: the outlets that print its text."""
    copies = (a for a in story.articles if a.copy_group_id == original.copy_group_id)
    outlets = sorted({a.outlet for a in copies if a is not original})
    more = f" and {len(outlets) - _MAX_ITEMS} more" if len(outlets) > _MAX_ITEMS else ""
    return [f"text also in {', '.join(outlets[:_MAX_ITEMS])}{more}"]


def explain_pair(article: Article, nearest: Article, edge: Mapping[str, Any], statistics: WordStatistics) -> list[str]:
    """Return the strongest evidence that two originals report one event: at most `MAX_PHRASES` phrases, best first.

    Names and numbers are compared across languages, other words only within one.

    Args:
        article: the article to explain.
        nearest: the member of its story with the most probable edge to it.
        edge: the scored pair's `edges` row.
        statistics: document frequencies in the window.
    """
    names = _find_shared_names(article, nearest, statistics)
    in_names = {word for name in names for word in _fold_name(name).split()}
    in_two_languages = len({article.language, nearest.language} - {text.UNKNOWN_LANGUAGE}) > 1
    shared = frozenset() if in_two_languages else article.vocabulary & nearest.vocabulary
    rare = [w for w in _find_rare_words(article, shared, statistics) if w not in in_names and not w.isdigit()]
    printed, others = ({n: form for n, form in a.numbers.items() if not _YEAR.match(n)} for a in (article, nearest))
    numbers = sorted((printed[n] for n in printed.keys() & others.keys()), key=lambda n: (-len(n), n))
    dense, title, hours = (edge.get(c) for c in ("dense_cosine", "title_cosine", "hours_apart"))
    weighted: list[tuple[float, str]] = []
    if names:
        weighted.append((0.5 + 0.15 * min(len(names), _MAX_ITEMS), f"names: {_join_items(names)}"))
    if rare:
        weighted.append((0.4 + 0.15 * min(len(rare), _MAX_ITEMS), f"rare words: {_join_items(rare)}"))
    if numbers:
        weighted.append((0.3 + 0.15 * min(len(numbers), _MAX_ITEMS), f"numbers: {_join_items(numbers)}"))
    if title is not None and title >= 0.3 and not in_two_languages:
        weighted.append((title, f"similar titles ({title:.2f})"))
    if dense is not None and (dense >= _SIMILAR or not weighted):
        weighted.append((dense - 0.05, _format_meaning(dense)))
    if hours is not None and hours <= 72:
        weighted.append((0.5 * math.exp(-hours / 24), _format_hours(hours)))
    weighted.sort(key=lambda item: (-round(item[0], 4), item[1]))
    return [phrase for _, phrase in weighted[:MAX_PHRASES]]


def _find_shared_names(article: Article, nearest: Article, statistics: WordStatistics) -> list[str]:
    words = {name: _fold_name(name) for name in article.names | nearest.names}
    first, second = (f" {' '.join([*a.title_words, *a.words])} " for a in (article, nearest))
    shared = [n for n in words if f" {words[n]} " in first and f" {words[n]} " in second]
    languages = {article.language, nearest.language}
    shared = [n for n in shared if all(statistics.is_name(words[n].split(), language) for language in languages)]
    shared.sort(key=lambda n: (-len(words[n].split()), n))
    names: list[str] = []
    for name in shared:
        if not any(f" {words[name]} " in f" {words[longer]} " for longer in names):
            names.append(name)
    titled = set(article.title_words) | set(nearest.title_words)
    names.sort(key=lambda n: (not set(words[n].split()) & titled, n))
    return names


@functools.lru_cache(maxsize=20_000)
def _fold_name(name: str) -> str:
    """Return the words of a name, case-folded, with single spaces between them."""
    return " ".join(text.split_words(name))


def _find_rare_words(article: Article, shared: frozenset[str], statistics: WordStatistics) -> list[str]:
    language = article.language
    common = max(4.0, _COMMON_SHARE * statistics.n_articles(language))
    idf = statistics.idfs(language)
    rare = [w for w in shared if idf[w] and len(w) > 1 and statistics.document_frequency(w, language) <= common]
    return sorted(rare, key=lambda word: (-idf[word], -len(word), word))


def _format_meaning(cosine: float) -> str:
    """Return the words for a cosine; below `_SIMILAR` it is no evidence, and is only named if there is nothing else."""
    if cosine < _SIMILAR:
        return f"similarity of meaning {cosine:.2f}"
    return f"{'close' if cosine >= _CLOSE else 'similar'} in meaning ({cosine:.2f})"


def _format_hours(hours: float) -> str:
    if hours < 1:
        return "within an hour"
    if hours < 48:
        return f"{round(hours)} hour{'s' if round(hours) > 1 else ''} apart"
    return f"{round(hours / 24)} days apart"


def _join_items(items: list[str]) -> str:
    return ", ".join(items[:_MAX_ITEMS])
