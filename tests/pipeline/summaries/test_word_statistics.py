"""Word counts over the originals of a window, and the statistics made of them."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from newsfold.dataflow import Context, MemoryView
from newsfold.settings import Scale, Settings
from newsfold.summaries import DESCRIBE
from newsfold.summaries.tables import LANGUAGE_COUNTS, SECTION_LABEL_COUNTS, WORD_COUNTS
from newsfold.summaries.word_counts import sum_counts
from newsfold.summaries.word_statistics import WordStatistics
from tests.chunks import run_in_chunks
from tests.pipeline.summaries.invented_stories import EDITION, ROWS, SEEN_AT, VECTORS, describe, stage_inputs

TOTALS = ("window_words", "window_languages", "window_section_labels")


def count_in_chunks(size: int) -> dict[str, pa.Table]:
    """Return the totals over `ROWS`, counted in chunks of some articles."""
    context = Context(Settings(), EDITION, SEEN_AT)
    return run_in_chunks(DESCRIBE, stage_inputs(*ROWS), context, Scale(chunk_articles=size), TOTALS)


def test_a_section_label_is_found_though_no_chunk_has_it_often() -> None:
    labels = count_in_chunks(1)["window_section_labels"]
    assert labels.to_pylist() == [{"outlet": "Bulletin", "label": "evening bulletin", "titles": 3}]
    assert describe(*ROWS, vectors=VECTORS).stories["t"]["headline"] == "Crack closes the Ostby dam"


def test_words_are_counted_in_originals_only() -> None:
    statistics = WordStatistics(*count_in_chunks(3).values())
    assert [statistics.n_articles(language) for language in ("en", "es", "fr")] == [4, 1, 0]
    frequencies = {"212": 1, "aground": 1, "halvard": 2, "ostby": 2, "was": 1, "zzz": 0, "": 0}
    assert {word: statistics.document_frequency(word, "en") for word in frequencies} == frequencies
    assert [statistics.document_frequency("halvard", language) for language in ("es", "fr")] == [1, 0]


@given(st.sets(st.text(st.sampled_from("aé語z"), min_size=1, max_size=5), max_size=300))
def test_every_word_of_a_language_has_its_own_count_and_unknown_words_have_none(words: set[str]) -> None:
    counts = {word: number for number, word in enumerate(sorted(words), start=1)}
    rows = [{"language": "en", "word": word, "texts": n, "lower": 0} for word, n in counts.items()]
    tables = [pa.Table.from_pylist(rows[::-1], schema=WORD_COUNTS)]
    tables += [LANGUAGE_COUNTS.empty_table(), SECTION_LABEL_COUNTS.empty_table()]
    statistics = WordStatistics(*sum_counts(*map(MemoryView, tables)))
    assert {word: statistics.document_frequency(word, "en") for word in counts} == counts
    unknown = {f"{word}{end}" for word in ["", *words] for end in "a!語"} - words
    assert not any(statistics.document_frequency(word, "en") for word in unknown)
    assert not any(statistics.document_frequency(word, "es") for word in words)
