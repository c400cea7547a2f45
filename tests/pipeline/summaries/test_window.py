from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from newsfold import schemas, summaries
from tests.pipeline.summaries.invented_stories import ROWS, VECTORS, describe, tables


def window_of(articles: pa.Table, originals: pa.Table, ends: list[int]) -> tuple[pa.Table, ...]:
    """The window's counts, made from the articles between some rows and added up."""
    bounds = [0, *sorted(ends), articles.num_rows]
    parts = [summaries.counted(articles.slice(start, stop - start), originals) for start, stop in pairwise(bounds)]
    return summaries.add_up(*map(pa.concat_tables, zip(*parts, strict=True)))


def test_a_rubric_is_known_though_no_part_of_the_window_shows_it_often() -> None:
    articles, copies, vectors, memberships = tables(*ROWS)
    _, originals = summaries.lay_out(articles, copies, vectors, memberships)
    rubrics = window_of(articles, originals, list(range(len(ROWS))))[2]
    assert rubrics.to_pylist() == [{"outlet": "Bulletin", "beginning": "evening bulletin", "titles": 3}]
    assert describe(*ROWS, given=VECTORS).stories["t"]["headline"] == "Crack closes the Ostby dam"


def test_words_are_counted_in_originals_alone_and_in_what_stands_in_for_one() -> None:
    articles, copies, vectors, memberships = tables(*ROWS)
    _, originals = summaries.lay_out(articles, copies, vectors, memberships)
    assert originals["article_id"].to_pylist() == ["a", "b", "d", "e", "f", "g", "h"]
    window = summaries.WordStatistics(*window_of(articles, originals, [3]))
    assert [window.n_articles(language) for language in ("en", "es", "fr")] == [4, 1, 0]
    used = {"212": 1, "aground": 1, "halvard": 2, "ostby": 2, "was": 1, "zzz": 0, "": 0}
    assert {word: window.document_frequency(word, "en") for word in used} == used
    assert [window.document_frequency("halvard", language) for language in ("es", "fr")] == [1, 0]


@given(st.sets(st.text(st.sampled_from("aé語z"), min_size=1, max_size=5), max_size=300))
def test_each_word_of_a_language_has_its_own_count_and_no_other_has_any(words: set[str]) -> None:
    counts = {word: number for number, word in enumerate(sorted(words), start=1)}
    rows = [{"language": "en", "word": word, "texts": n, "lower": 0} for word, n in counts.items()]
    others = (schemas.empty_table("language_counts"), schemas.empty_table("rubric_counts"))
    window = summaries.WordStatistics(*summaries.add_up(schemas.build_table("word_counts", rows[::-1]), *others))
    assert {word: window.document_frequency(word, "en") for word in counts} == counts
    strangers = {f"{word}{end}" for word in ["", *words] for end in "a!語"} - words
    assert not any(window.document_frequency(word, "en") for word in strangers)
    assert not any(window.document_frequency(word, "es") for word in words)
