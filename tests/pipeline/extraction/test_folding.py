"""A text's words and the hashes of its sentences are the same whatever else stands in the text."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from newsfold import text
from newsfold.extraction.boilerplate import hash_sentence
from newsfold.extraction.folding import NEVER_REMOVED, fold_text

passages = st.text("aZéßµ1² .!?…\n'\"’”—•€\x1f") | st.text()


@example("Four words make one. Three do not. It ends\nso")
@given(passages)
def test_a_text_is_folded_as_its_sentences_are_by_themselves(passage: str) -> None:
    folded = fold_text(passage)
    assert folded.words.decode() == " ".join(text.split_words(passage))
    lines = text.cut_sentences(passage)
    expected = [
        hash_sentence(part) if len(parts) == 1 or len(text.split_words(part)) >= 4 else NEVER_REMOVED
        for parts in lines
        for part in parts
    ]
    assert folded.sentences.tolist() == expected


@example("no where", "now here")
@given(passages, passages)
def test_sentences_have_equal_hashes_only_if_their_words_are_equal(one: str, other: str) -> None:
    assert (hash_sentence(one) == hash_sentence(other)) == (text.split_words(one) == text.split_words(other))


def test_letters_of_another_script_change_no_hash_beside_them() -> None:
    about = "Straßencafé am Hafen: täglich ab 8 Uhr geöffnet."
    latin, mixed = (fold_text(f"{line}\n{about}").sentences.tolist() for line in ("Fähre", "Паром"))
    assert latin[1] == mixed[1] == hash_sentence(about)
