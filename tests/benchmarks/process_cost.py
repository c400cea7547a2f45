"""What a piece of work costs: seconds, processor seconds, and the peak memory of its process."""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_THREADS = ("OMP", "MKL", "OPENBLAS", "NUMBA", "RAYON")  # _NUM_THREADS
_STATUS, _CLEAR_REFS = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass
class Cost:
    """The cost of a block; memory is that of the whole process, in MB."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    """Of all threads."""
    peak_mb: int = 0
    before_mb: int = 0
    """Memory at the start: libraries and inputs."""

    def to_dict(self) -> dict[str, float]:
        """Return the figures by name."""
        return {name: round(value, 3) for name, value in vars(self).items()}


_open: list[Cost] = []  # of blocks that have not ended, the outermost first


@contextmanager
def measure() -> Iterator[Cost]:
    """Measure a block; the cost is complete when the block has ended. Blocks may be measured inside others."""
    cost = Cost()
    _record_peak()
    _open.append(cost)
    cost.before_mb = read_memory("VmRSS")
    began, cpu_began = time.perf_counter(), time.process_time()
    try:
        yield cost
    finally:
        cost.seconds, cost.cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
        _record_peak()
        _open.remove(cost)


def _record_peak() -> None:
    """Give the peak to all blocks that are open, and let it begin anew if the kernel can do that."""
    peak = read_memory("VmHWM")
    for cost in _open:
        cost.peak_mb = max(cost.peak_mb, peak)
    if _CLEAR_REFS.exists():
        _CLEAR_REFS.write_text("5")


def read_memory(name: str = "VmHWM") -> int:
    """Return this process's memory in MB: `VmHWM` the peak, `VmRSS` now.

    From the kernel if it can tell: `getrusage` counts the parent's memory at the start, and knows the peak only.
    """
    if _STATUS.exists():
        return round(int(_STATUS.read_text().split(f"{name}:")[1].split()[0]) / 1024)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def run_module(module: str, arguments: Sequence[str], threads: int) -> dict[str, Any]:
    """Run `python -m module ARGUMENTS... RESULT` in a process with so many threads; return what it wrote into RESULT.

    If it fails, the result is `{"error": …}`: one method that fails must not cost the figures of the others.
    """
    environment = os.environ | dict.fromkeys((f"{name}_NUM_THREADS" for name in _THREADS), str(threads))
    environment |= {"TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false"}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        command = [sys.executable, "-m", module, *arguments, str(file)]
        process = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, check=False)
        if process.returncode or not file.exists():
            lines = process.stderr.strip().splitlines() or [f"ended with status {process.returncode}"]
            return {"error": lines[-1]}
        result: dict[str, Any] = json.loads(file.read_text())
        return result


def growth_exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return e such that the cost grows as size^e from the first to the last; NaN if that is not defined."""
    if len(sizes) < 2 or sizes[0] == sizes[-1] or min(costs[0], costs[-1]) <= 0:
        return math.nan
    return math.log(costs[-1] / costs[0]) / math.log(sizes[-1] / sizes[0])
