"""The nightly flow: a Prefect task for each source and stage, tables in the run's staging area, one atomic publish.

Paths and names travel between tasks, never tables. A stage whose tables are already there, made from the same
inputs, is skipped: so a killed run goes on where it stopped.
"""

# No postponed annotations here: a scheduled run resolves the flows' parameter types without this module's names.
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from prefect import flow, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.states import Completed
from prefect.tasks import Task, exponential_backoff

from newsfold import digest, schemas, settings, sources, stages, store, text
from newsfold.errors import ConfigError, EditionNotFound, StoreError
from newsfold.settings import Settings
from newsfold_flows import alerts, artifacts, metrics, quality_gate, runner
from newsfold_flows.ingest import read
from newsfold_flows.parameters import ConfigFile, Day, Minutes, OptionalDay, StoreAddress, TimeZone
from newsfold_flows.progress import log, watcher
from newsfold_flows.run import (
    Run,
    alone,
    already_published,
    code_digest,
    evidence_digest,
    finish,
    inputs_digest,
    versions,
)

PUBLISHED = tuple(schemas.PUBLISHED)
_EDITIONS_COMPARED = 7  # what is usual is what the last so many editions were like

# A server that is told twice of a run's end, since its first answer was lost, hands back the state that it keeps: the
# manifest must be found from that one, too.
_LASTING: dict[str, Any] = {"persist_result": True, "result_serializer": "json"}


