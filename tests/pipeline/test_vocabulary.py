from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from newsfold import vocabulary
from newsfold.vocabulary import extract_openings, fit_tfidf, split_opening, weigh_counts
from tests.factories import articles_table

RAREST = -np.log(1e-4)


def rarities(documents: list[str], *languages: str) -> dict[str, float]:
    """How rare each word of some titles is; of one language, or each of its own."""
    of_each = languages if len(languages) == len(documents) else (languages or ("en",)) * len(documents)
    _, uses = vocabulary.describe_terms(articles_table([{"title": document, "body": ""} for document in documents]))
    found = vocabulary.weigh_terms(uses, of_each)
    return dict(zip(found["word"].to_pylist(), found["rarity"].to_pylist(), strict=True))


def night(about: str, telling: int, count: int = 300) -> list[str]:
    """So many articles, of which the first `telling` hold a word; no two share another."""
    return [f"{about if number < telling else 'quiet'} w{number}a w{number}b" for number in range(count)]


def test_common_words_are_common_even_in_a_window_of_five() -> None:
    # Each of these words is in one article: counting alone would call them equally rare.
    filler = [" ".join(f"w{number}x{word}" for word in range(25)) for number in range(5)]
    openings = ["the ferry", "and arrieta", "of midsummer", "plum", "cake"]
    found = rarities([f"{words} {rest}" for words, rest in zip(openings, filler, strict=True)])
    assert max(found["the"], found["and"], found["of"]) < 2
    assert 5 < min(found["ferry"], found["plum"]) < found["arrieta"] == pytest.approx(RAREST)


def test_a_word_of_every_article_of_the_night_is_not_rare() -> None:
    everywhere, twice = rarities(night("pandemic", 300)), rarities(night("pandemic", 2))
    assert everywhere["pandemic"] < 1
    assert twice["pandemic"] > 6


def test_the_fuller_the_night_is_of_a_word_the_less_it_tells() -> None:
    found = [rarities(night("pandemic", telling))["pandemic"] for telling in (2, 5, 20, 80, 300)]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 5


def test_a_pair_does_not_make_its_own_words_common() -> None:
    assert rarities(night("zugzwang", 1))["zugzwang"] == rarities(night("zugzwang", 2))["zugzwang"]


def test_commonness_is_that_of_the_language() -> None:
    words = ["que una", "ferry", "harbour", "pier", "isle"]
    assert rarities(words, "es")["que"] < rarities(words, "en")["que"] - 2
    assert rarities(["der und", "ein", "zwei"], "de")["und"] < rarities(["der und", "ein", "zwei"], "en")["und"] - 2
    assert rarities(["của và", "một", "hai"], "vi")["và"] < rarities(["của và", "một", "hai"], "en")["và"] - 2
    assert rarities(words, "es-MX") == rarities(words, "es")


def test_in_two_languages_the_common_words_of_both_are_common() -> None:
    documents = ["the ferry", "que barco", "and isle", "una isla"]
    both = rarities(documents, "en", "es", "en", "es")
    assert max(both["the"], both["que"]) < 3 < both["isle"]


def test_a_stray_article_does_not_make_its_language_the_windows() -> None:
    documents = ["que barco", *(f"w{number}" for number in range(60))]
    assert rarities(documents, "es", *["en"] * 60) == rarities(documents, "en")


@pytest.mark.parametrize("language", ["und", "xx", "la"])
def test_a_language_without_background_is_taken_for_english(language: str) -> None:
    words = ["the ferry", "of plum"]
    assert rarities(words, language) == rarities(words, "en")


@given(st.lists(st.lists(st.sampled_from(["the", "ferry", "lomo", "arrieta", "of", "plum"]), max_size=8), max_size=12))
def test_rarity_lies_between_nothing_and_the_rarest_that_can_be_told(documents: list[list[str]]) -> None:
    found = rarities([" ".join(words) for words in documents])
    assert all(0 <= value <= RAREST + 1e-5 for value in found.values())
    assert found.keys() == {word for words in documents for word in words}


def test_web_addresses_and_the_minute_of_publication_are_not_words_of_the_news() -> None:
    bodies = [
        "April 26, 2020 06:17:03 The ferry sank.",
        "2020-04-26T06:17 The ferry sank. http://bit.ly/lomo",
        "April 26, 2020, 6:17 PM The ferry sank. www.example.org/a?b=c",
        "The ferry sank.https://example.org/x",
    ]
    found = extract_openings(articles_table([{"title": "Lomo", "body": body} for body in bodies]))
    assert {opening.strip() for opening in found[:3]} == {"Lomo\nThe ferry sank."}


def test_dates_inside_the_text_are_kept() -> None:
    body = "The vote of April 26, 2020 at 18:00 was void."
    assert extract_openings(articles_table([{"title": "Vote", "body": body}])) == [f"Vote\n{body}"]


def test_what_stands_far_down_is_not_read() -> None:
    assert split_opening(" ".join(["start"] * 300 + ["end"])) == ["start"] * 300


@pytest.mark.parametrize("documents", [[], ["…", "—"]])
def test_documents_without_a_word_have_no_terms(documents: list[str]) -> None:
    assert rarities(documents) == {}
    assert fit_tfidf(documents).shape == (len(documents), 0)


@given(st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=1, max_size=6))
def test_weighted_rows_have_norm_1_or_are_empty(rows: list[list[int]]) -> None:
    matrix = sparse.csr_matrix(np.array(rows, dtype=np.float32))
    found = weigh_counts(matrix, np.array([1, 2, 3, 4], np.float32))
    norms = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    assert np.allclose(norms, [float(any(row)) for row in rows], atol=1e-5)
    assert np.array_equal(matrix.toarray(), rows)


def test_a_repeated_word_weighs_more_but_not_in_proportion() -> None:
    (row,) = weigh_counts(sparse.csr_matrix(np.array([[1, 9]], np.float32)), np.ones(2, np.float32)).toarray()
    assert row[1] / row[0] == pytest.approx(1 + np.log(9))
