from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import text


def test_words_are_case_folded_and_split_at_punctuation() -> None:
    assert text.split_words("U.N. envoy's plan: 3,000 Straße") == [
        "u",
        "n",
        "envoy",
        "s",
        "plan",
        "3",
        "000",
        "strasse",
    ]


@pytest.mark.parametrize("words", ["नौका फंस गई", "ফেরি আটকে যায়", "அனைவரும் பாதுகாப்பாக", "مُحَمَّد وصل"])
def test_vowel_signs_belong_to_their_word(words: str) -> None:
    assert text.split_words(words) == words.split()


def test_each_character_of_an_unspaced_script_is_a_word() -> None:
    assert text.split_words("北京 2013") == ["北", "京", "2013"]


latin = st.text("aZéßµ1² .!?…\n'\"’”—•€\x1f")


@given(latin)
def test_letters_of_another_script_do_not_change_the_words_beside_them(passage: str) -> None:
    assert text.split_words(f"{passage} я") == [*text.split_words(passage), "я"]


@pytest.mark.parametrize(
    ("passage", "values"),
    [
        ("About 1,300 people and 3.5 million", {"1300": "1,300", "3.5": "3.5"}),
        ("Unas 1.300 personas y 3,5 millones", {"1300": "1.300", "3.5": "3,5"}),
        ("1.234.567,89 or 1,234,567.89", {"1234567.89": "1.234.567,89"}),
        ("船上共有212人", {"212": "212"}),
        ("على متنها ٢١٢ شخصا", {"212": "٢١٢"}),
        ("flight MH17 on 2013-06-05, 7 dead, 0.125", {"2013": "2013", "0.125": "0.125"}),
    ],
)
def test_numbers_have_one_value_in_every_language(passage: str, values: dict[str, str]) -> None:
    assert text.find_numbers(passage) == values


def test_normalise_keeps_lines_and_drops_invisible_characters() -> None:
    assert text.normalise("Town\u00a0 hall\u200b\r\n\tnext\x07line ") == "Town hall\nnext line"


@given(st.text())
def test_normalise_is_idempotent(raw: str) -> None:
    assert text.normalise(text.normalise(raw)) == text.normalise(raw)


def test_sentences_end_at_paragraphs_but_not_at_abbreviations() -> None:
    passage = "Mr. Ames met Dr. Roe on Jan. 5. They spoke\nA heading without a stop"
    assert text.split_sentences(passage, "en") == [
        "Mr. Ames met Dr. Roe on Jan. 5.",
        "They spoke",
        "A heading without a stop",
    ]


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_digests_are_equal_only_for_equal_parts(first: list[str], second: list[str]) -> None:
    assert (text.compute_digest(*first) == text.compute_digest(*second)) == (first == second)


@given(st.text(min_size=1), st.integers(min_value=5, max_value=60))
def test_shortened_text_fits(raw: str, characters: int) -> None:
    assert len(text.shorten(raw, characters)) <= characters


@pytest.mark.parametrize(
    "sentences",
    [
        ["Mr. Brask met Ms. Vik at 8 p.m. on Friday.", "Both left early."],
        ["Sen. Ida Brask spoke (“The bridge is safe. It will open.”) in Norrhavn.", "Nobody answered."],
        ["She studied at the University of Sto. Tomas in Norrhavn.", "Nobody answered."],
        ["It is dated Sept. 5 and Feb. 15.", "It has no. 3 on it."],
    ],
)
def test_no_sentence_ends_at_an_abbreviation_or_inside_brackets(sentences: list[str]) -> None:
    assert text.split_sentences(" ".join(sentences), "en") == sentences


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Mr. Brask's 40-year-old ferry — lost", 5),
        ("...", 0),
        ("U.S. 1,300", 2),
        ("सभी 212 लोग सुरक्षित हैं।", 5),
        ("事故 in 東京", 5),
        ("救援人员周六表示，船上共有212人。", 10),
        ("ทุกคนปลอดภัย", 3),
    ],
)
def test_words_are_counted_as_a_reader_does(line: str, words: int) -> None:
    assert text.count_words(line) == words


@pytest.mark.parametrize(
    ("n_bytes", "size"),
    [(250_000, "0.25 MB"), (2_000_000, "2 MB"), (64_400_000, "64.4 MB"), (4_096_000_000, "4,096 MB")],
)
def test_sizes_are_written_without_powers_of_ten(n_bytes: int, size: str) -> None:
    assert text.format_megabytes(n_bytes) == size
