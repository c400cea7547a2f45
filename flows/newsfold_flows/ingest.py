"""Reading an edition's sources: one Prefect task for each, side by side, over one polite fetcher.

The fetcher lives in this process, so these tasks run in its threads, whatever task runner the stages have.
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
from newsfold.errors import FetchError, SourceError
from newsfold.settings import Fetch, Source
from newsfold_flows.progress import log, watcher
from newsfold_flows.run import Run, finish

_AT_ONCE = 16  # sources that are waited for, or parsed; the web is asked for all of them at any time
_PARTS = ("documents", "source_outcomes")


def read(run: Run) -> None:
    """Read labels, retractions and all sources into staging.

    Raises:
        ConfigError: labels or retractions cannot be used.
        StoreError: the store cannot be read or written.
    """
    started = time.perf_counter()
    watcher().started("read", "read the sources")
    # First: labels that cannot be used cost nobody a night of reading.
    read_rules(run)
    chosen = run.settings
    threads: ThreadPoolTaskRunner[None] = ThreadPoolTaskRunner(max_workers=_AT_ONCE)
    with sources.Crawler(chosen, _load_fetch_history(run), _progress) as crawler, threads:
        reading: list[PrefectFuture[None]] = [
            threads.submit(
                _as_configured(source, chosen.fetch),
                {"run": run, "name": source.name, "part": part, "crawler": crawler},
            )
            for part, source in enumerate(chosen.sources)
        ]
        wait(reading)
        for done in reading:
            _account_for(done)
        join_sources(run, crawler, started)


@task(cache_policy=NO_CACHE, task_run_name="read labels and retractions")
def read_rules(run: Run) -> None:
    """Read what people say of articles into staging."""
    run.staging.write("labels", stages.read_labels(run.settings))
    run.staging.write("retractions", constraints.read_retractions(run.settings.retractions))


def _may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether asking a source again later may help."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, FetchError) and error.transient


@task(cache_policy=NO_CACHE, task_run_name="read {name}", retry_condition_fn=_may_pass)
def read_source(run: Run, name: str, part: int, crawler: sources.Crawler) -> None:
    """Read one source into its part of staging.

    Raises:
        SourceError: nothing of it could be read; the part says so, too.
    """
    crawl_result = crawler.wait_for_source(name, retry=(runtime.task_run.run_count or 1) > 1)
    documents, outcome = sources.read_source(crawler.settings, name, run.edition, _progress, crawl_result)
    for name_of_table, table in zip(_PARTS, (documents, outcome), strict=True):
        run.staging.write_part(name_of_table, part, table)
    (failures,) = outcome["failures"].to_pylist()
    news = ", nothing new" if crawl_result.unchanged else ""
    log(f"{documents.num_rows:,} documents{news}; {len(failures)} problems")
    if failures and not documents.num_rows:
        problem = f"{failures[0]['location']}: {failures[0]['reason']}"
        raise FetchError(problem, transient=True) if crawl_result.transient else SourceError(problem)


@task(cache_policy=NO_CACHE, task_run_name="put the sources together")
def join_sources(run: Run, crawler: sources.Crawler, started: float) -> None:
    """Put what the sources delivered together, in the configuration's order."""
    n = len(run.settings.sources)
    documents, _ = (run.staging.join_parts(name, n) for name in _PARTS)
    run.staging.write("fetches", crawler.build_fetches())
    written = ("labels", "retractions", *_PARTS, "fetches")
    finish(run, "read", "", written, started, f"{documents:,} documents")


def _as_configured(source: Source, fetch: Fetch) -> Task[Any, None]:
    return read_source.with_options(
        tags=["source", "files" if source.kind == "files" else "web"],
        retries=fetch.source_retries,
        retry_delay_seconds=exponential_backoff(fetch.source_retry_seconds),
    )


def _account_for(done: PrefectFuture[None]) -> None:
    """Let a source that failed be one that failed, and nothing more; anything else stops the run."""
    if not done.state.is_completed():
        error = done.state.result(raise_on_failure=False)
        if not isinstance(error, SourceError):
            raise error


def _load_fetch_history(run: Run) -> sources.FetchHistory:
    fetches = store.load_latest_fetches(run.address, run.edition)
    cache = store.open_http_cache(run.address, run.edition, run.settings.fetch.keep_nights)
    return sources.FetchHistory(run.edition, fetches, cache)


def _progress(source: str, n: int) -> None:
    watcher().progress(f"read {source}", n, 0)
