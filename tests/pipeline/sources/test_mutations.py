"""Damaged, cut off and hostile input of every kind: none stops the run, and no document is lost without a word.

For a longer search than CI's: `python -m tests.benchmarks.fuzz`. What it found is kept in `tests/data/damaged`.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.damaged_input import TARGETS

KEPT = sorted((Path(__file__).parents[2] / "data" / "damaged").iterdir())


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=30)  # of each kind, and of 18 kinds: a search of minutes is the benchmark's
@given(random=st.randoms(use_true_random=False))
def test_damaged_input_costs_itself_alone_and_every_document_is_accounted_for(name: str, random: Random) -> None:
    TARGETS[name].read([TARGETS[name].draw(random)])


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.name)
def test_input_that_once_did_harm_does_none(file: Path) -> None:
    TARGETS[file.name.partition(".")[2]].read([file.read_bytes()])
