"""Features of the n-grams of a story."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from newsfold import schemas
from newsfold.summaries.lexicon import Lexicon
from newsfold.summaries.ngrams import FEATURES, compute_features, find_ngrams, read_ngrams
from newsfold.summaries.stories import Story, read_articles
from newsfold.summaries.word_statistics import WordStatistics
from tests.factories import articles_table
from tests.pipeline.summaries.invented_stories import member
from tests.pipeline.summaries.test_word_statistics import count_in_chunks

FIRST = "The ferry Halvard ran aground off Skate Point. Lifeboats from Norrhavn saved all of the 212 people aboard."
SECOND = "Lifeboats saved 212 people. The ferry Halvard is aground."


def test_features_count_uses_across_articles_but_no_pair_across_sentences() -> None:
    rows = [member("a", "Ferry aground", FIRST), member("b", "All saved", SECOND)]
    table: pa.Table = articles_table(rows)
    articles = tuple(read_articles(table, schemas.empty_table("copies")))
    statistics = WordStatistics(*count_in_chunks(10).values())
    values: dict[int, dict[str, float]] = {}
    for of_size in compute_features(read_ngrams([Story("s", articles, articles, (0.9, 0.8))], statistics)):
        for ngram, row in zip(of_size.ngrams.tolist(), of_size.features, strict=True):
            values[ngram] = dict(zip(FEATURES, row.tolist(), strict=True))

    def find(words: str) -> dict[str, float] | None:
        return values.get(find_ngrams([words.split()], statistics.lexicon, "en")[0][-1])

    ferry, people, saved = find("ferry"), find("212 people"), find("saved")
    assert ferry and people and saved
    assert find("Point Lifeboats") is None
    assert [ferry[name] for name in ("opening_share", "first_sentence_share", "title_share")] == [1, 0.5, 0.5]
    assert np.expm1([ferry["log_sentences"], ferry["log_words_before"]]).round(9).tolist() == [2, 1]
    assert np.expm1([people["log_sentences"], people["log_words_before"]]).round(9).tolist() == [2, 2]
    assert people["number_share"] == 0.5
    assert saved["in_several_articles"] == 1
    assert saved["capitalised_share"] == 0
    assert find("the ferry") == find("The ferry")


def test_a_vocabulary_may_outgrow_its_arrays_at_any_word() -> None:
    lexicon = Lexicon(lambda words, _language: ([1.0] * len(words), [1.0] * len(words)))
    for n in range(3000):
        ngrams, _ = find_ngrams([[f"w{n}"]], lexicon, "en")
        assert ngrams.tolist() == [n + 1]
