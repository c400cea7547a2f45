"""Decompression in chunks, within limits, of what the bytes are."""

from __future__ import annotations

import sys
import tracemalloc
import zlib
from functools import reduce

import brotli
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsfold.errors import FetchError
from newsfold.sources.decompression import Decompressor, decompress

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

WINDOW_BITS = {"gzip": 31, "deflate": 15, "raw deflate": -15}
CODINGS = [*WINDOW_BITS, "br", "zstd"]
FEED = b"<?xml version='1.0'?><rss version='2.0'><channel><title>\xc3\x89t\xc3\xa9</title></channel></rss>"


def compress(body: bytes, coding: str) -> bytes:
    if coding == "br":
        return bytes(brotli.compress(body))
    if coding == "zstd":
        return zstd.compress(body)
    compressor = zlib.compressobj(9, zlib.DEFLATED, WINDOW_BITS[coding])
    return compressor.compress(body) + compressor.flush()


def decompress_in_chunks(data: bytes, coding: str, chunk_size: int, max_bytes: int = 5000) -> bytes:
    decompressor = Decompressor(coding, max_bytes)
    chunks = [data[start : start + chunk_size] for start in range(0, len(data), chunk_size)]
    return b"".join(map(decompressor.decompress, chunks)) + decompressor.finish()


@given(
    st.one_of(st.binary(max_size=5000), st.text(max_size=80).map(str.encode)),
    st.integers(1, 700),
    st.lists(st.sampled_from(CODINGS), max_size=3),
)
@example(b"", 1, ["br"])
def test_decompression_does_not_depend_on_the_chunks(body: bytes, chunk_size: int, codings: list[str]) -> None:
    data = reduce(compress, codings, body)
    header = ", ".join(codings).replace("raw deflate", "deflate")
    assert decompress_in_chunks(data, header, chunk_size, max_bytes=6000) == body


@given(st.integers(1, 2000), st.sampled_from([*CODINGS, ""]))
def test_more_than_the_limit_is_refused(limit: int, coding: str) -> None:
    data = compress(bytes(limit + 1), coding) if coding else bytes(limit + 1)
    with pytest.raises(FetchError, match="more than"):
        decompress(data, coding.removeprefix("raw "), limit)


@pytest.mark.parametrize("codings", [["gzip"], ["br"], ["zstd"], ["gzip", "gzip"], ["gzip", "br"], ["br", "zstd"]])
def test_a_bomb_takes_little_memory(codings: list[str]) -> None:
    bomb = reduce(compress, codings, bytes(50_000_000))
    decompressor = Decompressor(", ".join(codings), 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(FetchError, match="unpacks to more than the 1 MB"):
            decompressor.decompress(bomb)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("coding", CODINGS)
def test_data_that_is_cut_off_is_refused(coding: str) -> None:
    data = compress(bytes(range(256)) * 20, coding)
    with pytest.raises(FetchError, match="cut off after"):
        decompress(data[: len(data) * 3 // 4], coding.removeprefix("raw "), 100_000)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_damaged_data_is_refused(coding: str) -> None:
    data = bytearray(compress(bytes(range(256)) * 20, coding))
    data[4:60] = bytes(range(200, 256))
    with pytest.raises(FetchError, match="packed data is damaged after"):
        decompress(bytes(data), coding, 100_000)


@pytest.mark.parametrize("chunk_size", [1, 7, 1000])
@pytest.mark.parametrize("declared", ["gzip", "x-gzip", "deflate", "br", "zstd", "GZIP", " gzip ", "gzip, br"])
@pytest.mark.parametrize("actual", [[], ["gzip"], ["zstd"]])
def test_a_false_declaration_is_read_for_what_it_is(declared: str, actual: list[str], chunk_size: int) -> None:
    assert decompress_in_chunks(reduce(compress, actual, FEED), declared, chunk_size) == FEED


@pytest.mark.parametrize(
    "text", [b"ok", b"", b"{}", FEED[:63], FEED[:64], "\ufeffÉté".encode("utf-16"), "日本".encode()]
)
def test_any_text_that_is_declared_compressed_is_itself(text: bytes) -> None:
    assert [decompress_in_chunks(text, coding, 1) for coding in ("gzip", "br", "zstd")] == [text] * 3


@pytest.mark.parametrize("declared", ["identity", "utf-8", "none", "", ",", "identity, UTF-8"])
def test_words_that_are_no_coding_change_nothing(declared: str) -> None:
    assert decompress(FEED, declared, 5000) == FEED


def test_codings_that_newsfold_cannot_read_or_that_are_too_many_are_refused() -> None:
    with pytest.raises(FetchError, match="packed with 'compress'"):
        Decompressor("gzip, compress", 5000)
    with pytest.raises(FetchError, match="packed 5 times"):
        Decompressor("gzip, gzip, gzip, gzip, gzip", 5000)


@pytest.mark.parametrize("chunk_size", [1, 10, 1000])
@pytest.mark.parametrize("coding", ["gzip", "zstd"])
@pytest.mark.parametrize("rest", [bytes(40), b"\n<!-- cached -->", b"\x1f"])
def test_what_follows_the_end_is_ignored(coding: str, rest: bytes, chunk_size: int) -> None:
    assert decompress_in_chunks(compress(FEED, coding) + rest, coding, chunk_size) == FEED


@pytest.mark.parametrize("chunk_size", [1, 10, 1000])
@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_all_members_of_a_stream_are_read(coding: str, chunk_size: int) -> None:
    assert decompress_in_chunks(compress(FEED, coding) * 3, coding, chunk_size) == FEED * 3


def test_a_window_larger_than_browsers_accept_is_refused() -> None:
    options: dict[int, int] = {zstd.CompressionParameter.window_log: 27}
    compressor = zstd.ZstdCompressor(options=options)
    data = compressor.compress(bytes(1000)) + compressor.flush()
    with pytest.raises(FetchError, match="damaged after 0 bytes"):
        decompress(data, "zstd", 100_000)
