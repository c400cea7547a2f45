from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from newsfold.normalisation import normalise

texts = st.text("aé \n’…€я漢") | st.text("aé\u0301 \t\r\n\x07\x7f\x85\u00a0\u00ad’\u200b\u2028…я\u3000漢") | st.text()


def test_lines_stay_and_invisible_characters_go() -> None:
    assert normalise("Town\u00a0 hall\u200b\r\n\tnext\x07line ") == "Town hall\nnext line"


@given(texts)
def test_a_normalised_text_has_single_spaces_and_printable_characters(raw: str) -> None:
    normalised = normalise(raw)
    assert unicodedata.is_normalized("NFC", normalised)
    assert normalised == normalised.strip()
    assert [" ".join(line.split()) for line in normalised.split("\n")] == normalised.split("\n")


@given(texts)
def test_a_text_is_normalised_as_its_lines_are_by_themselves(raw: str) -> None:
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    assert normalise(raw) == "\n".join(map(normalise, raw.split("\n"))).strip()


@given(texts)
def test_normalising_twice_changes_nothing(raw: str) -> None:
    assert normalise(normalise(raw)) == normalise(raw)
