"""A limit on the time that parsing one document may take."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from newsfold.errors import SourceError


class _TimeIsUp(BaseException):  # not an Exception, so that no library takes it for one of its own
    pass


class TimeLimit:
    """A limit on the processor time of each of the blocks that one thread runs one after another.

    Another thread raises an exception in this one, between two of its Python instructions; so it works in any thread,
    and one long call into a C library ends before it does. Time during which the process was stopped, or had to wait
    for a processor, does not count.

    Example: `with TimeLimit(20) as limit:`, and in it for each document `with limit.block():`.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._thread = threading.get_ident()
        self._used = _measure_processor_time(self._thread)
        self._started: float | None = None  # when the block began; None: no block is running
        self._lock, self._fired, self._closed = threading.Lock(), threading.Event(), threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="time limit", daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._watcher.join()

    @contextmanager
    def block(self) -> Iterator[None]:
        """Interrupt the block when it has used up its processor time.

        Raises:
            SourceError: the block took longer.
        """
        try:
            try:
                self._started = self._used()
                yield
            except _TimeIsUp:
                self._leave()
                self._fired.clear()
                raise
            finally:
                self._leave()
                while self._fired.is_set():  # the exception is on its way, and must not arrive later
                    time.sleep(0.001)
        except _TimeIsUp:
            self._fired.clear()
            raise SourceError(f"reading it took more than {self._seconds:g} seconds") from None

    def _leave(self) -> None:
        with self._lock:
            self._started = None

    def _watch(self) -> None:
        try:
            # A block that begins meanwhile cannot use up its time before the wait is over.
            while not self._closed.wait(self._interrupt_overdue()):
                pass
        except OSError:  # the thread has ended since, and its clock with it
            return

    def _interrupt_overdue(self) -> float:
        """Interrupt the block if its time is up; return the seconds until one can be up."""
        with self._lock:
            if self._started is None or self._fired.is_set():
                return self._seconds
            remaining = self._seconds - (self._used() - self._started)
            if remaining > 0:
                return remaining
            self._fired.set()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), ctypes.py_object(_TimeIsUp))
            return self._seconds


def _measure_processor_time(thread: int) -> Callable[[], float]:
    """Return a function that returns the seconds of processor time that a thread has used since now.

    Where only a thread itself can measure its own, it is the lesser of elapsed time and the process's processor time.
    """
    if hasattr(time, "pthread_getcpuclockid"):
        clock = time.pthread_getcpuclockid(thread)
        start = time.clock_gettime(clock)
        return lambda: time.clock_gettime(clock) - start
    passed, process = time.monotonic(), time.process_time()
    return lambda: min(time.monotonic() - passed, time.process_time() - process)
