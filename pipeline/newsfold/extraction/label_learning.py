"""Labels that an outlet prints on many of its titles, learned from tonight's titles and those of earlier nights.

A label says what an article is, not what it is about. It stands before unlike titles on several days. A topic
("Coronavirus: …"), a place or a speaker ("Trump: …") does so too, but what it names is mentioned in the texts under it
and in other titles; the name of a programme, a section or a columnist is not. In doubt a label stays.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from newsfold import text
from newsfold.extraction import boilerplate
from newsfold.extraction.title_labels import (
    ENDING,
    HOUSE_ENDING,
    LABEL,
    Label,
    find_labels,
    is_behind_bar,
    is_form,
    is_live,
    is_typed,
    list_content_words,
)
from newsfold.vocabulary import list_common_words

_MIN_COUNTS = ((8, 1), (4, 2), (3, 3))  # unlike titles and the days on which they were printed: any of these
_MIN_TYPED_COUNTS = ((2, 2), (3, 1))  # of a label that is one by its words or its capitals
_MIN_TOPICS = 2  # unlike titles
_MAX_EXAMINED = 30  # articles whose texts are read for a label
_MIN_EXAMINED = 2  # of them with a text
_MIN_WITHOUT_TEXTS = 8  # titles under a label, if there are no texts
_MAX_MENTIONS = 0.15  # share of the texts that mention all that a label names
_MAX_WORD_MENTIONS = 0.4  # … any word of it
_MAX_USES = 0.25  # titles that hold the label's words elsewhere, for each title under it
_MIN_THEME_SHARE = 0.04  # of all titles that hold a word: it is a theme of these days, and identifies no event
_MIN_THEME_TITLES = 3
_MIN_MOST_TITLES = 4
_MOST_TITLES = 0.5  # of an outlet's: an ending under so many is its name or its section, whatever it says
_FUNCTION_WORD = 6.0  # Zipf

LabelKey = tuple[str, str]  # side and key


class Title(NamedTuple):
    """A printed title.

    Attributes:
        outlet: its outlet.
        title: the title, with the labels that were removed from it on an earlier night.
        day: when it was published, or first seen.
        article_id: its article.
        language: the article's, ISO 639-1 or `und`.
        is_known: whether it is an article of an earlier night.
    """

    outlet: str
    title: str
    day: date
    article_id: str
    language: str
    is_known: bool


class _Printed(NamedTuple):
    label: Label
    title: Title


def learn_labels(
    titles: Sequence[Title],
    known: Mapping[str, Iterable[LabelKey]],
    read_bodies: Callable[[Sequence[Title]], Mapping[str, str]],
) -> dict[str, list[LabelKey]]:
    """Learn the labels of each outlet's titles.

    Args:
        titles: the titles of all outlets, tonight's and those of the window.
        known: labels that were learned earlier, by outlet; they are kept.
        read_bodies: returns the bodies of some articles by article_id, without what their outlets print everywhere.

    Returns:
        Side and key of the labels, ascending, by outlet, ascending.
    """
    printed: defaultdict[tuple[str, LabelKey], dict[str, _Printed]] = defaultdict(dict)
    distinct: defaultdict[str, set[str]] = defaultdict(set)
    for title in sorted(titles, key=lambda title: (title.day, title.article_id, title.is_known)):
        distinct[title.outlet].add(title.title)
        for label in find_labels(title.title):
            rest = " ".join(text.split_words(label.rest))
            printed[title.outlet, (label.side, label.key)].setdefault(rest, _Printed(label, title))
    learned: defaultdict[str, set[LabelKey]] = defaultdict(set)
    for outlet, labels in known.items():
        learned[outlet].update(labels)
    candidates: dict[tuple[str, LabelKey], list[_Printed]] = {}
    for (outlet, key), by_rest in printed.items():
        under = list(by_rest.values())
        if key[0] == ENDING and len(under) >= max(_MIN_MOST_TITLES, _MOST_TITLES * len(distinct[outlet])):
            learned[outlet].add((HOUSE_ENDING, key[1]))
        elif key not in learned[outlet] and not is_form(under[0].label) and _is_frequent(under):
            candidates[outlet, key] = under
    uses, themes = _count_uses(titles, {key for _, (_, key) in candidates})
    doubtful = {place: under for place, under in candidates.items() if not is_behind_bar(under[0].label)}
    bodies = read_bodies([item.title for under in doubtful.values() for item in under[:_MAX_EXAMINED]])
    for (outlet, key), under in candidates.items():
        if (outlet, key) not in doubtful or not (
            _is_used(under, uses[key[1]], bodies)
            or _names_theme(under[0], themes)
            or _is_mentioned(under[:_MAX_EXAMINED], bodies, themes)
        ):
            learned[outlet].add(key)
    return {outlet: sorted(learned[outlet]) for outlet in sorted(learned) if learned[outlet]}


def _is_frequent(under: Sequence[_Printed]) -> bool:
    """Return whether a label stands at enough unlike titles, on enough days."""
    label = under[0].label
    if label.side == ENDING and not is_behind_bar(label) and label.name[:1].islower():
        return False  # who said it: " - analyst"
    days = {item.title.day for item in under}
    has_type = is_typed(label) or _is_shouted(under)
    minima = (*_MIN_COUNTS, *_MIN_TYPED_COUNTS) if has_type else _MIN_COUNTS
    if not any(len(under) >= n_titles and len(days) >= n_days for n_titles, n_days in minima):
        return False
    words = [frozenset(text.split_words(item.label.rest)) for item in under[:_MAX_EXAMINED]]
    return boilerplate.count_topics(words) >= _MIN_TOPICS


def _is_shouted(under: Sequence[_Printed]) -> bool:
    """Return whether a label of several words is in capitals, which the titles under it are not."""
    label = under[0].label
    if label.side != LABEL or len(label.key.split()) < 2 or any(char.isdigit() for char in label.name):
        return False
    return label.name.isupper() and not any(item.label.rest.isupper() for item in under)


def _count_uses(titles: Sequence[Title], keys: set[str]) -> tuple[dict[str, Counter[str]], set[str]]:
    """Count the titles of each outlet that hold the words of a label, other than as a label; and find the themes."""
    first_words = {key.split(" ", 1)[0] for key in keys}
    longest = max((len(key.split()) for key in keys), default=0)
    uses: dict[str, Counter[str]] = {key: Counter() for key in keys}
    n_titles: Counter[str] = Counter()
    distinct = sorted({(title.title, title.outlet) for title in titles})
    for title, outlet in distinct:
        words = text.split_words(title)
        labels = {label.key for label in find_labels(title)} & keys
        n_titles.update(set(words).difference(*(label.split() for label in labels)))
        starts = [at for at, word in enumerate(words) if word in first_words]
        runs = {" ".join(words[at : at + n]) for at in starts for n in range(1, longest + 1)} & keys
        for key in runs - labels:
            uses[key][outlet] += 1
    least = max(_MIN_THEME_TITLES, _MIN_THEME_SHARE * len(distinct))
    return uses, {word for word, n in n_titles.items() if n >= least}


def _is_used(under: Sequence[_Printed], uses: Counter[str], bodies: Mapping[str, str]) -> bool:
    """Return whether the words of a label stand in other titles, too, as those of a topic or a speaker do.

    An outlet names its own programmes in its titles: they count if no texts can show what the label is.
    """
    if _is_shouted(under):
        return False
    outlet = under[0].title.outlet
    has_texts = sum(bool(bodies.get(item.title.article_id)) for item in under) >= _MIN_EXAMINED
    return uses.total() - (uses[outlet] if has_texts else 0) > _MAX_USES * len(under)


def _names_theme(item: _Printed, themes: set[str]) -> bool:
    """Return whether a label holds a theme of these days ("Coronavirus UK"), or names the event that is live."""
    common = list_common_words(item.title.language, _FUNCTION_WORD)
    names = [word for word in list_content_words(item.label) if word not in common]
    if is_live(item.label):
        return any(word not in themes for word in names)
    return not is_typed(item.label) and any(word in themes for word in names)


def _is_mentioned(under: Sequence[_Printed], bodies: Mapping[str, str], themes: set[str]) -> bool:
    """Return whether what a label names is mentioned in the texts under it; if there are none, in doubt it is."""
    label = under[0].label
    names = list_content_words(label) or label.key.split()
    has_type = is_typed(label)
    identifying = [word for word in names if not (has_type and word in themes)]
    n_texts = n_mentions = 0
    n_words: Counter[str] = Counter()
    for item in under:
        body = bodies.get(item.title.article_id, "")
        words = set(text.split_words(_remove_opening(body, label.key)))
        n_texts += bool(words)
        words.update(text.split_words(item.label.rest))
        n_mentions += all(word in words for word in names)
        n_words.update(word for word in identifying if word in words)
    if _is_shouted(under):
        return n_mentions > _MAX_WORD_MENTIONS * len(under)
    if n_texts < _MIN_EXAMINED and not has_type and len(under) < _MIN_WITHOUT_TEXTS:
        return True
    most = max(n_words.values(), default=0)
    return (not has_type and n_mentions > _MAX_MENTIONS * len(under)) or most > _MAX_WORD_MENTIONS * len(under)


def _remove_opening(body: str, key: str) -> str:
    """Remove a label from the beginning of a body, which repeats the title."""
    opening, _, rest = body.partition(":")
    return rest if " ".join(text.split_words(opening)) == key else body
