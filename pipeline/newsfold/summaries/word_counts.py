"""Counts of words, languages and section labels over the originals of a window: by chunk, then summed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.dataflow import TableView
from newsfold.summaries.garbage import pause_garbage_collection
from newsfold.summaries.stories import ARTICLE_COLUMNS, read_articles
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
    articles = window_articles.read(ARTICLE_COLUMNS)
    originals = story_originals.where("article_id", articles["article_id"])["article_id"].combine_chunks()
    n_articles: Counter[str] = Counter()
    n_titles: Counter[tuple[str, str]] = Counter()
    uses: defaultdict[str, Counter[str]] = defaultdict(Counter)
    lower: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for article in read_articles(
        articles.filter(pc.is_in(articles["article_id"], originals)), schemas.empty_table("copies")
    ):
        n_articles[article.language] += 1
        uses[article.language].update(article.vocabulary)
        lower[article.language].update(filter(str.islower, article.distinct_cased_words))
        label = extract_section_label(article.title)
        if label is not None:
            n_titles[article.outlet, label] += 1
    pairs = [(language, word) for language, counts in sorted(uses.items()) for word in sorted(counts)]
    words = {
        "language": [language for language, _ in pairs],
        "word": [word for _, word in pairs],
        "texts": [uses[language][word] for language, word in pairs],
        "lower": [lower[language][word] for language, word in pairs],
    }
    languages = [{"language": language, "texts": n} for language, n in sorted(n_articles.items())]
    labels = [{"outlet": outlet, "label": label, "titles": n} for (outlet, label), n in sorted(n_titles.items())]
    return (
        pa.table(words, schema=WORD_COUNTS),
        pa.Table.from_pylist(languages, schema=LANGUAGE_COUNTS),
        pa.Table.from_pylist(labels, schema=SECTION_LABEL_COUNTS),
    )


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
    match = _TITLE_PREFIX.match(title)
    return " ".join(match[1].casefold().split()) if match and len(match[1].split()) <= _MAX_LABEL_WORDS else None


def _sum_by(counts: pa.Table, *keys: str) -> pa.Table:
    """Return the sum of each count, ascending by the keys."""
    names = [name for name in counts.column_names if name not in keys]
    total = counts.group_by(list(keys)).aggregate([(name, "sum") for name in names])
    total = total.rename_columns([name.removesuffix("_sum") for name in total.column_names])
    return total.select(counts.column_names).cast(counts.schema).sort_by([(key, "ascending") for key in keys])
