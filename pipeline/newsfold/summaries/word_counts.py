"""Counts of words, languages and section labels over the originals of a window: by chunk, then summed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import text
from newsfold.dataflow import TableView
from newsfold.garbage import pause_garbage_collection
from newsfold.summaries.stories import OPENING_CHARACTERS
from newsfold.summaries.tables import LANGUAGE_COUNTS, SECTION_LABEL_COUNTS, WORD_COUNTS

_MIN_TITLES = 3  # of one outlet that begin alike: what they begin with is a section label
_MAX_LABEL_WORDS = 5
_TITLE_PREFIX = re.compile(r"([^:|]{2,60}?)\s*[:|]\s")

Counts = tuple[pa.Table, pa.Table, pa.Table]  # of words, of languages, of section labels


@pause_garbage_collection()
def count_words(window_articles: TableView, story_originals: TableView) -> Counts:
    """Count the words, languages and title prefixes of the originals among some articles.

    Returns:
        Tables `word_counts`, `language_counts` and `section_label_counts`, ascending.
    """
    n_articles: Counter[str] = Counter()
    n_titles: Counter[tuple[str, str]] = Counter()
    lower: defaultdict[str, Counter[str]] = defaultdict(Counter)
    others: defaultdict[str, Counter[str]] = defaultdict(Counter)  # texts without the word in lower case
    for outlet, language, title, opening in read_originals(window_articles, story_originals, OPENING_CHARACTERS):
        n_articles[language] += 1
        printed = frozenset(text.split_cased_words(opening))
        in_lower = frozenset(filter(str.islower, printed))
        lower[language].update(in_lower)
        others[language].update(set(text.split_words(title)).union(map(str.casefold, printed)) - in_lower)
        label = extract_section_label(title)
        if label is not None:
            n_titles[outlet, label] += 1
    pairs = [(code, word) for code in sorted(n_articles) for word in sorted(lower[code].keys() | others[code].keys())]
    # Folding may change small letters, too ("ß"): such a word is no key of its own.
    pairs = [(language, word) for language, word in pairs if word.casefold() == word]
    words = {
        "language": [language for language, _ in pairs],
        "word": [word for _, word in pairs],
        "texts": [lower[language][word] + others[language][word] for language, word in pairs],
        "lower": [lower[language][word] for language, word in pairs],
    }
    languages = [{"language": language, "texts": n} for language, n in sorted(n_articles.items())]
    labels = [{"outlet": outlet, "label": label, "titles": n} for (outlet, label), n in sorted(n_titles.items())]
    return (
        pa.table(words, schema=WORD_COUNTS),
        pa.Table.from_pylist(languages, schema=LANGUAGE_COUNTS),
        pa.Table.from_pylist(labels, schema=SECTION_LABEL_COUNTS),
    )


def read_originals(
    window_articles: TableView, story_originals: TableView, max_characters: int
) -> Iterator[tuple[str, str, str, str]]:
    """Yield outlet, language, title and the beginning of the body of each original among some articles."""
    articles = window_articles.read(["article_id", "outlet", "language", "title", "body"])
    originals = story_originals.where("article_id", articles["article_id"])["article_id"].combine_chunks()
    articles = articles.filter(pc.is_in(articles["article_id"], originals))
    openings = pc.utf8_slice_codeunits(articles["body"], 0, max_characters).to_pylist()
    columns = (articles[name].to_pylist() for name in ("outlet", "language", "title"))
    yield from zip(*columns, openings, strict=True)


def sum_counts(word_counts: TableView, language_counts: TableView, section_label_counts: TableView) -> Counts:
    """Sum the counts of all chunks: the same for any chunks.

    Returns:
        Tables `window_words`, `window_languages` and `window_section_labels`, ascending; the last one holds the
        prefixes that enough titles of one outlet share.
    """
    labels = _sum_by(section_label_counts.read(), "outlet", "label")
    return (
        _sum_by(word_counts.read(), "language", "word"),
        _sum_by(language_counts.read(), "language"),
        labels.filter(pc.greater_equal(labels["titles"], _MIN_TITLES)),
    )


def extract_section_label(title: str) -> str | None:
    """Return the few words before a title's colon or bar, case-folded; None if there are none."""
    match = _TITLE_PREFIX.match(title) if ":" in title or "|" in title else None
    return " ".join(match[1].casefold().split()) if match and len(match[1].split()) <= _MAX_LABEL_WORDS else None


def _sum_by(counts: pa.Table, *keys: str) -> pa.Table:
    """Return the sum of each count, ascending by the keys."""
    names = [name for name in counts.column_names if name not in keys]
    total = counts.group_by(list(keys)).aggregate([(name, "sum") for name in names])
    total = total.rename_columns([name.removesuffix("_sum") for name in total.column_names])
    return total.select(counts.column_names).cast(counts.schema).sort_by([(key, "ascending") for key in keys])
