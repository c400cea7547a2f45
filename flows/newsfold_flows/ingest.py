"""Reading an edition's sources: a Prefect task per source, all at once, over one polite crawler.

The crawler lives in this process, so these tasks run in its threads, whichever task runner the stages use.
"""

import time
from typing import Any

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.futures import PrefectFuture, wait
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import Task, exponential_backoff

from newsfold import constraints, sources, stages, store
from newsfold.errors import FetchError, MachineError, SourceError
from newsfold.failures import translate_machine_errors
from newsfold.settings import Fetch, Source
from newsfold.text import format_count
from newsfold_flows.progress import current_reporter, log
from newsfold_flows.run import Run, complete_stage

_THREADS = 16  # sources that are waited for or parsed at the same time; the crawler serves all sources at any time
_PARTS = ("documents", "source_outcomes")


def ingest_sources(run: Run) -> None:
    """Read labels, retractions and all sources into staging.

    Raises:
        ConfigError: labels or retractions cannot be used.
        StoreError: the store cannot be read or written.
    """
    started = time.perf_counter()
    current_reporter().start_stage("read", "read the sources")
    # First, so that unusable labels do not cost a night of reading.
    read_corrections(run)
    settings = run.settings
    threads: ThreadPoolTaskRunner[None] = ThreadPoolTaskRunner(max_workers=_THREADS)
    with sources.Crawler(settings, _load_fetch_history(run), _report_progress) as crawler, threads:
        futures: list[PrefectFuture[None]] = [
            threads.submit(
                _configure_retries(source, settings.fetch),
                {"run": run, "name": source.name, "part": part, "crawler": crawler},
            )
            for part, source in enumerate(settings.sources)
        ]
        wait(futures)
        for future in futures:
            _raise_unexpected_error(future)
        join_sources(run, crawler, started)


@task(cache_policy=NO_CACHE, task_run_name="read labels and retractions")
def read_corrections(run: Run) -> None:
    """Read labels and retractions into staging."""
    run.staging.write("labels", stages.read_labels(run.settings))
    run.staging.write("retractions", constraints.read_retractions(run.settings.retractions))


def _is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Return whether reading the source again later may succeed."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, MachineError) or (isinstance(error, FetchError) and error.transient)


@task(cache_policy=NO_CACHE, task_run_name="read {name}", retry_condition_fn=_is_transient)
def read_source(run: Run, name: str, part: int, crawler: sources.Crawler) -> None:
    """Read one source into its part of staging.

    Raises:
        SourceError: nothing of it could be read; its part records that, too.
        MachineError: the machine lacks memory, disk space or open files.
    """
    crawl_result = crawler.wait_for_source(name, retry=(runtime.task_run.run_count or 1) > 1)
    documents, outcome = sources.read_source(crawler.settings, name, run.edition, _report_progress, crawl_result)
    for table_name, table in zip(_PARTS, (documents, outcome), strict=True):
        run.staging.write_part(table_name, part, table)
    (failures,) = outcome["failures"].to_pylist()
    news = ", nothing new" if crawl_result.unchanged else ""
    log(f"{name}: {format_count(documents.num_rows, 'document')}{news}; {format_count(len(failures), 'problem')}")
    if failures and not documents.num_rows:
        problem = f"{failures[0]['location']}: {failures[0]['reason']}"
        raise FetchError(problem, transient=True) if crawl_result.transient else SourceError(problem)


@task(cache_policy=NO_CACHE, task_run_name="join the sources")
def join_sources(run: Run, crawler: sources.Crawler, started: float) -> None:
    """Join the parts of all sources, in the order of the configuration.

    Raises:
        MachineError: the machine lacks memory, disk space or open files.
    """
    n = len(run.settings.sources)
    with translate_machine_errors("Joining the sources"):
        documents, _ = (run.staging.join_parts(name, n) for name in _PARTS)
        run.staging.write("source_outcomes", sources.drop_missing_paths(run.staging.read("source_outcomes")))
        run.staging.write("fetches", crawler.build_fetches())
    writes = ("labels", "retractions", *_PARTS, "fetches")
    complete_stage(run, "read", "", writes, started, format_count(documents, "document"))


def _configure_retries(source: Source, fetch: Fetch) -> Task[Any, None]:
    return read_source.with_options(
        tags=["source", "files" if source.kind == "files" else "web"],
        retries=fetch.source_retries,
        retry_delay_seconds=exponential_backoff(fetch.source_retry_seconds),
    )


def _raise_unexpected_error(future: PrefectFuture[None]) -> None:
    """Raise a task's error unless it is a source's: a source that cannot be read does not stop the run."""
    if not future.state.is_completed():
        error = future.state.result(raise_on_failure=False)
        if not isinstance(error, SourceError):
            raise error


def _load_fetch_history(run: Run) -> sources.FetchHistory:
    fetches = store.load_latest_fetches(run.address, run.edition)
    cache = store.open_http_cache(run.address, run.edition, run.settings.fetch.keep_nights)
    return sources.FetchHistory(run.edition, fetches, cache, run.refresh)


def _report_progress(source: str, n: int) -> None:
    current_reporter().update_stage(f"read {source}", n, 0)
