"""A web site for the tests of sources, and a clock that does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date

import pytest

from tests.server import Site

EDITION, NEXT_EDITION = date(2013, 6, 5), date(2013, 6, 6)
FERRY = "The ferry Lomo sank before dawn with 214 aboard, and the harbour master said that divers were on their way."


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
