"""The nightly flow: one Prefect task per stage, its tables in the run's staging area, then one atomic publish.

Paths and names travel between tasks, never tables. A stage whose tables are already there, made from the same
inputs, is skipped: so a killed run goes on where it stopped.
"""

# No postponed annotations here: a scheduled run resolves the flows' parameter types without this module's names.
import functools
import platform
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
from prefect import flow, runtime, task
from prefect.cache_policies import NO_CACHE

import pipeline
from flows import gate, quality
from flows.watch import watcher
from pipeline import constraints, embedding, schemas, settings, sources, stages, store, text
from pipeline.errors import ConfigError
from pipeline.settings import Settings

PUBLISHED = tuple(schemas.PUBLISHED)
_EDITIONS_COMPARED = 7  # what is usual is what the last so many editions were like


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
        return store.staging(self.address, self.run_id)

    @property
    def settings(self) -> Settings:
        """The configuration, read anew: a task may run in another process."""
        return settings.load(self.config)


@task(cache_policy=NO_CACHE, task_run_name="read")
def read(run: Run) -> None:
    """Read labels, retractions and all sources into staging."""
    started = time.perf_counter()
    watcher().started("read", "read the sources")
    # First: labels that cannot be used cost nobody a night of reading.
    run.staging.write("labels", stages.read_labels(run.settings))
    run.staging.write("retractions", constraints.read_retractions(run.settings.retractions))
    chosen = run.settings
    memory = sources.Memory(
        run.edition,
        store.latest_fetches(run.address, run.edition),
        store.answers(run.address, run.edition, chosen.fetch.keep_nights),
    )

    def progress(source: str, n: int) -> None:
        watcher().progress(f"read {source}", n, 0)

    gathered = sources.gather(chosen, memory, progress)
    documents, outcomes = sources.read(chosen, run.edition, progress, gathered)
    written = {"documents": documents, "source_outcomes": outcomes, "fetches": gathered.fetches}
    for name, table in written.items():
        run.staging.write(name, table)
    _finish(run, "read", "", ("labels", "retractions", *written), started, f"{documents.num_rows:,} documents")


@task(cache_policy=NO_CACHE, task_run_name="recall")
def recall(run: Run) -> None:
    """Take from the store what earlier editions know, up to the edition before this one."""
    started = time.perf_counter()
    watcher().started("recall", "take up the editions before")
    past = store.window(run.address, run.edition, run.settings.window_days)
    known = {
        "known_ids": pa.table({"article_id": store.known_ids(run.address, run.edition)}),
        "known_articles": past.articles,
        "known_embeddings": embedding.comparable(past.article_embeddings),
        "cached_embeddings": embedding.comparable(past.own_embeddings),
        "previous_story_articles": past.previous_story_articles,
        "settled": schemas.empty("settled"),
        "known_edges": schemas.empty("known_edges"),
    }
    if past.previous_edition:
        made_by = store.manifest(run.address, past.previous_edition).get("evidence")
        if made_by == evidence_digest(run.settings):
            known |= {"settled": past.previous_originals, "known_edges": past.previous_edges}
    for name, table in known.items():
        run.staging.write(name, table)
    _finish(
        run, "recall", "", tuple(known), started, f"{known['known_articles'].num_rows:,} known articles in the window"
    )


@task(cache_policy=NO_CACHE, task_run_name="{name}")
def run_stage(run: Run, name: str) -> None:
    """Run one declared stage, unless its tables are there already."""
    stage = next(stage for stage in stages.STAGES if stage.name == name)
    staging, started = run.staging, time.perf_counter()
    inputs = text.digest(
        name,
        code_digest(),
        run.edition.isoformat(),
        run.settings.section_digest(*stage.uses),
        *map(staging.digest, stage.reads),
    )
    watcher().started(name, stage.does)
    if staging.completed(name, inputs):
        watcher().finished(name, "already there", 0.0)
        return
    context = stages.Context(run.settings, run.edition, stages.end_of(run.edition), watcher().progress)
    written = stage.run({table: staging.read(table) for table in stage.reads}, context)
    for table in stage.writes:
        staging.write(table, written[table])
    first = written[stage.writes[0]].num_rows
    _finish(run, name, inputs, stage.writes, started, f"{first:,} {stage.writes[0].replace('_', ' ')}")


@task(cache_policy=NO_CACHE, task_run_name="publish")
def publish(run: Run) -> dict[str, Any]:
    """Validate everything, publish it at once (or hold it, where the gate says so), and return the manifest."""
    started = time.perf_counter()
    watcher().started("publish", "publish the edition")
    chosen, staging = run.settings, run.staging
    figures, report = quality.figures(staging, run.edition), quality.source_lines(staging)
    earlier = [each for each in store.editions(run.address) if each < run.edition][-_EDITIONS_COMPARED:]
    odd = gate.problems(
        figures, [store.manifest(run.address, each)["quality"] for each in earlier], report, chosen.gate
    )
    manifest = {
        "run_id": run.run_id,
        "status": "incomplete" if quality.lacking(staging) else "published",
        "window": {
            "from": (run.edition - timedelta(days=chosen.window_days - 1)).isoformat(),
            "to": run.edition.isoformat(),
        },
        "config_digest": chosen.digest(),
        "evidence": evidence_digest(chosen),
        "inputs": inputs_digest(staging),
        "built_on": store.foundation(run.address, run.edition, chosen.window_days),
        "article_ids": text.digest(*staging.read("articles")["article_id"].to_pylist()),
        "versions": versions(),
        "embedding": {key.decode(): value.decode() for key, value in staging.read("vectors").schema.metadata.items()},
        "stage_seconds": staging.timings(),
        "sources": report,
        "quality": figures,
        "gate": {"action": chosen.gate.action, "problems": odd, "released": False},
    }
    if odd and chosen.gate.action == "hold":
        described = store.hold(run.address, staging, run.edition, PUBLISHED, manifest)
        watcher().finished("publish", f"held in staging: {' '.join(odd)}", time.perf_counter() - started)
        return described
    store.publish(run.address, staging, run.edition, PUBLISHED, manifest)
    watcher().finished("publish", f"{figures['stories']:,} stories", time.perf_counter() - started)
    return store.manifest(run.address, run.edition)


