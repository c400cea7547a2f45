from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.sentence_boundaries import split_paragraph


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["The U.S.-based maker of pumps closed its mill.", "It had 40 workers."]),
        ("en", ["An ex-U.S. Marine was held in Norrhavn.", "He was freed."]),
        ("en", ["Sen. Ida Brask, R-S.C., spoke first.", "Nobody answered."]),
        ("en", ["The host of Jeopardy! is ill.", "She is 70."]),
        ("en", ["The magazine Which? tested ten ferries.", "Two failed."]),
        ("en", ["The bus left Brgy. San Roque at noon.", "It was full."]),
        ("en", ["He came in as No. 5 in the race.", "She was No. 1."]),
        ("en", ["Did they agree?", "The mayor said no.", "She left."]),
        ("en", ["A fire in St. Louis killed two.", "Sgt. Vik said so.", "Gov. Brask agreed."]),
        ("en", ["The team of Mt. Norr beat Ft. Vik.", "It won 3-2."]),
        ("en", ["It began at 5 a.m. Tuesday in Norrhavn.", "It ended at 7 p.m.", "Nobody was hurt."]),
        ("en", ["J. K. Vik wrote it.", "T.S. Brask read it."]),
        ("en", ["The rate rose by 3.5 points.", "It is 4.1 now."]),
        ("en", ["“We will go on,” she said.", "“It is hard.”", "The mayor left."]),
        ("en", ['"Stop!" Ida Brask shouted.', "No one spoke."]),
        ("en", ['"Who is it?" she asked.', "Vik did not know."]),
        ("en", ["He waited… and left.", "She stayed."]),
        ("en", ["He waited …", "Then he left."]),
        ("en", ["(Nobody was on board.)", "The ferry sank."]),
        ("tl", ["Nasa Brgy. Uno si Kap. Brask.", "Umuwi siya."]),
        ("es", ["La Sra. Brask vive en la Av. Sol.", "Es nueva."]),
        ("hi", ["वह आया।", "वह गया।"]),
        ("zh", ["他来了。", "她走了。"]),
    ],
)
def test_sentences_end_where_a_reader_sees_their_end(language: str, sentences: list[str]) -> None:
    joined = ("" if language == "zh" else " ").join(sentences)
    assert split_paragraph(joined, language) == sentences


@given(st.text(alphabet='aBé. !?…"”’)(—“No1\u00a0。', max_size=40), st.sampled_from(["en", "tl", "zh"]))
def test_no_letter_is_lost_or_moved(paragraph: str, language: str) -> None:
    assert "".join("".join(split_paragraph(paragraph, language)).split()) == "".join(paragraph.split())
