"""One host that newsfold talks to: its connection, its robots.txt rules, and the pause between two requests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from newsfold.errors import FetchError
from newsfold.sources.robots import RobotsRules
from newsfold.sources.safe_transport import SafeTransport


class Clock(Protocol):
    """Time as the pauses between requests see it; tests pass one that does not wait."""

    def now(self) -> float:
        """Return seconds since any fixed moment."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's monotonic clock."""

    def now(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait without blocking the event loop."""
        await asyncio.sleep(seconds)


@dataclass
class Host:
    """A host, to which one request at a time is sent.

    Attributes:
        transport: sends requests, over one connection.
        headers: those of each request.
        clock: tells the time.
        lock: held while a request is sent.
        robots: the rules of its robots.txt, once they were fetched.
        is_connected: a reply has come over a connection that may still be open.
        n_waiting: the number of coroutines that hold the lock or wait for it.
    """

    transport: SafeTransport
    headers: Mapping[str, str]
    clock: Clock
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    robots: RobotsRules | None = None
    is_connected: bool = False
    n_waiting: int = 0
    _left_out: str | None = None  # why nothing more is requested in this run
    _next_request_at: float = 0.0

    def __post_init__(self) -> None:
        self._first_request_at = self.clock.now()

    async def wait_for_turn(self, max_seconds: float) -> None:
        """Wait until the next request may be sent.

        Args:
            max_seconds: most seconds that a run spends on this host.

        Raises:
            FetchError: that would be too late, or the host is left out.
        """
        if self._left_out:
            raise FetchError(self._left_out)
        if self._next_request_at - self._first_request_at > max_seconds:
            raise FetchError(f"left out: the {max_seconds:g} seconds for its host are used up")
        wait = self._next_request_at - self.clock.now()
        if wait > 0:
            await self.clock.sleep(wait)

    def pause(self, seconds: float) -> None:
        """Send no request for a while from now on."""
        self._next_request_at = max(self._next_request_at, self.clock.now() + seconds)

    async def disconnect(self) -> None:
        """Close the connection; the next request opens another."""
        self.is_connected = False
        await self.transport.aclose()

    def leave_out(self, reason: str) -> None:
        """Send no further request in this run."""
        self._left_out = reason
