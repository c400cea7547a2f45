from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from newsfold import text
from newsfold.copies.shingles import Shingler
from newsfold.copies.words import WordHasher

# Plain letters, all that divides words in ASCII, typographic marks, and characters that need the rules of Unicode.
TEXTS = st.text(st.sampled_from("aZ09_'’“—…  \n.,éßſKİ中กक्\u00a0\u200b\u2015\U0001f600"), max_size=30)


@given(st.lists(TEXTS | st.text(max_size=8), max_size=8), st.integers(0, 3))
@example(["Ferry’s “crew” — 214", "", "the ferry", "FERRY à quai"], 1)
@example(["end with a mark …", "…"], 0)
def test_words_of_texts_are_those_that_each_is_split_into(texts: list[str], skipped: int) -> None:
    hasher = WordHasher()
    hashes, starts = hasher.hash_texts(pa.array(texts, pa.string()).slice(skipped))
    found = [hashes[start:end].tolist() for start, end in itertools.pairwise(starts)]
    assert found == [hasher.hash_words(text.split_words(each)).tolist() for each in texts[skipped:]]


def test_words_keep_their_hashes_from_call_to_call() -> None:
    words = [f"word{number}" for number in range(9000)]  # more than the table of words holds before it grows
    hasher = WordHasher()
    first, _ = hasher.hash_texts(pa.array([" ".join(words)]))
    again, _ = hasher.hash_texts(pa.array([" ".join(reversed(words))]))
    assert len(np.unique(first)) == 9000
    assert again[::-1].tolist() == first.tolist() == WordHasher().hash_words(words).tolist()


def test_boilerplate_is_left_out_unless_nothing_else_is_in_a_body() -> None:
    shingler = Shingler(["Follow us on every channel"])
    bodies = ["The ferry sank. Follow us on every channel!", "Follow us on every channel", "Follow us"]
    assert shingler.shingle(pa.array(bodies)).n_words.tolist() == [3, 5, 2]
