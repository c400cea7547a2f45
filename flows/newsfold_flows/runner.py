"""Run a stage's steps with Prefect: each chunk of a step is a task for the configured task runner.

Between tasks travel a run, names and numbers, never tables: each task reads its tables from the run's staging area and
writes its results there. A chunk whose part exists is skipped; one whose worker dies goes to another. The result is the
same bytes with any task runner, number of workers and size of chunks (`newsfold.dataflow` says why).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import Task

from newsfold import store, text
from newsfold.dataflow import Context, Progress, Stage, Step, articles_per_chunk, end_of_day, no_progress
from newsfold.errors import ConfigError
from newsfold.settings import Scale
from newsfold.stages import find_stage
from newsfold_flows.progress import current_reporter
from newsfold_flows.run import Run

_current: ContextVar[TaskRunner[Any] | None] = ContextVar("_current", default=None)


@contextmanager
def workers(scale: Scale) -> Iterator[None]:
    """Start the workers that `run_steps` and `submit` use inside the block.

    Raises:
        ConfigError: the settings ask for Dask, and it is not installed.
    """
    with _make_task_runner(scale) as runner:
        token = _current.set(runner)
        try:
            yield
        finally:
            _current.reset(token)


def submit(work: Task[..., Any], parameters: dict[str, Any]) -> Any:
    """Let a worker run a task, and return its result; with threads, this thread is the worker."""
    if isinstance(_task_runner(), ThreadPoolTaskRunner):
        return work(**parameters)
    return _task_runner().submit(work, parameters).result()


def run_steps(run: Run, stage: Stage, inputs: str, progress: Progress = no_progress) -> int:
    """Run a stage whose inputs are staged, and stage its tables. A small stage is one task.

    Args:
        run: the run.
        stage: the stage.
        inputs: a digest of all the stage's inputs.
        progress: called with (stage, chunks done, chunks to do), step after step.

    Returns:
        The number of rows of the first table that the stage writes.
    """
    scale, staged = run.settings.scale, store.ChunkStore(run.staging, "")
    chunked = {step.chunk_by for step in stage.steps if step.chunk_rows is articles_per_chunk}
    if all(_count_rows(staged, name) <= scale.chunk_articles for name in stage.reads if name in chunked):
        if isinstance(_task_runner(), ThreadPoolTaskRunner):
            run_whole_stage.fn(run, stage.name)  # the stage's own task is one already
        else:
            submit(run_whole_stage.with_options(retries=scale.retries), {"run": run, "stage": stage.name})
        return _count_rows(staged, stage.writes[0])
    work = text.compute_digest(inputs, str(scale.chunk_articles), str(scale.chunk_pairs))[:16]
    for step in stage.steps:
        _run_chunks(run, stage, step, work, progress)
    _task_runner().submit(join_parts, {"run": run, "stage": stage.name, "work": work}).result()
    return _count_rows(staged, stage.writes[0])


def _count_rows(tables: store.ChunkStore, name: str) -> int:
    return tables.views([name])[name].num_rows


def _run_chunks(run: Run, stage: Stage, step: Step, work: str, progress: Progress) -> None:
    tables, scale = store.ChunkStore(run.staging, work), run.settings.scale
    chunks = step.chunks(_count_rows(tables, step.chunk_by), scale) if step.chunk_by else [None]
    parameters = {"run": run, "stage": stage.name, "step": step.name, "work": work}
    futures = [
        _task_runner().submit(
            run_chunk.with_options(retries=scale.retries), parameters | {"number": number, "chunk": chunk}
        )
        for number, chunk in enumerate(chunks)
        if not tables.has_part(number, step.writes)
    ]
    for done, future in enumerate(futures, start=len(chunks) - len(futures) + 1):
        future.result()
        progress(stage.name, done, len(chunks))


@task(cache_policy=NO_CACHE, task_run_name="{stage}: whole stage", retry_delay_seconds=1)
def run_whole_stage(run: Run, stage: str) -> None:
    """Run a stage that is small enough for one chunk."""
    context = replace(_make_context(run), progress=current_reporter().update_stage)
    declared = find_stage(stage)
    for name, table in declared.run(store.ChunkStore(run.staging, "").views(declared.reads), context).items():
        run.staging.write(name, table)


@task(cache_policy=NO_CACHE, task_run_name="{stage}: {step} {number}", retry_delay_seconds=1)
def run_chunk(run: Run, stage: str, step: str, number: int, chunk: tuple[int, int] | None, work: str) -> None:
    """Run one step of a stage on one chunk, and keep its tables."""
    tables, declared = store.ChunkStore(run.staging, work), find_stage(stage).find_step(step)
    tables.write_part(number, declared.run(tables.views(declared.reads), _make_context(run), chunk))


@task(cache_policy=NO_CACHE, task_run_name="{stage}: join the chunks", retries=2, retry_delay_seconds=1)
def join_parts(run: Run, stage: str, work: str) -> None:
    """Join the parts of a stage's tables."""
    store.ChunkStore(run.staging, work).join_parts(find_stage(stage).writes)


def _make_context(run: Run) -> Context:
    return Context(run.settings, run.edition, end_of_day(run.edition))


def _task_runner() -> TaskRunner[Any]:
    runner = _current.get()
    if runner is None:
        raise RuntimeError("Stages run only inside `workers`.")
    return runner


def _make_task_runner(scale: Scale) -> TaskRunner[Any]:
    if scale.runner == "threads":
        return ThreadPoolTaskRunner(max_workers=scale.workers or os.cpu_count() or 1)
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise ConfigError(
            "`scale: {runner: dask}` needs Dask, which is not installed: pip install 'newsfold[dask]'."
        ) from error
    if scale.scheduler:
        return DaskTaskRunner(address=scale.scheduler)
    import dask

    # Dask starts workers with one thread of arithmetic each; the last bits of a vector depend on how many there are.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), os.cpu_count() or 1)
    dask.config.set({"distributed.nanny.pre-spawn-environ": threads})
    cluster = {"n_workers": scale.workers or os.cpu_count() or 1, "threads_per_worker": 1, "dashboard_address": None}
    return DaskTaskRunner(cluster_kwargs=cluster)
