"""One night in a process of its own: with Prefect as always, or the same functions without it.

    python -m tests.benchmarks.night_runs prefect|bare|profile CONFIG STORE EDITION RESULT

`bare` calls the functions of the flow's tasks in one thread, one after another: what is left of a night if nobody
orchestrates it. `profile` does the same under a profiler, which makes Python code look up to twice as dear as it is.
"""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from tests.benchmarks.process_cost import Cost, measure

_SHOWN = 25
_EMPTY_TASKS, _REPEATS = 50, 3
_PASSES = 100  # of seconds up the graph of calls; what is left after them is far below a millisecond

Function = tuple[str, int, str]  # file, line, name
Figures = dict[str, Any]


def run_with_prefect(config: str, address: str, edition: date) -> Figures:
    """Make the edition by the flow; return the seconds of the server's start, of the night, and of an empty task."""
    import newsfold.stages  # noqa: F401 - any night imports it

    with measure() as imports:
        from prefect.client.orchestration import get_client

        from newsfold_flows.nightly import nightly
        from newsfold_flows.temporary_server import temporary_server
    began, cpu_began = time.perf_counter(), time.process_time()
    with temporary_server():
        start = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu_began}
        with measure() as night:
            manifest = nightly(config, edition, address)
        time.sleep(2)  # the last task's state arrives after the flow's
        with get_client(sync_client=True) as client:
            tasks = len(client.read_task_runs(limit=200))
        empty = measure_empty_task()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "imports": imports.to_dict(),
        "server_start": start,
        "night": night.to_dict(),
        "stage_seconds": manifest["stage_seconds"],
        "articles": manifest["quality"]["articles"],
        "new_articles": manifest["quality"]["new_articles"],
        "tasks": tasks,
        "empty_task": empty,
        "server_cpu_seconds": children.ru_utime + children.ru_stime,
    }


def measure_empty_task() -> Figures:
    """Return the seconds of a task that does nothing, without those of its flow."""
    from prefect import flow, task

    @task
    def do_nothing() -> None:
        pass

    @flow
    def call(times: int) -> None:
        for _ in range(times):
            do_nothing()

    costs: dict[int, list[Cost]] = {0: [], _EMPTY_TASKS: []}
    for _ in range(_REPEATS):  # the first flow pays for what is loaded late
        for times, measured in costs.items():
            with measure() as cost:
                call(times)
            measured.append(cost)
    without, with_tasks = (
        {name: min(getattr(cost, name) for cost in measured) for name in ("seconds", "cpu_seconds")}
        for measured in costs.values()
    )
    return {name: (with_tasks[name] - without[name]) / _EMPTY_TASKS for name in without}


def run_bare(config: str, address: str, edition: date, profile: cProfile.Profile | None = None) -> Figures:
    """Make the edition without Prefect; return the cost of each stage, and of all."""
    from newsfold import schemas, sources, stages, store
    from newsfold.settings import load_settings
    from newsfold_flows import nightly
    from newsfold_flows.ingest import read_corrections
    from newsfold_flows.run import Run, complete_stage, store_lock

    settings = load_settings(config)
    run = Run(edition, address, f"{edition}-benchmark", config)
    costs: dict[str, Figures] = {}

    @contextmanager
    def stage_of(name: str) -> Iterator[None]:
        with measure() as cost:
            if profile:
                profile.enable()
            yield
            if profile:
                profile.disable()
        costs[name] = cost.to_dict()

    with measure() as night, store_lock(address), _in_this_thread():
        with stage_of("read"):
            read_corrections.fn(run)
            tables = dict(zip(("documents", "source_outcomes"), sources.read_sources(settings, edition), strict=True))
            tables["fetches"] = schemas.empty_table("fetches")
            for name, table in tables.items():
                run.staging.write(name, table)
            complete_stage(run, "read", "", ("labels", "retractions", *tables), time.perf_counter(), "")
        with stage_of("load"):
            nightly.load_past.fn(run)
        for stage in stages.STAGES:
            with stage_of(stage.name):
                nightly.run_stage.fn(run, stage.name)
        with stage_of("publish"):
            nightly.publish.fn(run)
    quality = store.load_manifest(address, edition)["quality"]
    return {
        "night": night.to_dict(),
        "stages": costs,
        "articles": quality["articles"],
        "new_articles": quality["new_articles"],
    }


