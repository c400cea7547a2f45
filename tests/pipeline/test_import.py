"""What `import newsfold` gives, and what it costs."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys

import pytest

import newsfold

HEAVY = ("numpy", "pyarrow", "pydantic", "scipy", "sklearn", "torch", "prefect")


def test_the_public_names_are_these() -> None:
    assert newsfold.__all__ == ["__version__", "cluster", "connect", "load", "similar_articles", "story", "thread"]
    assert all(getattr(newsfold, name) for name in newsfold.__all__)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'newsfold' has no attribute 'fold'"):
        newsfold.fold  # noqa: B018 - it is the access that raises


def test_the_version_is_a_number() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", newsfold.__version__)


def test_importing_newsfold_loads_no_heavy_library() -> None:
    code = f"import sys, newsfold; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "OPENBLAS_THREAD_TIMEOUT": "4"}


@pytest.mark.parametrize("chosen", [{}, {"OMP_WAIT_POLICY": "ACTIVE", "OPENBLAS_THREAD_TIMEOUT": "20"}])
def test_threads_that_wait_sleep_unless_the_environment_says_otherwise(chosen: dict[str, str]) -> None:
    code = f"import os, newsfold; print([os.environ[name] for name in {list(WAITING)}])"
    environment = {name: value for name, value in os.environ.items() if name not in WAITING} | chosen
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(list((WAITING | chosen).values()))


def test_the_library_logs_nothing_unless_asked() -> None:
    assert any(isinstance(handler, logging.NullHandler) for handler in logging.getLogger("newsfold").handlers)
