"""Dates and times in words and numbers, in many languages.

Each item of the text must have a place in the time: what is not a part of it has to be a filler of `words.yaml`, or
the time is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from newsfold import text
from newsfold.times import dates
from newsfold.times.names import Meaning, load_fillers, load_names, load_noons
from newsfold.times.printed import PrintedTime, build_offset, build_time, parse_fraction
from newsfold.times.scanning import Item, scan_items
from newsfold.times.zones import load_zones, split_iana_zone

_CLOCKS = {"clock", "point_clock"}
_OFFSETS = {"utc_offset", "offset"}
_NUMERIC_DATES = {"year_first", "year_last"}
_MAX_PHRASE_WORDS = 4
_AFTER_CLOCK = _CLOCKS | {"half"}
_MILITARY_ZONE = re.compile(r"[a-gi-y]")  # which mail used wrongly (RFC 5322, 4.3); an h means hours
_ZONE_LETTERS = re.compile(r"[a-z]{2,6}")


class _UnknownPart(Exception):
    """An item has no place in the time."""


@dataclass
class _Parts:
    """The parts of a time that have been found so far.

    Attributes:
        numbers: numbers outside numeric dates and clocks.
        has_point: a point follows the number of the day.
        date: a numeric date.
        names: words that name a month or weekday.
        clock: hours, minutes, seconds.
        microsecond: the fraction of the second.
        half: `am` or `pm`.
        zone: the zone or offset.
        zone_is_named: the zone is known by a name, which an offset may still follow.
    """

    numbers: list[str] = field(default_factory=list)
    has_point: bool = False
    date: Item | None = None
    names: list[Meaning] = field(default_factory=list)
    clock: tuple[int, int | None, int | None] | None = None
    microsecond: int = 0
    half: str | None = None
    zone: tzinfo | None = None
    zone_is_named: bool = False


def parse_written(printed: str) -> PrintedTime | None:
    """Parse a written date, perhaps with a clock and a zone; None if a part of it is missing, ambiguous or unknown.

    Raises:
        ValueError: no calendar or clock has such a time.
    """
    printed, place = split_iana_zone(printed)
    items = scan_items(printed)
    if not _has_shape(items):
        return None
    for names in _choose_names(items):
        try:
            return _build(_assign(items, names), place)
        except _UnknownPart:
            continue
    return None


def _has_shape(items: Sequence[Item]) -> bool:
    """Return whether the items may be a time: one date, in numbers or with a name, and at most one clock."""
    kinds = [item.kind for item in items]
    n_dates, n_numbers = sum(kind in _NUMERIC_DATES for kind in kinds), kinds.count("number")
    if n_dates > 1 or kinds.count("clock") > 1 or "foreign" in kinds:
        return False
    # A third number may be an hour (4 pm), or part of a name (tháng 6).
    return n_numbers <= 1 if n_dates else 2 <= n_numbers <= 3 and "word" in kinds


def _choose_names(items: Sequence[Item]) -> Iterator[Mapping[str, Meaning]]:
    """Yield the names to read the words by: English ones, then those of all languages of the words' script."""
    scripts = {text.find_script(item.text[0]) for item in items if item.kind == "word"}
    if scripts <= {"latin"}:
        yield load_names("english")
    others = scripts - {"latin"}
    if scripts and len(others) <= 1:
        yield load_names(next(iter(others), "latin"))


def _assign(items: Sequence[Item], names: Mapping[str, Meaning]) -> _Parts:
    parts = _Parts()
    has_clock = any(item.kind == "clock" for item in items)
    at, previous = 0, ""
    while at < len(items):
        item = items[at]
        at += 1
        if item.kind == "number":
            parts.numbers.append(item.text.rstrip("."))
            parts.has_point |= item.text.endswith(".") and len(item.text) <= 3
        elif item.kind in _NUMERIC_DATES:
            parts.date = item
        elif item.kind == "clock":
            _set_clock(parts, item, "hour", "minute", "second")
            parts.microsecond = parse_fraction(item.groups["fraction"])
        elif item.kind == "point_clock":
            if has_clock:
                raise _UnknownPart
            _set_clock(parts, item, "h", "min", "s")
        elif item.kind in _OFFSETS:
            _set_offset(parts, item, has_clock=has_clock or parts.clock is not None)
        else:
            size, kind = _assign_phrase(parts, items, at - 1, previous, names)
            at, previous = at + size - 1, kind
            continue
        previous = item.kind
    return parts


