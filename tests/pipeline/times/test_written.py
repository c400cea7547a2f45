"""Dates in words and numbers: what is read, and what stays unknown."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.times import parse_time

AFTERNOON = datetime(2013, 6, 5, 15, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "printed",
    [
        "2013年6月5日 15:07", "2013年06月05日15:07", "2013年6月5日(水) 午後3時7分", "2013年6月5日 星期三 下午3:07",
        "2013년 6월 5일 수요일 오후 3:07", "2013. 6. 5. 오후 3:07", "mercredi 5 juin 2013 à 15h07",
        "5 juin 2013 15 h 07",
        "MERCREDI 5 JUIN 2013, 15:07", "miércoles, 5 de junio de 2013, 3:07 p. m.",
        "Miercoles 5 de Junio del 2013 15:07 hs",
        "quarta-feira, 5 de junho de 2013 às 15h07", "Mittwoch, den 5. Juni 2013, um 15.07 Uhr", "5.6.2013 15:07",
        "среда, 5 июня 2013 г., 15:07", "5 czerwca 2013, godz. 15:07", "2013 m. birželio 5 d. 15:07",
        "2013. június 5., szerda 15:07", "2013. gada 5. jūnijs, 15:07", "keskiviikko 5. kesäkuuta 2013 klo 15.07",
        "Thứ Tư, ngày 05 tháng 06 năm 2013 15:07", "الأربعاء، ٥ يونيو ٢٠١٣ ٣:٠٧ م",
        "5 حزيران 2013 15:07", "۵ ژوئن ۲۰۱۳ ۱۵:۰۷",
        "बुधवार, ५ जून २०१३ १५:०७", "วันพุธที่ 5 มิถุนายน ค.ศ. 2013 15:07", "יום רביעי, 5 ביוני 2013, 15:07",
        "Wed Jun 5th, 2013 @ 3:07pm", "June 5, 2013 | 15:07", "15:07 05.06.2013", "5-Jun-2013 15:07",
        "5. junija 2013 ob 15.07", "5. јуна 2013. 15:07", "5. juna 2013. u 15:07",
        "Wed, 5 июня 2013 3:07 PM",
        "Miyerkules, ika-5 ng Hunyo 2013, 3:07 ng hapon", "Hunyo 5, 2013 - 3:07 n.h.", "5 जून 2013, 3:07 अपराह्न",
        "2013-06-05 at 3:07 P.M.", "Rabu, 05 Juni 2013 15:07", "5 Haziran 2013 Çarşamba 15:07",
    ],
)  # fmt: skip
def test_a_written_time_of_many_languages_is_read(printed: str) -> None:
    assert parse_time(printed, "UTC") == AFTERNOON


@pytest.mark.parametrize(
    ("printed", "hour"),
    [
        ("5 de junio de 2013 a las 9:00 de la noche", 21), ("5 de junio de 2013, 1:00 de la madrugada", 1),
        ("5 de junho de 2013, 9:00 da noite", 21), ("Hunyo 5, 2013, 8:00 ng gabi", 20),
    ],
)  # fmt: skip
def test_the_part_of_the_day_tells_the_hour(printed: str, hour: int) -> None:
    assert parse_time(printed, "UTC") == datetime(2013, 6, 5, hour, tzinfo=UTC)
    assert parse_time("5 de junio de 2013, 12:00 de la noche", "UTC") is None  # of which day?


@pytest.mark.parametrize(
    "printed",
    [
        "5 มิถุนายน 2556", "15 خرداد 1392", "۱۳۹۲/۳/۱۵", "26 رجب 1434", "平成25年6月5日",
        "民國102年6月5日",  # other calendars
        "3 hours ago", "vor 3 Stunden", "today, 10:00", "yesterday 2013",  # relative
        "6月5日 15:07", "5 juin 15:07", "June 5", "juin 2013", "Wed Jun 05 10:00:00",  # parts are missing
        "06/05/2013", "6-5-2013", "Sunday 06/05/2013", "5/6/13", "5 June 13", "5. srp 2013",  # ambiguous
        "June 5, 2013 10:00 - 11:00", "June 5-7, 2013", "5 June 2013 6 July 2013",
        "5 June 2013 10:00-11:00",
        "tháng 3-4/2020", "T+2 tháng 8, 2022",  # two times
        "5 Foo 2013", "June 5, 2013 maybe", "32 June 2013", "29 February 2013", "5 June 2013 25:00",
        "5 June 2013 10:61", "5 June 2013 0:30 pm", "5 June 2013 15:00 am", "晚上12:30 2013年6月5日",
        "12:30 am 5. Juni 2013",
    ],
)  # fmt: skip
def test_what_is_missing_ambiguous_or_unknown_stays_so(printed: str) -> None:
    assert parse_time(printed, "UTC") is None


def test_a_weekday_tells_the_order_of_day_and_month_and_otherwise_does_not_matter() -> None:
    assert parse_time("Wednesday, 10/7/2015", "UTC") == datetime(2015, 10, 7, tzinfo=UTC)
    assert parse_time("Freitag, 10/7/2015", "UTC") == datetime(2015, 7, 10, tzinfo=UTC)
    assert parse_time("Friday, 5 June 2013 15:07", "UTC") == AFTERNOON


def test_a_name_of_two_months_is_that_of_the_language_that_the_other_words_are_in() -> None:
    polish, croatian = datetime(2013, 11, 5, tzinfo=UTC), datetime(2013, 10, 5, tzinfo=UTC)
    assert parse_time("wtorek, 5 listopada 2013", "UTC") == parse_time("5 listopada 2013", "UTC") == polish
    assert parse_time("subota, 5. listopada 2013.", "UTC") == parse_time("5. listopada 2013.", "UTC") == croatian


WHOLE = [
    "Wed, 05 Jun 2013 10:00:00 +0200", "2013-06-05T10:00:00+02:00", "Wed Jun 05 2013 10:00:00 GMT+0200 (CEST)",
    "June 5, 2013 10:00 CEST", "5. Juni 2013, 10.00 Uhr MESZ", "2013年6月5日 10:00 GMT+2",
    "2013-06-05 10:00:00 +0200 CEST",
]  # fmt: skip


def test_a_time_that_lacks_a_part_is_never_another_day() -> None:
    """A part may be dropped: the rest is the same day, perhaps without clock or zone, or unknown."""
    n_changed = 0
    for printed in WHOLE:
        words = printed.replace("T", " ").split()
        for at in range(len(words)):
            found = parse_time(" ".join(words[:at] + words[at + 1 :]), "UTC")
            assert found is None or f"{found.astimezone(timezone(timedelta(hours=2))):%Y-%m-%d}" == "2013-06-05"
            n_changed += found is None
        without_year = printed.replace("2013", "")
        assert parse_time(without_year, "UTC") is None
    assert n_changed >= 2 * len(WHOLE)


def test_thousands_of_damaged_times_never_raise_and_are_the_same_for_every_clock() -> None:
    draw = random.Random(5)
    for _ in range(6_000):
        printed = list(draw.choice(WHOLE))
        for _ in range(draw.randint(1, 4)):
            at = draw.randrange(len(printed))
            printed[at] = draw.choice("0123456789 :-+/.,TZ年月日áλж﷽\u200f\x00") if draw.random() < 0.7 else ""
        found = parse_time("".join(printed), "UTC")
        assert found is None or 1900 <= found.year < 2200


@given(st.text(max_size=200))
def test_any_text_is_a_time_or_none(printed: str) -> None:
    assert parse_time(printed, "UTC") is None or parse_time(printed, "UTC") == parse_time(f" {printed} ", "UTC")
