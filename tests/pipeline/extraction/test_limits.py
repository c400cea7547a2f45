from __future__ import annotations

import contextlib
import time

import pytest

from newsfold.errors import SourceError
from newsfold.extraction.limits import time_limit


def test_a_document_that_takes_too_long_is_interrupted() -> None:
    with pytest.raises(SourceError, match=r"more than 0\.1 seconds"), time_limit(0.1):
        while True:
            pass


def test_time_in_which_the_process_stood_still_does_not_count() -> None:
    with time_limit(0.1):
        time.sleep(0.3)


def test_no_interruption_arrives_after_the_block() -> None:
    for _ in range(200):
        with contextlib.suppress(SourceError), time_limit(0.001):
            end = time.thread_time() + 0.0009
            while time.thread_time() < end:
                pass
    time.sleep(0.01)
