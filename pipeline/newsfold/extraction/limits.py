"""A limit on the time that parsing one document may take."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from newsfold.errors import SourceError


class _TimeIsUp(BaseException):  # not an Exception, so that no library takes it for one of its own
    pass


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the block when its time is up.

    Another thread raises the exception in this one, between two of its Python instructions; so it works in any
    thread, and one long call into a C library ends before it does.

    Raises:
        SourceError: the block took longer.
    """
    thread, lock, fired, left = threading.get_ident(), threading.Lock(), threading.Event(), threading.Event()

    def interrupt() -> None:
        with lock:
            if not left.is_set():
                fired.set()
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(_TimeIsUp))

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    try:
        try:
            timer.start()  # inside the block: it waits for its thread, and time may be up before it returns
            yield
        except _TimeIsUp:
            fired.clear()
            raise
        finally:
            timer.cancel()
            with lock:
                left.set()
            while fired.is_set():  # the exception is on its way, and must not arrive later
                time.sleep(0.001)
    except _TimeIsUp:
        raise SourceError(f"reading it took more than {seconds:g} seconds") from None
