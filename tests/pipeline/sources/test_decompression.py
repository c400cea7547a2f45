"""Decompression in chunks, within limits."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.errors import FetchError
from newsfold.sources.decompression import Decompressor

WINDOW_BITS = {"gzip": 31, "deflate": 15, "raw deflate": -15}


def compress(body: bytes, coding: str) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, WINDOW_BITS[coding])
    return compressor.compress(body) + compressor.flush()


@given(st.binary(max_size=5000), st.integers(1, 700), st.sampled_from([*WINDOW_BITS, ""]))
def test_decompression_does_not_depend_on_the_chunks(body: bytes, chunk_size: int, coding: str) -> None:
    data = compress(body, coding) if coding else body
    decompressor = Decompressor("deflate" if coding == "raw deflate" else coding, 5000)
    chunks = [data[start : start + chunk_size] for start in range(0, len(data), chunk_size)]
    assert b"".join(map(decompressor.decompress, chunks)) == body
    decompressor.finish()


@given(st.integers(1, 2000), st.sampled_from(["gzip", ""]))
def test_more_than_the_limit_is_refused(limit: int, coding: str) -> None:
    body = bytes(limit + 1)
    with pytest.raises(FetchError, match="more than"):
        Decompressor(coding, limit).decompress(compress(body, coding) if coding else body)


def test_data_that_is_cut_off_is_refused() -> None:
    data = compress(bytes(range(256)) * 20, "gzip")
    decompressor = Decompressor("gzip", 100_000)
    decompressor.decompress(data[: len(data) // 2])
    with pytest.raises(FetchError, match="cut off"):
        decompressor.finish()
