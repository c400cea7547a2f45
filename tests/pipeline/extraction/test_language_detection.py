"""The language of a text by itself, without any declaration."""

from __future__ import annotations

import pytest

from newsfold import text
from newsfold.extraction.language_detection import detect_language


def test_language_is_detected_if_there_is_enough_text() -> None:
    assert detect_language("Los maestros de la provincia vuelven a las aulas mañana") == "es"
    assert detect_language("The teachers of the province return to their classrooms tomorrow") == "en"
    assert detect_language("Ok") == text.UNKNOWN_LANGUAGE


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Third swimmer tests positive before the Tokyo games", "en"),
        ("Team Nigeria names captains for Tokyo 2020", "en"),
        ("Cesta pri Bovcu spet zaprta zaradi plazu", "sl"),
        ("Мост через Лену откроют осенью", "ru"),
        ("إغلاق الجسر بعد العاصفة في الميناء", "ar"),
        ("台风过后大桥关闭", "zh"),
        ("Gemeinde Ostby schließt nach dem Sturm die Brücke", "de"),
        ("Ponte fechada depois da tempestade em Almena", "pt"),
        ("Isinara ang tulay matapos ang bagyo sa Kalayag", "tl"),
    ],
)
def test_the_language_of_a_bare_title_is_detected(title: str, language: str) -> None:
    assert detect_language(title) == language


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Byrådet i Almena bruger flere penge på skolen efter stormen", "da"),
        ("Kommunen bruker mer penger på skolen etter stormen i natt", "no"),
        ("Kommunen brukar meir pengar på skulen etter stormen, og ikkje alle er nøgde", "nn"),
        ("Regeringen vil åbne nye skoler i Almena", "da"),
        ("Menteri membuka jambatan baharu di Almena", "ms"),
        ("Storm shuts Halden port, ferry", "en"),
        ("Otvoren most u Almeni posle oluje", "sr"),
        ("Pemerintah kota menutup jembatan karena banjir, kata polisi", "id"),
        ("Kerajaan menutup jambatan kerana banjir, kata pegawai polis", "ms"),
        ("O concello de Almena pecha unha ponte despois do temporal de onte", "gl"),
        ("A câmara de Almena fecha uma ponte depois do temporal de ontem", "pt"),
        ("El ayuntamiento de Almena cierra un puente después del temporal de ayer", "es"),
        ("Městská rada v Almeně uzavřela most kvůli povodni, uvedla policie", "cs"),
        ("Mestská rada v Almene uzavrela most pre povodeň, uviedla polícia", "sk"),
    ],
)
def test_close_languages_are_told_apart_by_their_words(title: str, language: str) -> None:
    assert detect_language(title) == language


@pytest.mark.parametrize(
    "title",
    [
        "Tatlong frontliner sa Kalayag General Hospital, gumaling na sa virus",
        "Construction worker, patay sa buy-bust operation ng pulis sa Kalayag",
        "Fire drill sa shopping mall, isinagawa bago ang weekend",
    ],
)
def test_a_text_that_mixes_its_language_with_english_is_in_its_own(title: str) -> None:
    assert detect_language(title) == "tl"


def test_a_quotation_in_another_language_does_not_count() -> None:
    quoted = (
        "“Hindi pa namin alam kung kailan matatapos ang tulay dahil sa bagyo,” the mayor of Kalayag said on Monday."
    )
    assert detect_language(quoted) == "en"
    assert detect_language("“Hindi pa namin alam kung kailan matatapos ang tulay dahil sa bagyo”") == "tl"


def test_numbers_are_no_words() -> None:
    assert detect_language("Anna Berg 4 18 2020 7") == text.UNKNOWN_LANGUAGE
