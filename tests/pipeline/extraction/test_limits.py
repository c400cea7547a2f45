from __future__ import annotations

import contextlib
import time

import pytest

from newsfold.errors import SourceError
from newsfold.extraction.limits import TimeLimit


def test_a_document_that_takes_too_long_is_interrupted() -> None:
    with TimeLimit(0.1) as limit:
        for _ in range(2):
            with pytest.raises(SourceError, match=r"more than 0\.1 seconds"), limit.block():
                _use_processor(10)


def test_each_document_has_the_whole_time() -> None:
    with TimeLimit(0.1) as limit:
        for _ in range(5):
            with limit.block():
                _use_processor(0.05)


def test_time_in_which_the_process_stood_still_does_not_count() -> None:
    with TimeLimit(0.1) as limit, limit.block():
        time.sleep(0.3)


def test_no_interruption_arrives_after_the_block() -> None:
    with TimeLimit(0.001) as limit:
        for _ in range(200):
            with contextlib.suppress(SourceError), limit.block():
                _use_processor(0.0009)
        time.sleep(0.01)


def _use_processor(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