def today() -> date:
    """Today's edition: editions are days in UTC."""
    return datetime.now(UTC).date()


def _edition_of(chosen: Settings) -> date:
    if isinstance(chosen.edition, date):
        return chosen.edition
    if chosen.edition == "all":
        return max(sources.nights(chosen), default=today())
    scheduled = runtime.flow_run.scheduled_start_time
    return scheduled.date() if scheduled else today()


def _run_name() -> str:
    given = runtime.flow_run.parameters
    return f"edition-{given['edition_date'] or _edition_of(settings.load(given['config']))}"


@flow(name="nightly", flow_run_name=_run_name)
def nightly(
    config: str | None = None, edition_date: date | None = None, store_address: str | None = None
) -> dict[str, Any]:
    """Make and publish one edition.

    Args:
        config: a configuration file; the shipped sample's where None.
        edition_date: the edition; the configured one where None, and the scheduled day for `today`.
        store_address: the store; the configured one where None.

    Returns:
        The manifest. An edition that was published from the same inputs, and is whole, is left as it is.
    """
    chosen = settings.load(config)
    if not chosen.sources:
        raise ConfigError(f"{config} names no `sources`: there is nothing to read. See config/default.yaml.")
    edition = edition_date or _edition_of(chosen)
    address = store_address or chosen.store
    run = Run(edition, address, f"{edition.isoformat()}-{text.digest(chosen.digest(), code_digest())[:12]}", config)
    with store.lock(address):
        store.repair(address)
        store.discard_staging(address, run.run_id)
        read(run)
        recall(run)
        there = already_published(run)
        if there:
            store.drop(run.staging)
            watcher().finished("publish", "published already, from the same inputs", 0.0)
            return there
        for stage in stages.STAGES:
            run_stage(run, stage.name)
            if stage.name == "extract":
                quality.require_a_source(run.staging)
        return publish(run)


@flow(name="backfill", flow_run_name="backfill-{first}-{last}")
def backfill(
    first: date, last: date, config: str | None = None, store_address: str | None = None
) -> list[dict[str, Any]]:
    """Make and publish editions in order, each after the one before it.

    Args:
        first: the first edition.
        last: the last edition, included.
        config: a configuration file; the shipped sample's where None.
        store_address: the store; the configured one where None.

    Returns:
        The manifests, in order; the last one is of an edition that is held, where there is one.
    """
    made = []
    for day in range((last - first).days + 1):
        made.append(nightly(config, first + timedelta(days=day), store_address))
        if made[-1]["status"] == "held":
            break  # what comes after would be built on a gap
    return made


def already_published(run: Run) -> dict[str, Any] | None:
    """The manifest of the run's edition, where that is whole, made by this code and from these very inputs."""
    if run.edition not in store.editions(run.address):
        return None
    about = store.manifest(run.address, run.edition)
    same = (
        about["run_id"] == run.run_id
        and about["versions"] == versions()
        and about.get("inputs") == inputs_digest(run.staging)
        and about.get("built_on") == store.foundation(run.address, run.edition, run.settings.window_days)
    )
    return about if same and store.intact(run.address, about) else None


def inputs_digest(staging: store.Staging) -> str:
    """A digest of what a run read from outside the store. How long reading took is none of it."""
    outcomes = staging.read("source_outcomes").drop_columns(["seconds"]).to_pylist()
    read_from_outside = ("documents", "labels", "retractions")
    return text.digest(*map(staging.digest, read_from_outside), repr(outcomes))


def versions() -> dict[str, str]:
    """The versions that a result depends on."""
    packages = ("newsfold", "numpy", "pyarrow", "scikit-learn", "scipy", "sentence-transformers", "torch", "prefect")
    return {"python": platform.python_version(), "code": code_digest()} | {name: version(name) for name in packages}


@functools.cache
def code_digest() -> str:
    """A digest of the pipeline's own code and models: other code, other tables."""
    folder = Path(pipeline.__file__).parent
    kinds = {".py", ".json", ".yaml", ".safetensors"}
    files = sorted(file for file in folder.rglob("*") if file.suffix in kinds and "_config" not in file.parts)
    return text.digest(*(file.read_bytes() for file in files))


def evidence_digest(chosen: Settings) -> str:
    """A digest of all that pairs are judged by: edges of an edition with another one are not taken over."""
    return text.digest(code_digest(), chosen.section_digest("copies", "embedding", "candidates", "scoring"))


def _finish(run: Run, name: str, inputs: str, writes: tuple[str, ...], started: float, result: str) -> None:
    seconds = time.perf_counter() - started
    run.staging.complete(name, inputs, writes, seconds)
    watcher().finished(name, result, seconds)
