"""The nightly flow: a Prefect task per source and stage, tables in the run's staging area, one atomic publish.

Paths and names travel between tasks, never tables. A stage whose tables are staged already, from the same inputs, is
skipped, so that an interrupted run resumes where it stopped.
"""

# No postponed annotations here: a scheduled run resolves the flows' parameter types without this module's names.
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from prefect import flow, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff

from newsfold import digest, schemas, sources, stages, store, text
from newsfold.errors import ConfigError, EditionHeld, EditionNotFound, StoreError
from newsfold.failures import translate_machine_errors
from newsfold.settings import Settings, load_settings, require_sources
from newsfold.text import format_count
from newsfold_flows import alerts, artifacts, final_state, metrics, missing_nights, quality_gate, runner
from newsfold_flows.ingest import ingest_sources
from newsfold_flows.parameters import ConfigFile, Day, Minutes, Missing, OptionalDay, StoreAddress, TimeZone
from newsfold_flows.progress import current_reporter, log
from newsfold_flows.run import (
    Run,
    collect_versions,
    complete_stage,
    compute_code_digest,
    compute_evidence_digest,
    compute_inputs_digest,
    find_identical_edition,
    store_lock,
)

# Once the window holds so many times the articles among which pairs were compared, all its pairs are compared anew: a
# small first window knows little about which words are rare, and its errors would last as long as its articles.
_OUTGROWN = 3
PUBLISHED = tuple(schemas.PUBLISHED)

_FLOW: dict[str, Any] = {
    # If a server receives a run's last state twice, since its first answer was lost, it returns the state that it has
    # stored; the manifest must be found from that one, too.
    "persist_result": True,
    "result_serializer": "json",
    # A held edition would be made and held again, whatever Prefect's default is: it waits for a person.
    "retries": 0,
    **alerts.HOOKS,
}


