"""The walker of stages: their steps one after another, each chunk of a step a Prefect task for whatever task runner.

Between tasks travel a run, names and numbers; each task takes its tables from the run's staging area and puts there
what it made, so the process that walks holds none. A chunk whose part is there already is not computed again; one whose
worker dies is given to another. What comes out is the same bytes with any runner, any number of workers and any size of
chunks (`newsfold.dataflow` says why).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import Task

from newsfold import dataflow, stages, store, text
from newsfold.errors import ConfigError
from newsfold.settings import Scale
from newsfold_flows.progress import watcher
from newsfold_flows.run import Run

Progress = Callable[[str, int, int], None]
Runner = TaskRunner[Any]

_runner: ContextVar[Runner | None] = ContextVar("_runner", default=None)


@contextmanager
def workers(chosen: Scale) -> Iterator[None]:
    """Whoever does the work of the stages that are walked in the block.

    Raises:
        ConfigError: the settings ask for Dask, and it is not installed.
    """
    with _made(chosen) as runner:
        before = _runner.set(runner)
        try:
            yield
        finally:
            _runner.reset(before)


def elsewhere(work: Task[..., Any], run: Run) -> Any:
    """Let a worker do a task of a run; what it returns."""
    if isinstance(_in_charge(), ThreadPoolTaskRunner):
        return work(run)
    return _in_charge().submit(work, {"run": run}).result()


def walk(run: Run, stage: stages.Stage, inputs: str, progress: Progress = dataflow.silent) -> int:
    """Run a stage's steps, and put its tables into the run's staging area; one that is small is one task.

    Args:
        run: the run; the tables that the stage reads are in its staging area.
        stage: the stage.
        inputs: a digest of all that the stage is made from.
        progress: called with (stage, chunks done, chunks to do), step after step.

    Returns:
        The number of rows of the first table that it writes.
    """
    scale, staged = run.settings.scale, store.Shelf(run.staging, "")
    work = text.compute_digest(inputs, str(scale.chunk_articles), str(scale.chunk_pairs))[:16]
    dealt = {step.over for step in stage.steps if step.over in stage.reads and not step.pairs}
    if all(staged.rows(name) <= scale.chunk_articles for name in dealt):
        if isinstance(_in_charge(), ThreadPoolTaskRunner):
            work_on_all.fn(run, stage.name)  # the stage's own task is one already
        else:
            whole = work_on_all.with_options(retries=scale.retries)
            _in_charge().submit(whole, {"run": run, "stage": stage.name}).result()
        return staged.rows(stage.writes[0])
    shelf = store.Shelf(run.staging, work)
    for step in stage.steps:
        size = scale.chunk_pairs if step.pairs else scale.chunk_articles
        chunks = step.chunks(shelf.rows(step.over), size) if step.over else [None]
        given = {"run": run, "stage": stage.name, "step": step.name, "work": work}
        does = work_on.with_options(retries=scale.retries)
        under_way = [
            _in_charge().submit(does, given | {"number": number, "chunk": chunk})
            for number, chunk in enumerate(chunks)
            if not shelf.has(number, step.writes)
        ]
        there = len(chunks) - len(under_way)
        for done, future in enumerate(under_way, start=there + 1):
            future.result()
            progress(stage.name, done, len(chunks))
    _in_charge().submit(gather, {"run": run, "stage": stage.name, "work": work}).result()
    return staged.rows(stage.writes[0])


@task(cache_policy=NO_CACHE, task_run_name="{stage}: all of it", retry_delay_seconds=1)
def work_on_all(run: Run, stage: str) -> None:
    """Run a stage that is small enough for one chunk."""
    chosen = _stage(stage)
    tables = {name: run.staging.read(name, chosen.columns(name)) for name in chosen.reads}
    for name, table in chosen.run(tables, replace(_context(run), progress=watcher().progress)).items():
        run.staging.write(name, table)


@task(cache_policy=NO_CACHE, task_run_name="{stage}: {step} {number}", retry_delay_seconds=1)
def work_on(run: Run, stage: str, step: str, number: int, chunk: tuple[int, int] | None, work: str) -> None:
    """Run one step of a stage on one chunk, and keep what it gives."""
    does = next(each for each in _stage(stage).steps if each.name == step)
    shelf = store.Shelf(run.staging, work)
    shelf.put(number, dataflow.done(does, shelf, chunk, _context(run)))


@task(cache_policy=NO_CACHE, task_run_name="{stage}: put the chunks together", retries=2, retry_delay_seconds=1)
def gather(run: Run, stage: str, work: str) -> None:
    """Make whole tables of a stage's parts."""
    store.Shelf(run.staging, work).finish(_stage(stage).writes)


def _stage(name: str) -> stages.Stage:
    return next(stage for stage in stages.STAGES if stage.name == name)


def _context(run: Run) -> stages.Context:
    return stages.Context(run.settings, run.edition, stages.end_of(run.edition))


def _in_charge() -> Runner:
    runner = _runner.get()
    if runner is None:
        raise RuntimeError("stages are walked inside `workers`")
    return runner


def _made(chosen: Scale) -> Runner:
    if chosen.runner == "threads":
        return ThreadPoolTaskRunner(max_workers=chosen.workers or os.cpu_count() or 1)
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise ConfigError(
            "`scale: {runner: dask}` needs Dask, which is not installed: pip install 'newsfold[dask]'."
        ) from error
    if chosen.scheduler:
        return DaskTaskRunner(address=chosen.scheduler)
    import dask

    # Dask starts workers with one thread of arithmetic each; the last bits of a vector depend on how many there are.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), os.cpu_count() or 1)
    dask.config.set({"distributed.nanny.pre-spawn-environ": threads})
    own = {"n_workers": chosen.workers or os.cpu_count() or 1, "threads_per_worker": 1, "dashboard_address": None}
    return DaskTaskRunner(cluster_kwargs=own)