def run_profiled(config: str, address: str, edition: date) -> Figures:
    """Make the edition without Prefect under a profiler; return processor seconds by function, the dearest first."""
    profile = cProfile.Profile(time.process_time)
    figures = run_bare(config, address, edition, profile)
    calls: Any = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    seconds = attribute_seconds(calls, is_own_function)
    ranked = sorted(seconds.items(), key=lambda item: (-item[1], item[0]))
    own = [(name_function(function), spent) for function, spent in ranked]
    return figures | {"profiled_seconds": sum(seconds.values()), "functions": own[:_SHOWN]}


def attribute_seconds(
    calls: Mapping[Function, tuple[int, int, float, float, Mapping[Function, tuple[int, int, float, float]]]],
    is_own: Callable[[Function], bool],
) -> dict[Function, float]:
    """Give the seconds of libraries to the functions of one's own that called them.

    A function that is not one's own gives its seconds to its callers, in proportion to the seconds that each spent in
    it, until they reach one that is; a function that nothing calls keeps them.

    Args:
        calls: by function: primitive calls, calls, own and cumulative seconds, and the same by caller, as `pstats` has.
        is_own: whether a function keeps its seconds.
    """
    moving = {function: own_seconds for function, (_, _, own_seconds, _, _) in calls.items() if own_seconds}
    kept: dict[Function, float] = {}
    for _ in range(_PASSES):
        upwards: dict[Function, float] = {}
        for function, spent in moving.items():
            callers = {caller: edge[3] for caller, edge in calls[function][4].items()}
            total = sum(callers.values())
            if is_own(function) or not total:
                kept[function] = kept.get(function, 0.0) + spent
                continue
            for caller, within in callers.items():
                upwards[caller] = upwards.get(caller, 0.0) + spent * within / total
        moving = {function: spent for function, spent in upwards.items() if spent > 1e-6}
        if not moving:
            break
    return kept


def is_own_function(function: Function) -> bool:
    """Return whether a function is newsfold's; comprehensions belong to the function that they stand in."""
    file, _, name = function
    return ("/newsfold/" in file or "/newsfold_flows/" in file) and not name.startswith("<")


def name_function(function: Function) -> str:
    """Return a function's name for people: its module and its own."""
    file, _, name = function
    for package in ("newsfold_flows", "newsfold"):
        if f"/{package}/" in file:
            return f"{file.rsplit(f'/{package}/', 1)[1].removesuffix('.py').replace('/', '.')}.{name}"
    return f"{Path(file).stem}.{name}".lstrip("~.")


@contextmanager
def _in_this_thread() -> Iterator[None]:
    """Let the flow's runner call the functions of its tasks at once, instead of submitting them."""
    from prefect.task_runners import ThreadPoolTaskRunner

    from newsfold_flows import runner

    class ThisThread(ThreadPoolTaskRunner[Any]):
        def submit(self, task: Any, parameters: dict[str, Any], *_: Any, **__: Any) -> Any:
            future: Future[Any] = Future()
            future.set_result(task.fn(**parameters))
            return future

    token = runner._current.set(ThisThread())
    try:
        yield
    finally:
        runner._current.reset(token)


_RUNS = {"prefect": run_with_prefect, "bare": run_bare, "profile": run_profiled}


def main(arguments: Sequence[str]) -> None:
    """Run one night and write what it cost."""
    how, config, address, edition, file = arguments
    os.environ |= {"PREFECT_HOME": f"{address}-prefect", "PREFECT_LOGGING_LEVEL": "ERROR"}
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "900")  # on a busy machine
    figures = _RUNS[how](config, address, date.fromisoformat(edition))
    Path(file).write_text(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