def _store_failed(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a store did not answer: one elsewhere may do so in a moment."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, StoreError) and not isinstance(error, EditionNotFound)


_ON_THE_STORE: dict[str, Any] = {
    "cache_policy": NO_CACHE,
    "retries": 2,
    "retry_delay_seconds": exponential_backoff(2),
    "retry_condition_fn": _store_failed,
}


@task(task_run_name="recall: take up the editions before", **_ON_THE_STORE)
def recall(run: Run) -> None:
    """Take from the store what earlier editions know, up to the edition before this one."""
    started = time.perf_counter()
    watcher().started("recall", "take up the editions before")
    past, staging = store.load_window(run.address, run.edition, run.settings.window_days), run.staging
    known = {
        "known_ids": pa.table({"article_id": store.load_known_ids(run.address, run.edition)}),
        "previous_story_articles": past.previous_story_articles,
        "previous_originals": schemas.empty_table("previous_originals"),
        "known_edges": schemas.empty_table("known_edges"),
    }
    if past.previous_edition:
        made_by = store.load_manifest(run.address, past.previous_edition).get("evidence")
        if made_by == evidence_digest(run.settings):
            known |= {"previous_originals": past.previous_originals, "known_edges": past.previous_edges}
    for name, table in known.items():
        staging.write(name, table)
    articles = staging.write_concatenated("known_articles", past.iter_articles())
    staging.write_concatenated("known_embeddings", past.iter_embeddings())
    staging.write_concatenated("cached_embeddings", past.cached_embeddings)
    written = (*known, "known_articles", "known_embeddings", "cached_embeddings")
    finish(run, "recall", "", written, started, f"{articles:,} known articles in the window")


def _stage_name() -> str:
    name = runtime.task_run.parameters["name"]
    return f"{name}: {stages.find_stage(name).description}"


@task(cache_policy=NO_CACHE, task_run_name=_stage_name)
def run_stage(run: Run, name: str) -> None:
    """Run one declared stage, unless its tables are there already."""
    stage = stages.find_stage(name)
    staging, started = run.staging, time.perf_counter()
    inputs = text.compute_digest(
        name,
        code_digest(),
        run.edition.isoformat(),
        run.settings.section_digest(*stage.settings),
        *map(staging.digest, stage.reads),
    )
    watcher().started(name, stage.description)
    if staging.is_complete(name, inputs):
        watcher().finished(name, "already there", 0.0)
        return
    first = runner.run_steps(run, stage, inputs, watcher().progress)
    finish(run, name, inputs, stage.writes, started, f"{first:,} {stage.writes[0].replace('_', ' ')}")


@task(task_run_name="publish: make it the edition, or hold it", **_ON_THE_STORE)
def publish(run: Run) -> dict[str, Any]:
    """Validate everything, publish it at once (or hold it, where the gate says so), and return the manifest."""
    started = time.perf_counter()
    watcher().started("publish", "publish the edition")
    chosen, staging = run.settings, run.staging
    figures, report = metrics.compute_figures(staging, run.edition), metrics.read_source_rows(staging)
    earlier = [each for each in store.list_editions(run.address) if each < run.edition][-_EDITIONS_COMPARED:]
    odd = quality_gate.problems(
        figures, [store.load_manifest(run.address, each)["quality"] for each in earlier], report, chosen.gate
    )
    manifest = {
        "run_id": run.run_id,
        "status": "incomplete" if metrics.incomplete_sources(report) else "published",
        "window": {
            "from": (run.edition - timedelta(days=chosen.window_days - 1)).isoformat(),
            "to": run.edition.isoformat(),
        },
        "config_digest": chosen.digest(),
        "evidence": evidence_digest(chosen),
        "inputs": inputs_digest(staging),
        "built_on": store.upstream_digests(run.address, run.edition, chosen.window_days),
        "article_ids": text.compute_digest(*staging.read("articles", ["article_id"])["article_id"].to_pylist()),
        "versions": versions(),
        "embedding": {
            key.decode(): value.decode()
            for key, value in staging.read("vectors", ["article_id"]).schema.metadata.items()
        },
        "stage_seconds": staging.stage_seconds(),
        "sources": report,
        "quality": figures,
        "gate": {"action": chosen.gate.action, "problems": odd, "released": False},
    }
    if odd and chosen.gate.action == "hold":
        described = store.hold_edition(run.address, staging, run.edition, PUBLISHED, manifest)
        watcher().finished("publish", f"held in staging: {' '.join(odd)}", time.perf_counter() - started)
        return described
    store.publish_edition(run.address, staging, run.edition, PUBLISHED, manifest)
    watcher().finished("publish", f"{figures['stories']:,} stories", time.perf_counter() - started)
    return store.load_manifest(run.address, run.edition)


@task(task_run_name="report: show what came of it", **_ON_THE_STORE)
def report(run: Run, manifest: dict[str, Any]) -> None:
    """Show on the run's page what came of it: the top stories, the sources, stages and figures."""
    if manifest["status"] == "held":
        stories = run.staging.read("stories", artifacts.SHOWN)
    else:
        stories = store.load_tables(run.address, {"stories": artifacts.SHOWN}, run.edition)[1]["stories"]
    earlier = [each for each in store.list_editions(run.address) if each < run.edition]
    before = store.load_manifest(run.address, earlier[-1]) if earlier else None
    artifacts.show(manifest, stories, before, run.settings.digest_url)


@task(cache_policy=NO_CACHE, task_run_name="digest: write the edition's page")
def write_digest(run: Run) -> None:
    """Write the edition's digest, with links to the pages of the editions beside it."""
    chosen = run.settings
    told, written = digest.write_pages(run.address, chosen.folder / str(chosen.digest_file), run.edition)
    log(f"{len(told.stories):,} stories: {written[0]}")


def today() -> date:
    """Today's edition: editions are days in UTC."""
    return datetime.now(UTC).date()


def _edition_of(chosen: Settings, time_zone: str) -> date:
    if isinstance(chosen.edition, date):
        return chosen.edition
    if chosen.edition == "all":
        return max(sources.list_editions(chosen), default=today())
    scheduled = runtime.flow_run.scheduled_start_time
    return scheduled.astimezone(ZoneInfo(time_zone)).date() if scheduled else today()


def _run_name() -> str:
    given = runtime.flow_run.parameters
    return (
        f"edition-{given['edition_date'] or _edition_of(settings.load_settings(given['config']), given['time_zone'])}"
    )


@flow(name="nightly", flow_run_name=_run_name, **_LASTING, **alerts.HOOKS)
def nightly(
    config: ConfigFile = None,
    edition_date: OptionalDay = None,
    store_address: StoreAddress = None,
    time_zone: TimeZone = "UTC",
    wait_minutes: Minutes = 0,
) -> dict[str, Any]:
    """Make and publish one edition: read the sources, fold the window's articles into stories, publish them at once.

    Args:
        config: a configuration file; the shipped sample's where None.
        edition_date: the edition, a day. Where None, the configured one; for `edition: today`, the day that the run
            is scheduled for, however late it starts.
        store_address: the store; the configured one where None.
        time_zone: in which the scheduled time's day is told; an IANA name.
        wait_minutes: how long to wait for another run that is writing to the same store.

    Returns:
        The manifest. An edition that was published from the same inputs, and is whole, is left as it is.
    """
    chosen = settings.load_settings(config)
    if not chosen.sources:
        raise ConfigError(f"{config} names no `sources`: there is nothing to read. See config/default.yaml.")
    edition = edition_date or _edition_of(chosen, time_zone)
    address = store_address or chosen.store
    run = Run(
        edition, address, f"{edition.isoformat()}-{text.compute_digest(chosen.digest(), code_digest())[:12]}", config
    )
    with alone(address, wait_minutes):
        store.repair_store(address)
        store.discard_abandoned_staging(address, run.run_id)
        manifest = _made(run, chosen)
        # A page or a report that fails takes nothing back.
        if chosen.digest_file and manifest["status"] != "held":
            write_digest(run, return_state=True)
        report(run, manifest, return_state=True)
    told: dict[str, Any] = _told(manifest)
    return told


def _made(run: Run, chosen: Settings) -> dict[str, Any]:
    """Walk the stages; the manifest of what was published, or held, or there already."""
    read(run)
    with runner.workers(chosen.scale):
        runner.submit(recall, {"run": run})
        there = already_published(run)
        if there:
            store.discard_staging(run.staging)
            watcher().finished("publish", "published already, from the same inputs", 0.0)
            return there
        patient = run_stage.with_options(timeout_seconds=60 * chosen.stage_timeout_minutes)
        for stage in stages.STAGES:
            patient(run, stage.name)
            if stage.name == "extract":
                metrics.require_readable_source(run.staging)
    return publish(run)


def _told(manifest: dict[str, Any]) -> Any:
    """The run's last state: a page of runs shows its name and its message."""
    name = {"published": "Published", "incomplete": "Incomplete", "held": "Held"}[manifest["status"]]
    return Completed(name=name, message=metrics.describe(manifest), data=manifest)


@flow(name="backfill", flow_run_name="backfill-{first}-to-{last}", **_LASTING, **alerts.HOOKS)
def backfill(
    first: Day, last: Day, config: ConfigFile = None, store_address: StoreAddress = None, wait_minutes: Minutes = 0
) -> list[dict[str, Any]]:
    """Make and publish editions in order, each after the one before it; those that are there already stay.

    No other run writes to the store between two of them.

    Args:
        first: the first edition.
        last: the last edition, included.
        config: a configuration file; the shipped sample's where None.
        store_address: the store; the configured one where None.
        wait_minutes: how long to wait for another run that is writing to the same store.

    Returns:
        The manifests, in order; the last one is of an edition that is held, where there is one.
    """
    if first > last:
        raise ConfigError(f"The first edition, {first}, lies after the last, {last}.")
    made = []
    with alone(store_address or settings.load_settings(config).store, wait_minutes):
        for day in range((last - first).days + 1):
            made.append(nightly(config, first + timedelta(days=day), store_address))
            if made[-1]["status"] == "held":
                break  # what comes after would be built on a gap
    return made
