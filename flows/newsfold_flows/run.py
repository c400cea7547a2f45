"""A run: what its tasks share, the lock on its store, and whether its edition is already published."""

from __future__ import annotations

import functools
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import newsfold
from newsfold import store, text
from newsfold.errors import StoreError
from newsfold.settings import Settings, load_settings
from newsfold_flows.progress import current_reporter, log


@dataclass(frozen=True)
class Run:
    """The making of one edition; all that its tasks pass to each other.

    Attributes:
        edition: the edition's date.
        address: the store.
        run_id: the edition with a digest of configuration and code; names the staging area.
        config: the configuration file; None: the shipped one.
        refresh: whether the web is asked again for what this edition has asked for before, and what is new is added.
    """

    edition: date
    address: str
    run_id: str
    config: str | None
    refresh: bool = False

    @property
    def staging(self) -> store.Staging:
        """The area that holds the run's tables until they are published."""
        return store.open_staging(self.address, self.run_id)

    @property
    def settings(self) -> Settings:
        """The configuration, loaded each time: a task may run in another process."""
        return load_settings(self.config)


_locked: ContextVar[frozenset[str]] = ContextVar("_locked", default=frozenset())


@contextmanager
def store_lock(address: str, wait_minutes: float = 0) -> Iterator[None]:
    """Lock a store for the block and for the runs that it starts, so that no other run comes between them.

    Args:
        address: the store.
        wait_minutes: how long to wait for another run that has locked it.

    Raises:
        StoreLocked: another run still holds the lock after waiting.
    """
    if address in _locked.get():
        yield
        return

    def report_waiting() -> None:
        log(f"Another run is writing to the store; waiting up to {wait_minutes:g} minutes for it to end.")

    with store.lock_store(address, 60 * wait_minutes, report_waiting):
        token = _locked.set(_locked.get() | {address})
        try:
            yield
        finally:
            _locked.reset(token)


def complete_stage(run: Run, name: str, inputs: str, writes: tuple[str, ...], started: float, result: str) -> None:
    """Mark a stage as complete, and report its result.

    Args:
        run: the run.
        name: the stage.
        inputs: a digest of all the stage's inputs.
        writes: the tables that it wrote.
        started: when it began, as `time.perf_counter` counts seconds.
        result: what it produced, for people.
    """
    seconds = time.perf_counter() - started
    run.staging.mark_complete(name, inputs, writes, seconds)
    current_reporter().finish_stage(name, result, seconds)


def find_identical_edition(run: Run) -> dict[str, Any] | None:
    """Return the manifest of the run's edition if it is published whole, by the same code from the same inputs."""
    if run.edition not in store.list_editions(run.address):
        return None
    try:
        manifest = store.load_manifest(run.address, run.edition)
    except StoreError as error:
        log(f"The edition is made again. {error}")
        return None
    identical = (
        manifest["run_id"] == run.run_id
        and manifest.get("versions") == collect_versions()
        and manifest.get("inputs") == compute_inputs_digest(run.staging)
        and store.is_built_on(
            run.address,
            manifest,
            store.upstream_digests(run.address, run.edition, run.settings.window_days, run.settings.known_days),
        )
    )
    return manifest if identical and store.verify_edition(run.address, manifest) else None


def compute_inputs_digest(staging: store.Staging) -> str:
    """Return a digest of all that a run read from outside the store; the seconds that reading took do not count."""
    outcomes = staging.read("source_outcomes").drop_columns(["seconds"]).to_pylist()
    tables = ("documents", "labels", "retractions")
    return text.compute_digest(*map(staging.digest, tables), repr(outcomes))


def collect_versions() -> dict[str, str]:
    """Return the versions that a result depends on, by package, with Python's and the digest of the code."""
    packages = ("newsfold", "numpy", "pyarrow", "scikit-learn", "scipy", "sentence-transformers", "torch", "prefect")
    return {"python": platform.python_version(), "code": compute_code_digest()} | {
        name: version(name) for name in packages
    }


@functools.cache
def compute_code_digest() -> str:
    """Return a digest of the pipeline's code and models: with other code, tables may differ."""
    folder = Path(newsfold.__file__).parent
    kinds = {".py", ".json", ".yaml", ".safetensors"}
    files = sorted(file for file in folder.rglob("*") if file.suffix in kinds and "_config" not in file.parts)
    return text.compute_digest(*(file.read_bytes() for file in files))


def compute_evidence_digest(settings: Settings) -> str:
    """Return a digest of all that the scores of pairs depend on; edges are reused only if it is the same."""
    return text.compute_digest(
        compute_code_digest(), settings.section_digest("copies", "embedding", "candidates", "scoring")
    )
