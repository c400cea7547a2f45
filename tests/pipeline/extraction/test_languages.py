from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import text
from newsfold.extraction import languages
from newsfold.language_names import name_language
from tests.passages import PASSAGES

TITLES = {
    "en": "The ferry to Lomo sails again",
    "no": "Fergen til Lomo går igjen etter stormen i natt",
    "hr": "Trajekt za Lomo ponovno vozi nakon jučerašnje oluje na moru",
    "gl": "O transbordador de Lomo volve navegar despois do temporal desta noite",
}
FILIPINO = (
    "Pumanaw na nitong Lunes ang dating alkalde ng Kalayag, ayon sa kaniyang pamilya at mga kasamahan sa munisipyo."
)


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("en-GB", "en"),
        ("en_us", "en"),
        ("en_US.UTF-8", "en"),
        ("en;q=0.8, fr", "en"),
        ("zh-Hant-TW", "zh"),
        ("sr-Latn", "sr"),
        ("pt", "pt"),
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("cmn", "zh"),
        ("arb", "ar"),
        ("pes", "fa"),
        ("prs", "fa"),
        ("fil", "tl"),
        ("nob", "nb"),
        ("nb", "nb"),
        ("no", "no"),
        ("Spanish", "es"),
        ("English (US)", "en"),
        ("Brazilian Portuguese", "pt"),
        ("Français", "fr"),
        ("日本語", "ja"),
        ("jp", "ja"),
        ("cz", "cs"),
        ("iw", "he"),
        ("ua", "uk"),
        ("gr", "el"),
        ("dk", "da"),
        ("cn", "zh"),
        ("ceb", text.UNKNOWN_LANGUAGE),  # Cebuano, which has no code of two letters
    ],
)
def test_declared_languages_come_as_codes_of_iso_639_1(declared: str, code: str) -> None:
    assert languages.parse_language(declared) == code


@pytest.mark.parametrize(
    "declared", ["", None, "x-default", "i-klingon", "qq", "zz", "und", "mul", "C", "POSIX", "the"]
)
def test_what_is_not_a_language_is_unknown(declared: str | None) -> None:
    assert languages.parse_language(declared) is None


@given(st.text())
def test_any_declaration_becomes_a_named_language_or_none(declared: str) -> None:
    code = languages.parse_language(declared)
    assert code is None or name_language(code) != code


def test_every_listed_code_has_an_english_name_by_which_it_can_be_declared() -> None:
    codes = set(languages._load_codes().values()) - {text.UNKNOWN_LANGUAGE}
    assert {code for code in codes if languages.parse_language(name_language(code)) != code} == set()


@pytest.mark.parametrize("language", [language for language in PASSAGES if language != "zh-Hant"])
@pytest.mark.parametrize("wrong", ["en", "de", "ru", "ja"])
def test_a_text_clearly_in_another_language_overrules_what_is_declared(language: str, wrong: str) -> None:
    title, _, body = PASSAGES[language].partition(" ")
    # Croatian, Bosnian and Serbian are hardly told apart by their words.
    expected = {language, text.UNKNOWN_LANGUAGE} if language == "hr" else {language}
    assert languages.choose_language([wrong], title, body) in expected


@pytest.mark.parametrize("language", [language for language in PASSAGES if language != "zh-Hant"])
def test_a_right_declaration_stays(language: str) -> None:
    assert languages.choose_language([f"{language}-XX"], "", PASSAGES[language]) == language


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        ("de", "Ferry to Lomo sails again"),  # too short to tell
        ("da", TITLES["no"]),
        ("nb", TITLES["no"]),
        ("sr", TITLES["hr"]),
        ("bs", TITLES["hr"]),
        ("es", TITLES["gl"]),
        ("pt", TITLES["gl"]),
        ("ja", "iPhone 15 Pro Max"),
    ],
)
def test_short_titles_and_close_languages_keep_what_is_declared(declared: str, title: str) -> None:
    assert languages.choose_language([declared], title, "") == declared


def test_a_filipino_text_overrules_but_a_quotation_below_an_english_title_does_not() -> None:
    assert languages.choose_language(["en-us"], "Pumanaw na ang dating alkalde ng Kalayag", FILIPINO) == "tl"
    assert languages.choose_language(["en-us"], "The former mayor of Kalayag has died", FILIPINO) == "en"
    mixed = f"The former mayor of Kalayag has died, the family and the town hall said on Monday. {FILIPINO}"
    assert languages.choose_language(["en-us"], "", mixed) == "en"


@pytest.mark.parametrize(
    ("content", "language"),
    [
        ("Новости дня", text.UNKNOWN_LANGUAGE),  # Russian or Bulgarian, and certainly not English
        ("Мост через Лену откроют осенью", "ru"),
        ("한국의 다리", "ko"),
        ("เปิดสะพาน", "th"),
        ("台风过后大桥关闭", "zh"),
        ("إغلاق الجسر بعد العاصفة في الميناء", "ar"),
    ],
)
def test_a_script_in_which_a_language_is_never_written_overrules_it(content: str, language: str) -> None:
    assert languages.choose_language(["en"], content, "") == language


def test_a_language_may_be_written_in_any_of_its_scripts() -> None:
    assert languages.choose_language(["sr"], PASSAGES["sr"], "") == "sr"
    assert languages.choose_language(["sr-Latn"], PASSAGES["hr"], "") == "sr"


def test_a_code_that_is_also_a_country_means_its_language_if_the_text_is_in_it() -> None:
    assert languages.choose_language(["kr"], "", PASSAGES["ko"]) == "ko"
    assert languages.choose_language(["se"], "", PASSAGES["sv"]) == "sv"
    assert languages.choose_language(["uk"], "The ferry to Lomo sails again", "") == "en"
    assert languages.choose_language(["uk"], "", PASSAGES["uk"]) == "uk"
    assert languages.choose_language(["br"], "", PASSAGES["pt"]) == "pt"


def test_of_two_declared_languages_that_of_the_text_is_taken_and_else_the_first() -> None:
    assert languages.choose_language(["en", "sk"], "", PASSAGES["sk"]) == "sk"
    assert languages.choose_language(["no", "da"], "Lomo", "") == "no"


def test_without_a_declaration_the_language_is_that_of_the_text() -> None:
    assert languages.choose_language([None, "qq"], "", PASSAGES["hu"]) == "hu"
    assert languages.choose_language([], "Ok", "") == text.UNKNOWN_LANGUAGE
