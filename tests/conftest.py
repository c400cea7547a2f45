"""Fixtures that all tests share: the real material and stores of the shipped sample."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from newsfold import settings

os.environ.setdefault("DO_NOT_TRACK", "1")
for _name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[_name]  # the sites of tests are on the loopback
# No deadlines: a busy machine is not a defect, and tests/benchmarks measure times. Hypothesis looks for new examples
# on a developer's machine; in CI a change is tested with the same ones every time.
hypothesis.settings.register_profile("newsfold", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("newsfold")

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture
def shared() -> Path:
    """Return the folder of real material, which is kept beside the checkout and never in it."""
    if not SHARED.is_dir():
        pytest.skip("the real material (../shared/data) is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """Run an ephemeral Prefect server with a database of its own.

    One for all tests of a process: Prefect goes on to report to the first server what runs on a second one.
    """
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the shipped sample's three nights, to be read only."""
    from tests import editions

    return editions.make_editions(tmp_path_factory.mktemp("sample"), settings.load_settings(), editions.SAMPLE_NIGHTS)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the sample's first night, to be read only."""
    from tests import editions

    return editions.make_editions(
        tmp_path_factory.mktemp("store"), settings.load_settings(), editions.SAMPLE_NIGHTS[:1]
    )
