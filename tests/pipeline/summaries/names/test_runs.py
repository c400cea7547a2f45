"""Runs of capitalised words: the compiled pass finds what a regular expression and a careful reading do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfold.summaries.languages import join_patterns
from newsfold.summaries.names import runs
from newsfold.summaries.names.mentions import find_mentions
from newsfold.summaries.names.words import load_name_words

UPPER = "".join(char for char in map(chr, range(0x2000)) if char.isupper())
PIECES = re.findall(
    r"\S+",
    "Ida Brask Norrhavn Women's Hospital Workers’ Jong-un Li-mei AT&T O’Neill J.R. J.-P. Gov. St. SN4 1.5M P2.6B WHO "
    "deBrask iPhone al-Omar Won't Nat'l Brask's Москва Đà İ ǅ ² Ⅷ 文 of the for and & de la von town in ( [ “ ” « » "
    "\" ' ’ , . ! ? : – - / _ ) 54 by who aged (54) (NHN) said #Brask",
)
passages = st.lists(
    st.sampled_from([*PIECES, " ", " ", "\n"]) | st.sampled_from(PIECES).map("{} ".format) | st.text(max_size=3),
    max_size=14,
).map("".join)
languages = st.sampled_from(["en", "fr", "vi", "ru", "de", "und"])


def compile_run(language: str) -> re.Pattern[str]:
    roles = {role[1:] for role in load_name_words(language).all_roles if len(role) <= 5} | {"t", "r"}
    rest = rf"[^\W_]*(?:(?:[-’'&]|(?<=\d)\.)[{UPPER}\d][^\W_]*)*"
    end = r"(?:(?<= [^\W_]{2})|(?<= [^\W_]{3})|(?<= [^\W_]{4})|(?<= [^\W_]{5}))-[a-z]{2,5}\b"
    rest = rf"(?:(?:{'|'.join(sorted(roles))})\.|\.(?:-?[{UPPER}]\.)*|{rest})(?:{end})?"
    inner = rf"(?:al-|ad-|as-|el-|ul-|[a-z]{{1,3}}(?=[{UPPER}]))?[{UPPER}]{rest}"
    connective = rf"(?:(?:of|for)(?: the)?|and|&|{join_patterns('name_particles')})"
    return re.compile(rf"[{UPPER}]{rest}(?: (?:{connective} )?{inner})*")


@given(passages, languages)
@settings(max_examples=400, deadline=None)
def test_the_compiled_pass_finds_what_the_pattern_finds(passage: str, language: str) -> None:
    found = [(start, end) for start, end, *_ in runs.find_runs(runs.encode(passage), language)]
    assert found == [match.span() for match in compile_run(language).finditer(passage)]


@given(passages, languages)
@settings(max_examples=400, deadline=None)
def test_a_quick_reading_of_a_run_is_the_careful_one(passage: str, language: str) -> None:
    def find_special(codes: runs.Codes, language: str) -> Iterator[tuple[int, ...]]:
        for start, end, *others, flags in find_runs(codes, language):
            yield start, end, *others, flags | runs.SPECIAL | runs.POSSESSED

    find_runs, quick = runs.find_runs, find_mentions("", passage, language)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "find_runs", find_special)
        assert find_mentions("", passage, language) == quick
