"""Dates of a written time: the order of day and month, and which month a name means."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from newsfold.times.names import Meaning, load_words

Day = tuple[int, int, int]


def order_numbers(first: str, mark: str, second: str, year: str, weekdays: Collection[int]) -> Day | None:
    """Return the date of two numbers and a year, or None if either may be the day.

    A point has the day first. With other signs a number over 12 tells the day from the month, or the weekday does.

    Args:
        first: the first number.
        mark: what stands between them.
        second: the second number.
        year: the year.
        weekdays: the weekdays that a word beside the date names, Monday being 0.
    """
    day_first, month_first = (int(year), int(second), int(first)), (int(year), int(first), int(second))
    if day_first == month_first or (mark.strip() == "." and int(second) <= 12):
        return day_first
    possible = [day for day in (day_first, month_first) if day[1] <= 12]
    if len(possible) > 1:
        possible = [day for day in possible if _find_weekday(day) in weekdays]
    return possible[0] if len(possible) == 1 else None


def _find_weekday(day: Day) -> int | None:
    try:
        return date(*day).weekday()
    except ValueError:
        return None


def pick_numbers(numbers: Sequence[str]) -> tuple[int, int] | None:
    """Return year and day if there are two numbers, one of four digits and one of at most two; else None."""
    if len(numbers) != 2:
        return None
    day, year = sorted(numbers, key=len)
    return (int(year), int(day)) if len(year) == 4 and len(day) <= 2 else None


def choose_month(words: Sequence[Meaning], *, has_point: bool) -> int | None:
    """Return the month that the words of a date name; None if they name none, or may name either of two.

    One word is the month's name, the others are names of the weekday. Some words are both, in different languages
    (`mar` is March and martes), and some name two months (`listopad` is November in Polish, October in Croatian): the
    languages of the other words decide, or the point after the day, which Croatian has and Polish has not.
    """
    found: dict[bool, dict[int, set[str]]] = {True: {}, False: {}}
    for at, word in enumerate(words):
        weekdays = [*words[:at], *words[at + 1 :]]
        if len(weekdays) > 1:
            continue
        for month, languages in word.months.items():
            for other in weekdays:
                languages = languages & other.weekday_languages
            if languages or all("en" in other.weekday_languages for other in weekdays):
                # Templates often print the weekday in English beside a month in the page's language.
                found[bool(languages)].setdefault(month, set()).update(languages or word.months[month])
    months = found[True] or found[False]
    if len(months) > 1:
        others = load_words()["days_without_point" if has_point else "days_with_point"]
        months = {month: languages for month, languages in months.items() if not languages <= set(others)}
    return next(iter(months)) if len(months) == 1 else None
