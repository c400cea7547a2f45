"""The names of months and weekdays are those of CLDR."""

from __future__ import annotations

import pytest

from newsfold.times.names import FOLDER, load_names, load_words
from tests.pipeline.times.cldr_names import collect_names, render

LOCALES = load_words()["locales"]


@pytest.mark.parametrize("script", LOCALES)
def test_the_names_are_those_that_babel_has(script: str) -> None:
    """To bring the files up to date: `python -m tests.pipeline.times.cldr_names`."""
    written, now = (FOLDER / f"{script}.yaml").read_text("utf-8"), render(script, LOCALES[script])
    assert written.split("\n", 1)[1] == now.split("\n", 1)[1]


def test_over_sixty_languages_have_names() -> None:
    assert len({code.split("_")[0] for codes in LOCALES.values() for code in codes}) > 60
    assert {"am", "pm"} <= load_names("english").keys()


def test_a_locale_is_read_without_the_names_of_another_that_was_read_before() -> None:
    korean = collect_names("ko")
    collect_names("az")
    assert collect_names("ko") == korean and korean["months"][0] == ["1월"]
