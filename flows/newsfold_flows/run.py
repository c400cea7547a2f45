"""What a run is made of and from, whether it has been done before, and that it is alone in its store."""

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
from newsfold import settings, store, text
from newsfold.settings import Settings
from newsfold_flows.progress import log, watcher


@dataclass(frozen=True)
class Run:
    """One edition being made: all that tasks hand to each other."""

    edition: date
    address: str
    run_id: str
    config: str | None

    @property
    def staging(self) -> store.Staging:
        """Where the run's tables lie until they are published."""
        return store.open_staging(self.address, self.run_id)

    @property
    def settings(self) -> Settings:
        """The configuration, read anew: a task may run in another process."""
        return settings.load_settings(self.config)


_held: ContextVar[frozenset[str]] = ContextVar("_held", default=frozenset())


@contextmanager
def alone(address: str, wait_minutes: float = 0) -> Iterator[None]:
    """The store locked for the block, and for the runs that it starts: none of another comes between them.

    Raises:
        StoreLocked: another run holds it, and still does after so many minutes.
    """
    if address in _held.get():
        yield
        return

    def waiting() -> None:
        log(f"Another run is writing to the store; waiting up to {wait_minutes:g} minutes for it to end.")

    with store.lock_store(address, 60 * wait_minutes, waiting):
        before = _held.set(_held.get() | {address})
        try:
            yield
        finally:
            _held.reset(before)


def finish(run: Run, name: str, inputs: str, writes: tuple[str, ...], started: float, result: str) -> None:
    """Mark a stage as complete, and tell the watcher what came of it."""
    seconds = time.perf_counter() - started
    run.staging.mark_complete(name, inputs, writes, seconds)
    watcher().finished(name, result, seconds)


def already_published(run: Run) -> dict[str, Any] | None:
    """The manifest of the run's edition, where that is whole, made by this code and from these very inputs."""
    if run.edition not in store.list_editions(run.address):
        return None
    about = store.load_manifest(run.address, run.edition)
    same = (
        about["run_id"] == run.run_id
        and about["versions"] == versions()
        and about.get("inputs") == inputs_digest(run.staging)
        and about.get("built_on") == store.upstream_digests(run.address, run.edition, run.settings.window_days)
    )
    return about if same and store.verify_edition(run.address, about) else None


def inputs_digest(staging: store.Staging) -> str:
    """A digest of what a run read from outside the store. How long reading took is none of it."""
    outcomes = staging.read("source_outcomes").drop_columns(["seconds"]).to_pylist()
    read_from_outside = ("documents", "labels", "retractions")
    return text.compute_digest(*map(staging.digest, read_from_outside), repr(outcomes))


def versions() -> dict[str, str]:
    """The versions that a result depends on."""
    packages = ("newsfold", "numpy", "pyarrow", "scikit-learn", "scipy", "sentence-transformers", "torch", "prefect")
    return {"python": platform.python_version(), "code": code_digest()} | {name: version(name) for name in packages}


@functools.cache
def code_digest() -> str:
    """A digest of the pipeline's own code and models: other code, other tables."""
    folder = Path(newsfold.__file__).parent
    kinds = {".py", ".json", ".yaml", ".safetensors"}
    files = sorted(file for file in folder.rglob("*") if file.suffix in kinds and "_config" not in file.parts)
    return text.compute_digest(*(file.read_bytes() for file in files))


def evidence_digest(chosen: Settings) -> str:
    """A digest of all that pairs are judged by: edges of an edition with another one are not taken over."""
    return text.compute_digest(code_digest(), chosen.section_digest("copies", "embedding", "candidates", "scoring"))
