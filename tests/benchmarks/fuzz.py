"""Damaged input without end: `python -m tests.benchmarks.fuzz OUT [INPUTS [SEED [TARGET ...]]]`.

Gives INPUTS (default: 10,000) damaged inputs to each TARGET (default: all), all drawn from SEED (0): files of articles
of every format, fields of articles with values of every type, lists of sources, configurations and labels. Reports each
input that ends in an exception, takes longer than its time, needs more than its memory, ends the process, or loses a
row, and writes it to the folder OUT, for `tests/pipeline/sources/test_mutations.py` to keep. Prints a line for each
target: inputs, findings, inputs a second, and the peak memory of the process.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from tests.benchmarks.command_line import create_parser
from tests.damaged_input import TARGETS, Reader

_CHUNK = 1_000  # inputs of one job
_BATCH = 100  # inputs that are read together; if they fail, each is read alone
_SECONDS = 30  # of processor time for one input; the limits of newsfold itself are lower
_MEMORY = 2 << 30  # bytes beyond what the process has after its imports


class TooSlow(BaseException):
    """An input takes longer than its time."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run all targets; print a line for each, and one for each finding."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("out", type=Path, help="folder for findings")
    parser.add_argument("inputs", type=int, nargs="?", default=10_000, help="for each target (10000)")
    parser.add_argument("seed", type=int, nargs="?", default=0, help="of the draw (0)")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    options = parser.parse_args(arguments)
    out, inputs, seed = options.out, options.inputs, options.seed
    out.mkdir(parents=True, exist_ok=True)
    for name in options.targets or TARGETS:
        began = time.perf_counter()
        findings: list[str] = []
        peak = 0.0
        chunks = [(name, seed, number, min(_CHUNK, inputs - number)) for number in range(0, inputs, _CHUNK)]
        for found, memory in _run_chunks(chunks, out):
            findings += found
            peak = max(peak, memory)
        seconds = time.perf_counter() - began
        for finding in sorted(findings):
            sys.stdout.write(f"  {finding}\n")
        sys.stdout.write(
            f"{name}: {inputs:,} inputs, {len(findings)} findings, {inputs / seconds:,.0f} a second, {peak:,.0f} MB\n"
        )
        sys.stdout.flush()


def _run_chunks(chunks: Sequence[tuple[str, int, int, int]], out: Path) -> Iterator[tuple[list[str], float]]:
    """Run chunks of inputs in processes of their own, since an input may end the process that reads it."""
    waiting = list(chunks)
    while waiting:
        with ProcessPoolExecutor(os.cpu_count(), initializer=_limit_process) as pool:
            jobs = {pool.submit(_run_chunk, *chunk, out): chunk for chunk in waiting}
            for job in as_completed(jobs):
                with contextlib.suppress(BrokenProcessPool):
                    yield job.result()
                    waiting.remove(jobs[job])
        begun, waiting = waiting[: os.cpu_count()], waiting[os.cpu_count() :]  # one of these ended its process
        for chunk in begun:
            with ProcessPoolExecutor(1, initializer=_limit_process) as pool:
                try:
                    yield pool.submit(_run_chunk, *chunk, out).result()
                except BrokenProcessPool:
                    yield [f"the process ended in one of the inputs from {chunk[2]} on, seed {chunk[1]}"], 0.0


def _limit_process() -> None:
    warnings.simplefilter("ignore")
    TARGETS["page.html"].read([TARGETS["page.html"].draw(Random(0))])  # what is loaded late does not count
    used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, resource.RLIM_INFINITY))
    signal.signal(signal.SIGPROF, _stop)


def _stop(*_: Any) -> None:
    raise TooSlow(f"it takes more than {_SECONDS} s of processor time")


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _run_chunk(name: str, seed: int, start: int, count: int, out: Path) -> tuple[list[str], float]:
    """Read a chunk of inputs; return what was found, and the peak memory of the process in MB."""
    target, findings = TARGETS[name], []
    for first in range(start, start + count, _BATCH):
        numbers = range(first, min(first + _BATCH, start + count))
        inputs = [target.draw(Random(f"{name} {seed} {number}")) for number in numbers]
        if _find_error(target.read, inputs):
            alone = [(content, error) for content in inputs if (error := _find_error(target.read, [content]))]
            findings += [_keep(name, content, error, out) for content, error in alone] or [f"{numbers}: only together"]
    return findings, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def _find_error(read: Reader, inputs: Sequence[bytes]) -> str:
    """Return what is wrong with the way in which inputs are read; an empty string if nothing is."""
    try:
        with _limited(_SECONDS * (1 if len(inputs) == 1 else 4)):
            read(inputs)
    except (Exception, TooSlow) as error:  # whatever it is, it is a finding
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
    return ""


def _keep(name: str, content: bytes, error: str, out: Path) -> str:
    file = out / f"{hashlib.sha256(content).hexdigest()[:12]}.{name}"
    file.write_bytes(content)
    return f"{file.name}: {error[:300]}"


if __name__ == "__main__":
    main()