def _assign_phrase(
    parts: _Parts, items: Sequence[Item], at: int, previous: str, names: Mapping[str, Meaning]
) -> tuple[int, str]:
    """Give the longest known phrase at an item its place.

    Args:
        parts: the parts found so far.
        items: all items.
        at: the item's index.
        previous: the kind of the item before; `half` and `zone` after such a phrase.
        names: the names of months, weekdays and halves of the day.

    Returns:
        The number of the phrase's items, and its kind.
    """
    zones, fillers, noons = load_zones(), load_fillers(), load_noons()
    for size in range(min(_MAX_PHRASE_WORDS, len(items) - at), 0, -1):
        if any(item.kind not in {"word", "number"} for item in items[at : at + size]):
            continue
        phrase = " ".join(
            item.text if item.kind == "word" else item.text.rstrip(".").lstrip("0") for item in items[at : at + size]
        )
        following = items[at + size].kind if at + size < len(items) else ""
        meaning = names.get(phrase)
        if phrase == "am" and following == "number" and _is_12(parts) and names is load_names("latin"):
            raise _UnknownPart  # past midnight in English, past noon in German: um 12:30 am 5. Juni 2013
        if meaning and meaning.half and _set_half(parts, meaning.half, previous, following):
            return size, "half"
        if previous in _AFTER_CLOCK and not following and _MILITARY_ZONE.fullmatch(phrase):
            raise _UnknownPart
        is_name = bool(meaning and (meaning.months or meaning.weekdays))
        if phrase in zones and (previous in _AFTER_CLOCK or not (is_name or phrase in fillers)):
            if is_name and not _is_end(items[at + size :]):
                raise _UnknownPart  # 10:00 CET is a zone's, 10:00 čet, 5. lip 2013 a Thursday's
            _set_zone(parts, zones[phrase])
            return size, "zone"
        if meaning and meaning.months and phrase[-1].isdigit() and len(parts.numbers) != 1:
            raise _UnknownPart  # tháng 3-4/2020 is two months; a day stands before tháng 3
        if meaning and is_name and (meaning.months or phrase not in fillers):
            parts.names.append(meaning)
            return size, "name"
        if phrase in noons:
            _set_noon(parts, previous)
            return size, "clock"
        if phrase in fillers:
            return size, previous if previous in _CLOCKS else "word"
        # The name of a zone whose offset stands before it: Go prints any.
        if size == 1 and previous in _OFFSETS and _ZONE_LETTERS.fullmatch(phrase):
            return 1, "zone"
    raise _UnknownPart


def _is_12(parts: _Parts) -> bool:
    return parts.clock is not None and parts.clock[0] == 12


def _is_end(items: Sequence[Item]) -> bool:
    """Return whether no item follows, or only a year: Wed Jun 5 10:00:00 CET 2013."""
    return not items or (len(items) == 1 and items[0].kind == "number" and len(items[0].text) == 4)


def _read_numeric_date(item: Item, words: Sequence[Meaning]) -> dates.Day:
    groups = item.groups
    if len(words) > 1 or not all(word.weekdays for word in words):
        raise _UnknownPart
    if item.kind == "year_first":
        return int(groups["y"] or 0), int(groups["m"] or 0), int(groups["d"] or 0)
    weekdays = {weekday for word in words for weekday in word.weekdays}
    first, mark, second, year = (groups[key] or "" for key in ("a", "mark", "b", "y2"))
    day = dates.order_numbers(first, mark, second, year, weekdays)
    if day is None:
        raise _UnknownPart
    return day


def _set_clock(parts: _Parts, item: Item, *keys: str) -> None:
    if parts.clock:
        raise _UnknownPart
    hour, minute, second = (item.groups[key] for key in keys)
    parts.clock = (int(hour or 0), int(minute or 0), int(second) if second else None)


def _set_half(parts: _Parts, half: str, previous: str, following: str) -> bool:
    """Take a half of the day if it stands beside a clock or after an hour; return whether it does."""
    if parts.half:
        return False
    if previous == "number" and not parts.clock and following != "clock" and len(parts.numbers[-1]) <= 2:
        parts.clock = (int(parts.numbers.pop()), None, None)
    elif previous not in _CLOCKS and following != "clock":
        return False
    parts.half = half
    return True


def _set_noon(parts: _Parts, previous: str) -> None:
    if previous == "number" and parts.numbers[-1] == "12":
        parts.numbers.pop()
    if parts.clock not in (None, (12, 0, None)):
        raise _UnknownPart
    parts.clock = (12, 0, None)


def _set_offset(parts: _Parts, item: Item, *, has_clock: bool) -> None:
    groups = item.groups
    if item.kind == "utc_offset":
        offset = build_offset(groups["gs"] or "", groups["gh"] or "", groups["gm"])
    else:
        if not has_clock:
            raise _UnknownPart
        offset = build_offset(groups["os"] or "", groups["oh"] or groups["oh1"] or "", groups["om"] or groups["om1"])
    if parts.zone is not None and parts.zone != offset:
        raise _UnknownPart
    parts.zone, parts.zone_is_named = offset, False


def _set_zone(parts: _Parts, zone: tzinfo) -> None:
    if parts.zone is None:
        parts.zone, parts.zone_is_named = zone, True
    elif parts.zone_is_named and parts.zone != zone:
        raise _UnknownPart


def _build(parts: _Parts, place: tzinfo | None) -> PrintedTime:
    if parts.date is None:
        numbers, month = dates.pick_numbers(parts.numbers), dates.choose_month(parts.names, has_point=parts.has_point)
        if numbers is None or month is None:
            raise _UnknownPart
        day = (numbers[0], month, numbers[1])
    elif parts.numbers:
        raise _UnknownPart
    else:
        day = _read_numeric_date(parts.date, parts.names)
    clock = parts.clock
    if clock and parts.half:
        clock = (_to_24_hours(clock[0], parts.half), clock[1], clock[2])
    return build_time(day, clock, parts.microsecond, parts.zone or place)


def _to_24_hours(hour: int, half: str) -> int:
    """Return an hour of the day.

    Raises:
        ValueError: that half of the day has no such hour.
    """
    if {"am": hour > 12, "pm": hour == 0, "evening": hour in (0, 12)}[half]:
        raise ValueError(f"there is no {hour} {half}")
    return hour % 12 + 12 * (half != "am") if hour <= 12 else hour
