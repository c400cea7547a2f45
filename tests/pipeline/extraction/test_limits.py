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


def test_no_interruption_arrives_after_the_block() -> None:
    for _ in range(200):
        with contextlib.suppress(SourceError), time_limit(0.001):
            time.sleep(0.0009)
    time.sleep(0.01)