def _is_store_failure(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Return whether a store did not answer: a remote one may answer a moment later."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, StoreError) and not isinstance(error, EditionNotFound)


_STORE_TASK: dict[str, Any] = {
    "cache_policy": NO_CACHE,
    "retries": 2,
    "retry_delay_seconds": exponential_backoff(2),
    "retry_condition_fn": _is_store_failure,
}


@task(task_run_name="load: read the earlier editions", **_STORE_TASK)
def load_past(run: Run) -> None:
    """Load into staging what earlier editions published about the window's articles."""
    started = time.perf_counter()
    current_reporter().start_stage("load", "read the earlier editions")
    past, staging = store.load_window(run.address, run.edition, run.settings.window_days), run.staging
    if past.ignored:
        log(f"The vectors that this edition had are computed anew. {past.ignored}")
    known = {
        "known_ids": store.load_known_ids(run.address, run.edition, run.settings.known_days),
        "previous_story_articles": past.previous_story_articles,
        "previous_stories": past.previous_stories,
        "previous_threads": past.previous_threads,
        "previous_thread_stories": past.previous_thread_stories,
        "refreshed_story_articles": _load_refreshed(run),
        "previous_originals": schemas.empty_table("previous_originals"),
        "known_edges": schemas.empty_table("known_edges"),
    }
    articles = staging.write_concatenated("known_articles", past.iter_articles())
    if past.previous_edition:
        before = store.load_manifest(run.address, past.previous_edition)
        if before.get("evidence") == compute_evidence_digest(run.settings) and not _has_outgrown(before, articles):
            known |= {"previous_originals": past.previous_originals, "known_edges": past.previous_edges}
    for name, table in known.items():
        staging.write(name, table)
    staging.write_concatenated("known_embeddings", past.iter_embeddings())
    staging.write_concatenated("cached_embeddings", past.cached_embeddings)
    writes = (*known, "known_articles", "known_embeddings", "cached_embeddings")
    complete_stage(run, "load", "", writes, started, f"{format_count(articles, 'known article')} in the window")


def _load_refreshed(run: Run) -> Any:
    """Return the `story_articles` that this edition has, if it is refreshed: its new stories keep their ids."""
    if run.refresh and run.edition in store.list_editions(run.address):
        return store.load_own_story_articles(run.address, run.edition)
    return schemas.empty_table("refreshed_story_articles")


def _has_outgrown(before: dict[str, Any], n_known_articles: int) -> bool:
    """Return whether all pairs are to be compared anew: what is rare was learnt from a far smaller window."""
    return n_known_articles >= _OUTGROWN * _read_compared(before)


def _read_compared(manifest: dict[str, Any]) -> int:
    """Return the size of the window in which all pairs of an edition were last compared."""
    n_articles: int = manifest.get("compared_articles", manifest["quality"]["articles"])
    return n_articles


def _stage_name() -> str:
    name = runtime.task_run.parameters["name"]
    return f"{name}: {stages.find_stage(name).description}"


@task(cache_policy=NO_CACHE, task_run_name=_stage_name)
def run_stage(run: Run, name: str) -> None:
    """Run one stage, unless its tables are staged already."""
    stage = stages.find_stage(name)
    staging, started = run.staging, time.perf_counter()
    inputs = text.compute_digest(
        name,
        compute_code_digest(),
        run.edition.isoformat(),
        run.settings.section_digest(*stage.settings),
        *map(staging.digest, stage.reads),
    )
    current_reporter().start_stage(name, stage.description)
    if staging.is_complete(name, inputs):
        current_reporter().finish_stage(name, "already staged", 0.0)
        return
    with translate_machine_errors(f"Stage {name}"):
        rows = runner.run_steps(run, stage, inputs, current_reporter().update_stage)
    complete_stage(run, name, inputs, stage.writes, started, f"{stage.writes[0].replace('_', ' ')}: {rows:,}")


@task(task_run_name="publish: publish the edition, or hold it", **_STORE_TASK)
def publish(run: Run) -> dict[str, Any]:
    """Validate all tables, publish them at once or hold them, as the quality gate says, and return the manifest."""
    started = time.perf_counter()
    current_reporter().start_stage("publish", "publish the edition")
    settings, staging = run.settings, run.staging
    figures, source_rows = metrics.compute_figures(staging, run.edition), metrics.read_source_rows(staging)
    earlier = (store.load_manifest(run.address, edition) for edition in reversed(_earlier_editions(run)))
    problems = quality_gate.find_problems(figures, earlier, source_rows, settings.gate)
    manifest = _build_manifest(run, settings, figures, source_rows, problems)
    if problems and settings.gate.action == "hold":
        described = store.hold_edition(run.address, staging, run.edition, PUBLISHED, manifest)
        result = f"held in staging: {' '.join(problems)}"
    else:
        store.publish_edition(run.address, staging, run.edition, PUBLISHED, manifest)
        described = store.load_manifest(run.address, run.edition)
        result = format_count(figures["stories"], "story")
    current_reporter().finish_stage("publish", result, time.perf_counter() - started)
    return described


def _build_manifest(
    run: Run, settings: Settings, figures: dict[str, Any], source_rows: list[dict[str, Any]], problems: Sequence[str]
) -> dict[str, Any]:
    staging = run.staging
    return {
        "run_id": run.run_id,
        "status": "incomplete" if metrics.incomplete_sources(source_rows) else "published",
        "window": {
            "from": (run.edition - timedelta(days=settings.window_days - 1)).isoformat(),
            "to": run.edition.isoformat(),
        },
        "config_digest": settings.digest(),
        "evidence": compute_evidence_digest(settings),
        "compared_articles": _count_compared(run, figures["articles"]),
        "inputs": compute_inputs_digest(staging),
        "known_days": settings.known_days,
        "built_on": store.upstream_digests(run.address, run.edition, settings.window_days, settings.known_days),
        "article_ids": text.compute_digest(
            *(
                article
                for name in ("articles", "sightings")
                for article in staging.read(name, ["article_id"])["article_id"].to_pylist()
            )
        ),
        "versions": collect_versions(),
        "embedding": {
            key.decode(): value.decode()
            for key, value in staging.read("vectors", ["article_id"]).schema.metadata.items()
        },
        "stage_seconds": staging.stage_seconds(),
        "sources": source_rows,
        "quality": figures,
        "gate": {"action": settings.gate.action, "problems": list(problems), "released": False},
    }


def _count_compared(run: Run, n_articles: int) -> int:
    """Return the size of the window in which all pairs were last compared."""
    if not run.staging.read("previous_originals").num_rows:
        return n_articles
    return _read_compared(store.load_manifest(run.address, _earlier_editions(run)[-1]))


@task(task_run_name="report: attach the top stories and a report", **_STORE_TASK)
def attach_report(run: Run, manifest: dict[str, Any]) -> None:
    """Attach the top stories and a report of sources, stages and figures to the run's page."""
    if manifest["status"] == "held":
        tables = {name: run.staging.read(name, columns) for name, columns in artifacts.COLUMNS.items()}
    else:
        tables = store.load_tables(run.address, artifacts.COLUMNS, run.edition)[1]
    earlier = _earlier_editions(run)
    before = store.load_manifest(run.address, earlier[-1]) if earlier else None
    artifacts.create_artifacts(manifest, tables, before, run.settings.digest_url)


@task(task_run_name="prune: remove old editions", **_STORE_TASK)
def prune_editions(run: Run, keep_days: int) -> None:
    """Remove the editions that are older than `keep_days` days before the latest one."""
    plan = store.plan_pruning(run.address, keep_days)
    if plan and plan.editions:
        store.prune_store(run.address, plan)
        log(f"Removed {format_count(len(plan.editions), 'edition')} before {plan.before}, {plan.size / 1e6:,.1f} MB.")


@task(cache_policy=NO_CACHE, task_run_name="digest: write the edition's page")
def write_digest(run: Run) -> None:
    """Write the edition's digest, with links to the pages of the editions before and after it."""
    settings = run.settings
    page, files = digest.write_pages(run.address, settings.folder / str(settings.digest_file), run.edition)
    log(f"{format_count(len(page.stories), 'story')}: {files[0]}")


def _earlier_editions(run: Run) -> list[date]:
    return [edition for edition in store.list_editions(run.address) if edition < run.edition]


def _resolve_edition(settings: Settings, time_zone: str) -> date:
    """Return the date that the configuration's `edition` stands for in this run."""
    if isinstance(settings.edition, date):
        return settings.edition
    today = datetime.now(UTC).date()
    if settings.edition == "all":
        return max(sources.list_editions(settings), default=today)
    scheduled = runtime.flow_run.scheduled_start_time
    return scheduled.astimezone(ZoneInfo(time_zone)).date() if scheduled else today


def _run_name() -> str:
    parameters = runtime.flow_run.parameters
    edition = parameters["edition_date"]
    return f"edition-{edition or _resolve_edition(load_settings(parameters['config']), parameters['time_zone'])}"


@flow(name="nightly", flow_run_name=_run_name, **_FLOW)
def nightly(
    config: ConfigFile = None,
    edition_date: OptionalDay = None,
    store_address: StoreAddress = None,
    time_zone: TimeZone = "UTC",
    wait_minutes: Minutes = 0,
    missing: Missing = "stop",
    refresh: bool = False,
) -> dict[str, Any]:
    """Make one edition: read the sources, group the window's articles into stories, publish them at once.

    Args:
        config: a configuration file. None: the shipped sample's.
        edition_date: the edition. None: the configured one; for `edition: today`, the day that the run is scheduled
            for, however late it starts.
        store_address: the store. None: the configured one.
        time_zone: the time zone in which the scheduled time falls on that day; an IANA name.
        wait_minutes: how long to wait for another run that is writing to the same store.
        missing: whether to publish an edition with no new articles if no source has a file for the night; otherwise
            the run fails.
        refresh: whether to ask the web again, conditionally, if this edition has asked it before, and to add what is
            new. Otherwise the edition is made from the same responses as before.

    Returns:
        The manifest. An edition that was published whole from the same inputs is left as it is.

    Raises:
        EditionHeld: the quality gate holds the edition; the run ends in the state *Held*, of type FAILED.
    """
    settings = load_settings(config)
    require_sources(settings, config)
    edition = edition_date or _resolve_edition(settings, time_zone)
    missing_nights.refuse_future(settings, [edition])
    address = store_address or settings.store
    inputs = text.compute_digest(settings.digest(), compute_code_digest())[:12]
    run = Run(edition, address, f"{edition.isoformat()}-{inputs}", config, refresh)
    with store_lock(address, wait_minutes):
        for repair in store.repair_store(address):
            log(repair)
        store.require_past(address, edition, settings.window_days)
        store.discard_abandoned_staging(address, run.run_id)
        manifest = _run_stages(run, settings, missing)
        # A page or a report that fails does not undo the edition.
        if settings.digest_file and manifest["status"] != "held":
            write_digest(run, return_state=True)
        attach_report(run, manifest, return_state=True)
        if settings.keep_days and manifest["status"] != "held":
            prune_editions(run, settings.keep_days, return_state=True)
    state: dict[str, Any] = final_state.build_nightly_state(manifest)
    return state


def _run_stages(run: Run, settings: Settings, missing: Missing) -> dict[str, Any]:
    """Run all stages and publish; return the manifest of the edition: published, held, or published before."""
    ingest_sources(run)
    with runner.workers(settings.scale):
        runner.submit(load_past, {"run": run})
        published = find_identical_edition(run)
        if published:
            store.discard_staging(run.staging)
            current_reporter().finish_stage("publish", "already published from the same inputs", 0.0)
            return published
        missing_nights.require_decision(run, missing)
        run_stage_in_time = run_stage.with_options(timeout_seconds=60 * settings.stage_timeout_minutes)
        for stage in stages.STAGES:
            run_stage_in_time(run, stage.name)
            if stage.name == "extract":
                metrics.require_readable_source(run.staging)
    return publish(run)


@flow(name="backfill", flow_run_name="backfill-{first}-to-{last}", **_FLOW)
def backfill(
    first: Day,
    last: Day,
    config: ConfigFile = None,
    store_address: StoreAddress = None,
    wait_minutes: Minutes = 0,
    missing: Missing = "publish",
) -> list[dict[str, Any]]:
    """Make editions in order, each after the one before it; no other run writes to the store in between.

    Args:
        first: the first edition.
        last: the last edition, included.
        config: a configuration file. None: the shipped sample's.
        store_address: the store. None: the configured one.
        wait_minutes: how long to wait for another run that is writing to the same store.
        missing: what to do with a night for which no source has a file: publish an edition with no new articles, skip
            the night, or stop. If all nights are missing, the backfill fails.

    Returns:
        The manifests, in order. Editions that were published whole from the same inputs are left as they are; the
        backfill ends with an edition that is held.

    Raises:
        EditionHeld: the quality gate holds the last edition that was made.
    """
    if first > last:
        raise ConfigError(f"The first edition, {first}, is after the last, {last}.")
    settings = load_settings(config)
    address = store_address or settings.store
    editions = [first + timedelta(days=day) for day in range((last - first).days + 1)]
    manifests: list[dict[str, Any]] = []
    with store_lock(address, wait_minutes):
        missing_nights.require_files(settings, editions)
        for edition in editions:
            if omission := missing_nights.explain_omission(settings, address, edition, missing):
                log(omission)
                continue
            try:
                manifests.append(nightly(config, edition, store_address, missing=missing))
            except EditionHeld:
                manifests.append(store.list_held_editions(address)[edition])
                break  # later editions would be built on a gap
    state: list[dict[str, Any]] = final_state.build_backfill_state(manifests)
    return state
