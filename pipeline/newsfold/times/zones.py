"""Zones that times name: abbreviations, names in words, IANA names."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from functools import cache
from pathlib import Path

from newsfold.word_lists import load_word_lists

_IANA = re.compile(r"[\[(]?\b([A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)*/[A-Z][A-Za-z_+-]+\d{0,2})[\])]?$")


@cache
def load_zones() -> Mapping[str, tzinfo]:
    """Return the zones that `zones.yaml` names, by their names in small letters; ambiguous names are left out."""
    lists = load_word_lists(Path(__file__).parent / "zones.yaml")
    hours = {**lists["abbreviations"], **lists["names"]}
    zones: dict[str, tzinfo] = {name: timezone(timedelta(hours=float(ahead))) for name, ahead in hours.items()}
    return zones | {name: zoneinfo.ZoneInfo(place) for name, place in lists["places"].items()}


def split_iana_zone(printed: str) -> tuple[str, tzinfo | None]:
    """Split the IANA name off a time's end: `2013-06-05T10:00:00+02:00[Europe/Berlin]`.

    Returns:
        The time without the name, and the zone; the time as it is and None if it ends with no such name.
    """
    found = _IANA.search(printed) if "/" in printed else None
    if not found:
        return printed, None
    try:
        zone = zoneinfo.ZoneInfo(found[1])
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return printed, None
    return printed[: found.start()].rstrip(), zone
