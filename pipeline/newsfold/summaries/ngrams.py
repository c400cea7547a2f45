"""The units in which a story is told, words and pairs of words, and what a reader would notice of each."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from newsfold import terms, text
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.window import Window

Unit = tuple[str, ...]  # one stem, or two that follow each other
Floats = npt.NDArray[np.float64]

FEATURES = (
    "share",  # of the story's origins whose opening has the unit
    "lead_share",  # … whose first sentence has it
    "title_share",  # … whose title has it
    "central_share",  # share of openings, the more central weighing more
    "elsewhere",  # whether more than one article has it
    "representative",  # whether the representative has it
    "uses",  # ln(1 + sentences that have it)
    "earliest",  # ln(1 + words before it, in the article that has it first)
    "rarity",  # of its rarest word in the window
    "plainest",  # rarity of its most common word
    "commonness",  # Zipf value of its rarest word in the language
    "empty",  # share of function words
    "number",  # share of numbers
    "name",  # share of uses that are capitalised
    "length",  # characters per word, at most 8
    "origins",  # ln of the story's origins
    "words",  # mean words of an opening, as far as an editor would read
)
SENTENCES_READ = 8
READ_WORDS = 90  # what is longer is read as long as this
_STEM = 6  # characters that inflected forms of a word share
_CENTRAL = 3.0  # how much more a more central article's word weighs: e to so many times the mean cosine
_LONGEST = 8


def stem(word: str) -> str:
    """The beginning of a word, which its inflected forms share; numbers as they are."""
    return word if word.isdigit() else word[:_STEM]


def units(words: Sequence[str], length: int) -> list[Unit]:
    """The runs of `length` stems in some words, in order."""
    stems = [stem(word) for word in words]
    return list(zip(*(stems[start:] for start in range(length)), strict=False))


def mean_words(story: Story) -> float:
    """How many words the openings of a story's originals have, on average, each read up to `READ_WORDS`."""
    lengths = [min(READ_WORDS, len(article.words)) for article in story.spokesmen if article.words]
    return sum(lengths) / len(lengths) if lengths else 0.0


@dataclass
class _Seen:
    """What was noticed of one unit."""

    rarities: list[float]
    words: tuple[str, ...]
    earliest: int = 10**6
    uses: int = 0
    capitals: int = 0
    printed: int = 0


def features(story: Story, window: Window, length: int, *, of_titles: bool = False) -> tuple[list[Unit], Floats]:
    """The units of a story's openings (or titles), and what is to be seen of each.

    Args:
        story: the story; its `spokesmen` are read, each up to `SENTENCES_READ` sentences.
        window: how rare words are.
        length: words per unit, 1 or 2.
        of_titles: the units of titles instead; `uses` and `earliest` are then those in titles.

    Returns:
        The units, sorted, and float64 of shape (units, `FEATURES`).
    """
    articles = story.spokesmen
    seen: dict[Unit, _Seen] = {}
    in_opening, in_lead, in_title = (defaultdict[Unit, set[int]](set) for _ in range(3))
    for number, article in enumerate(articles):
        sentences = [text.split_cased_words(s) for s in article.sentences[:SENTENCES_READ]]
        title = text.split_cased_words(article.title)
        before = 0
        for position, printed in enumerate(sentences):
            found = _look(printed, before, article, window, length, None if of_titles else seen)
            for unit in found:
                in_opening[unit].add(number)
                if not position:
                    in_lead[unit].add(number)
            before += len(printed)
        for unit in _look(title, 0, article, window, length, seen if of_titles else None):
            in_title[unit].add(number)
    order = sorted(seen)
    origins = [article.origin for article in articles]
    n_origins = len(set(origins))
    central = np.exp(_CENTRAL * np.array(story.centrality[: len(articles)], dtype=np.float64))
    central /= central.sum()
    representative = articles.index(story.representative) if story.representative in articles else -1
    common = [math.log(n_origins), mean_words(story)]

    def share(who: set[int]) -> float:
        return len({origins[number] for number in who}) / n_origins

    rows = []
    for unit in order:
        known, opening, title_of = seen[unit], in_opening.get(unit, set()), in_title.get(unit, set())
        words = known.words
        rows.append(
            [
                share(opening),
                share(in_lead.get(unit, set())),
                share(title_of),
                sum(float(central[number]) for number in sorted(opening)),
                float(len(opening | title_of) > 1),
                float(representative in opening),
                math.log1p(known.uses),
                math.log1p(known.earliest),
                max(known.rarities),
                min(known.rarities),
                min(terms.commonness(word, story.language) for word in words),
                sum(rarity == 0 for rarity in known.rarities) / length,
                sum(word.isdigit() for word in words) / length,
                known.capitals / known.printed,
                min(_LONGEST, sum(map(len, words)) / length),
                *common,
            ]
        )
    return order, np.array(rows, dtype=np.float64).reshape(len(order), len(FEATURES))


def _look(
    printed: Sequence[str], before: int, article: Article, window: Window, length: int, seen: dict[Unit, _Seen] | None
) -> Iterable[Unit]:
    """The units of one sentence; what is to be seen of them goes into `seen`."""
    folded = [word.casefold() for word in printed]
    found = units(folded, length)
    if seen is None:
        return found
    for start, unit in enumerate(found):
        if unit not in seen:
            words = tuple(folded[start : start + length])
            seen[unit] = _Seen([window.rarity(word, article.language) for word in words], words)
        known = seen[unit]
        known.earliest = min(known.earliest, before + start)
        known.printed += 1
        known.capitals += printed[start][:1].isupper()
    for unit, times in Counter(set(found)).items():
        seen[unit].uses += times
    return found
