"""Features of the n-grams of a story."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from newsfold import schemas
from newsfold.summaries.ngrams import FEATURES, compute_features
from newsfold.summaries.stories import Story, read_articles
from newsfold.summaries.word_statistics import WordStatistics
from tests.factories import articles_table
from tests.pipeline.summaries.invented_stories import member
from tests.pipeline.summaries.test_word_statistics import count_in_chunks

FIRST = "The ferry Halvard ran aground off Skate Point. Lifeboats from Norrhavn saved all of the 212 people aboard."
SECOND = "Lifeboats saved 212 people. The ferry Halvard is aground."


def test_features_of_wanted_ngrams_are_those_among_all() -> None:
    rows = [member("a", "Ferry aground", FIRST), member("b", "All saved", SECOND)]
    table: pa.Table = articles_table(rows)
    articles = tuple(read_articles(table, schemas.empty_table("copies")))
    story = Story("s", articles, articles, (0.9, 0.8))
    statistics = WordStatistics(*count_in_chunks(10).values())
    for size, wanted in ((1, {("ferry",), ("212",), ("norrha",)}), (2, {("212", "people"), ("the", "ferry")})):
        ngrams, features = compute_features(story, statistics, size)
        assert features.shape == (len(ngrams), len(FEATURES))
        chosen, chosen_features = compute_features(story, statistics, size, wanted=wanted)
        assert set(chosen) == wanted
        assert np.array_equal(chosen_features, features[[ngrams.index(ngram) for ngram in chosen]])
