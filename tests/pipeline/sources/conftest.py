"""A web site for the tests of sources, and a clock that does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest

from newsfold.settings import Fetch
from newsfold.sources.fetcher import Fetcher, Validators
from newsfold.sources.hosts import Clock
from newsfold.sources.responses import Response
from tests.server import Site

EDITION, NEXT_EDITION = date(2013, 6, 5), date(2013, 6, 6)
FERRY = "The ferry Lomo sank before dawn with 214 aboard, and the harbour master said that divers were on their way."

LOOPBACK = ["127.0.0.1/32"]


def fetch_responses(
    urls: Sequence[str], clock: Clock | None = None, validators: Validators | None = None, **options: Any
) -> list[Response | BaseException]:
    """Request all addresses at once; return their responses, or the error of each."""
    defaults = {"contact": "mailto:desk@newsfold.example", "private_networks": LOOPBACK, "delay_seconds": 0}
    settings = Fetch.model_validate(defaults | options)

    async def fetch() -> list[Response | BaseException]:
        async with Fetcher(settings, clock=clock) as fetcher:
            requests = (fetcher.get(url, validators) for url in urls)
            return list(await asyncio.gather(*requests, return_exceptions=True))

    return asyncio.run(fetch())


def fetch_all(urls: Sequence[str], clock: Clock | None = None, **options: Any) -> list[str]:
    """Request all addresses at once; return their bodies, or the reason why there is none."""
    results = fetch_responses(urls, clock, **options)
    return [result.body.decode() if isinstance(result, Response) else str(result) for result in results]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


class FakeClock:
    """A `Clock` whose time passes only by sleeping."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
