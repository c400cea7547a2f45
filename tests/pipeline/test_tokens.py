from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsfold import text
from newsfold.tokens import Tokens, WordUses, find_token_numbers, split_token

TEXTS = st.lists(st.one_of(st.text(max_size=40), st.text("aB1.,'’_ \n—é技กि", max_size=40)), max_size=5)


def words_of(uses: WordUses, number: int) -> list[str]:
    """The words of one text, in order."""
    words: list[str] = uses.vocabulary.to_pylist()
    return [words[word] for of, word in zip(uses.texts.tolist(), uses.words.tolist(), strict=True) if of == number]


@given(TEXTS)
def test_tokens_have_the_words_and_numbers_of_their_texts(texts: list[str]) -> None:
    tokens = Tokens.of_texts(texts)
    words, numbers = tokens.find_words(split_token), tokens.find_words(find_token_numbers)
    for number, each in enumerate(texts):
        assert words_of(words, number) == text.split_words(each)
        assert set(words_of(numbers, number)) == set(text.find_numbers(each))


def test_words_that_open_a_sentence_a_line_a_quotation_or_a_text_are_told_from_others() -> None:
    texts = ['The ferry "Lomo" sank. Ana’s crew, all of Isla\nLomo, swam: U.S. divers helped', "Again"]
    uses, is_capital, is_initial = Tokens.of_texts(texts).find_cased_words()
    words = [uses.vocabulary[word].as_py() for word in uses.words.tolist()]
    initial = [word for word, flag in zip(words, is_initial, strict=True) if flag]
    capitals = [word for word, flag in zip(words, is_capital, strict=True) if flag]
    assert " ".join(words) == "the ferry lomo sank ana crew all of isla lomo swam u s divers helped again"
    assert " ".join(initial) == "the lomo sank ana lomo u s divers again"
    assert " ".join(capitals) == "the lomo ana isla lomo u s again"


def test_counts_in_texts_are_by_text_and_word() -> None:
    uses, counts = Tokens.of_texts(["b a b", "", "a"]).find_words(split_token).count_in_texts()
    assert uses.to_lists(3).to_pylist() == [["a", "b"], [], ["a"]]
    assert counts.tolist() == [1, 2, 1]
