"""A limit on the time that parsing one document may take."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from newsfold.errors import SourceError


class _TimeIsUp(BaseException):  # not an Exception, so that no library takes it for one of its own
    pass


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the block when it has used up its processor time.

    Another thread raises the exception in this one, between two of its Python instructions; so it works in any
    thread, and one long call into a C library ends before it does. Time during which the process was stopped, or had
    to wait for a processor, does not count.

    Raises:
        SourceError: the block took longer.
    """
    thread, lock, fired, left = threading.get_ident(), threading.Lock(), threading.Event(), threading.Event()
    used = _measure_processor_time(thread)

    def interrupt() -> None:
        try:
            while (remaining := seconds - used()) > 0:
                if left.wait(remaining):
                    return
        except OSError:  # the thread has ended since, and its clock with it
            return
        with lock:
            if not left.is_set():
                fired.set()
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(_TimeIsUp))

    watcher = threading.Thread(target=interrupt, name="time limit", daemon=True)
    try:
        try:
            watcher.start()  # inside the block: it waits for its thread, and time may be up before it returns
            yield
        except _TimeIsUp:
            fired.clear()
            raise
        finally:
            with lock:
                left.set()
            while fired.is_set():  # the exception is on its way, and must not arrive later
                time.sleep(0.001)
    except _TimeIsUp:
        raise SourceError(f"reading it took more than {seconds:g} seconds") from None


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
