"""The base class of every section of the configuration, and the checked types that sections share."""

from __future__ import annotations

import functools
import ipaddress
import re
import zoneinfo
from datetime import date
from importlib.resources import files
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from newsfold.urls import replace_feed_scheme


class Section(BaseModel):
    """A section of the configuration: immutable, and strict about unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


def _check_time_zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Berlin") from error
    return name


def _check_network(network: str) -> str:
    try:
        return str(ipaddress.ip_network(network))
    except ValueError as error:
        raise ValueError(f"{network!r} is not a network such as 10.1.0.0/16: {error}") from error


def _check_country(code: str) -> str:
    # Kosovo and others without a code of their own use one that begins with X.
    if code not in _load_countries() and not re.fullmatch("X[A-Z]", code):
        raise ValueError(f"{code!r} is not a country code of ISO 3166-1, such as GB or DE")
    return code


@functools.cache
def _load_countries() -> frozenset[str]:
    """Return the two-letter codes of ISO 3166-1, as the time zone database has them."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in table.splitlines() if not line.startswith("#"))


def _check_web_address(address: str) -> str:
    address = replace_feed_scheme(address.strip())
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not an http:// or https:// address")
    if parts.username or parts.password:
        raise ValueError("must not hold a password: what is fetched is published with its address")
    return address


def _check_members_are_unique(groups: dict[str, list[str]]) -> dict[str, list[str]]:
    group_of: dict[str, str] = {}
    for group, members in groups.items():
        for member in members:
            other = group_of.setdefault(member.casefold(), group)
            if other != group:
                raise ValueError(f"{member!r} is listed under both {other!r} and {group!r}; keep it under one")
    return groups


# Windows of up to ten years around them are within Python's calendar.
FIRST_EDITION, LAST_EDITION = date(1000, 1, 1), date(8999, 12, 31)

EditionDate = Annotated[date, Field(ge=FIRST_EDITION, le=LAST_EDITION)]
TimeZone = Annotated[str, AfterValidator(_check_time_zone)]
Country = Annotated[str, AfterValidator(_check_country)]
Network = Annotated[str, AfterValidator(_check_network)]
WebAddress = Annotated[str, AfterValidator(_check_web_address)]
NameGroups = Annotated[dict[str, list[str]], AfterValidator(_check_members_are_unique)]
