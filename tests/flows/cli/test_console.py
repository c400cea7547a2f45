from __future__ import annotations

import logging

import pytest

from newsfold_flows.cli import log


def test_a_module_of_the_library_is_heard_while_the_block_runs(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("newsfold.some.module")
    before = (logger.level, logger.propagate, list(logger.handlers))
    with log.report_library("newsfold.some.module"):
        logger.info("Converting [the] model")
        logger.debug("byte 1")
    logger.warning("too late")
    assert capsys.readouterr().err.strip() == "Converting [the] model"
    assert (logger.level, logger.propagate, list(logger.handlers)) == before
