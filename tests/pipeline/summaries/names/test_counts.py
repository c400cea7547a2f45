"""Counts of names over the originals of a window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from newsfold.dataflow import Context
from newsfold.settings import Scale, Settings
from newsfold.summaries import DESCRIBE
from tests.chunks import run_in_chunks
from tests.pipeline.summaries.invented_stories import EDITION, SEEN_AT, member, stage_inputs

BODIES = [
    "They met President Ida Brask in Norrhavn.",
    "They met Ida Brask and Olaf Brask near the Bridge Board (BB).",
    "They saw Ida Brask of the Bridge Board (BB) in Norrhavn.",
    "Nobody came.",
    "They left NORRHAVN and Norrhavn.",
]


def count(rows: Sequence[dict[str, Any]], size: int) -> pa.Table:
    """Return `window_names`, counted in chunks of some articles."""
    context = Context(Settings(), EDITION, SEEN_AT)
    return run_in_chunks(DESCRIBE, stage_inputs(*rows), context, Scale(chunk_articles=size), ("window_names",))[
        "window_names"
    ]


def rows_of(bodies: Sequence[str]) -> list[dict[str, Any]]:
    return [member(f"a{i}", "report", body, story=f"s{i}", outlet=f"Outlet {i % 2}") for i, body in enumerate(bodies)]


def test_names_are_counted_in_texts_with_what_they_name_and_are_short_for() -> None:
    names = {row["name"]: row for row in count(rows_of(BODIES), 2).to_pylist()}
    assert set(names) == {"ida brask", "norrhavn", "bridge board"}
    brask = names["ida brask"]
    assert (brask["form"], brask["texts"], brask["persons"], brask["outlets"]) == ("Ida Brask", 3, 1, 2)
    norrhavn = names["norrhavn"]
    assert (norrhavn["form"], norrhavn["places"], norrhavn["outlet_share"]) == ("Norrhavn", 2, 1.0)


def test_a_copy_is_not_counted() -> None:
    rows = rows_of([BODIES[0]] * 2)
    rows[1] |= {"copy_of": "a0", "story": "s0"}
    assert count(rows, 10).num_rows == 0


@given(st.lists(st.sampled_from(BODIES), max_size=9), st.integers(1, 5), st.randoms(use_true_random=False))
def test_chunks_and_the_order_of_articles_do_not_matter(bodies: list[str], size: int, random: Any) -> None:
    rows = rows_of(bodies)
    expected = count(rows, 100)
    shuffled = random.sample(rows, len(rows))
    assert count(shuffled, size).equals(expected)
