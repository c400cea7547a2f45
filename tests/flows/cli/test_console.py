from __future__ import annotations

import io
import logging
import sys

import pytest

from newsfold_flows.cli import console, log


def test_a_module_of_the_library_is_heard_while_the_block_runs(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("newsfold.some.module")
    before = (logger.level, logger.propagate, list(logger.handlers))
    with log.report_library("newsfold.some.module"):
        logger.info("Converting [the] model")
        logger.debug("byte 1")
    logger.warning("too late")
    assert capsys.readouterr().err.strip() == "Converting [the] model"
    assert (logger.level, logger.propagate, list(logger.handlers)) == before


def test_a_character_that_the_locale_does_not_have_stops_nothing_and_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="latin-1"))
    console.tolerate_encoding()
    console.out.print("Fähre … 船")
    sys.stdout.flush()
    assert written.getvalue() == b"F\xe4hre \\u2026 \\u8239\n"
