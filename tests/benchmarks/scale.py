"""Growth, and the same window by every runner: `python -m tests.benchmarks.scale VOLUME.parquet WORK COMMAND`.

VOLUME is a table of articles (title, text, url, outlet, published_at, …), WORK a folder to work in. Commands:

- `grow [SIZE ...]`: one edition of each size (default: 3,000, 12,000 and 48,000 articles), on two Dask workers of one
  thread: seconds, seconds by stage, and the peak memory of the flow's process and of any worker.
- `same [SIZE]`: one edition (default: 12,000 articles) by threads, by two Dask workers, by threads in chunks of another
  size, and by Dask while a worker is killed; a digest of all published Parquet.
- `units [SIZE ...]`: processor seconds of each stage, in memory: the unit costs of README's projection.
- `--model full` embeds with the packaged model; otherwise with its word vectors alone, which cost almost nothing, so
  that everything else can be measured at any size. The cost of embedding is linear in the articles.

If VOLUME holds too few articles, they are repeated with renamed words: in each repetition every name, number and fourth
word is replaced by another one, consistently, so stories stay stories and no repetition is a copy of another.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from newsfold import schemas, settings, sources, stages
from newsfold.dataflow import Context, end_of_day

SIZES = (3_000, 12_000, 48_000)
NIGHT = date(2020, 1, 2)
_PATIENT = ("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "PREFECT_API_REQUEST_TIMEOUT")  # on a busy machine
_WORD = re.compile(r"[^\W_]+")

_PAIRS_WRITTEN = ".staging/*/parts-*/neighbour_pairs/*.parquet"


def main(arguments: list[str]) -> None:
    """Measure and print."""
    full = "--model" in arguments
    volume, work, command, *rest = [each for each in arguments if each not in ("--model", "full")]
    folder = Path(work).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    model = {} if full else {"embedding": {"model": word_vectors(folder / "word-vectors"), "adapter": "none"}}
    table = pq.read_table(volume)
    if command == "grow":
        for size in map(int, rest or SIZES):
            result = run(folder, table, size, model, f"grow-{size}", {"runner": "dask", "workers": 2})
            sys.stdout.write(f"{size:,} articles: {json.dumps(result)}\n")
            sys.stdout.flush()
        return
    if command == "units":
        for size in map(int, rest or (3_000, 6_000)):
            sys.stdout.write(f"{size:,} articles: {json.dumps(measure_units(repeat_renamed(table, size), model))}\n")
            sys.stdout.flush()
        return
    size = int(rest[0]) if rest else 12_000
    dask = {"runner": "dask", "workers": 2}
    runners: dict[str, tuple[dict[str, Any], bool]] = {
        "threads": ({"runner": "threads", "workers": 2}, False),
        "dask": (dask, False),
        "threads, other chunks": ({"runner": "threads", "workers": 2, "chunk_articles": 5000}, False),
        "dask, a worker killed": (dask, True),
    }
    for name, (scale, kill) in runners.items():
        result = run(folder, table, size, model, re.sub(r"\W+", "-", name), scale, kill=kill)
        sys.stdout.write(f"{name}: {json.dumps(result)}\n")
        sys.stdout.flush()


def run(
    folder: Path,
    table: pa.Table,
    size: int,
    model: dict[str, Any],
    name: str,
    scale: dict[str, Any],
    *,
    kill: bool = False,
) -> dict[str, Any]:
    """Run one edition in a process of its own; return its cost and a digest of the published tables."""
    articles = folder / f"articles-{size}.parquet"
    if not articles.exists():
        pq.write_table(repeat_renamed(table, size), articles)
    store, config = folder / f"store-{name}", folder / f"{name}.yaml"
    shutil.rmtree(store, ignore_errors=True)
    source = {"name": "volume", "path": str(articles), "columns": {"text": "text"}}
    content = {"store": str(store), "edition": NIGHT, "sources": [source], "gate": {"action": "warn"}, "scale": scale}
    config.write_text(yaml.safe_dump(content | model))
    code = f"from newsfold_flows.nightly import nightly; nightly({str(config)!r})"
    began = time.perf_counter()
    environment = os.environ | {"PREFECT_HOME": str(folder / f"prefect-{name}"), "PREFECT_LOGGING_LEVEL": "ERROR"}
    environment |= dict.fromkeys(_PATIENT, "900")
    process = subprocess.Popen([sys.executable, "-c", f"if __name__ == '__main__':\n    {code}"], env=environment)
    monitor = ProcessMonitor(process.pid, store if kill else None)
    status = process.wait()
    result = monitor.stop() | {"status": status, "seconds": round(time.perf_counter() - began)}
    manifest = store / "runs" / f"edition={NIGHT}" / "manifest.json"
    if manifest.exists():
        content = json.loads(manifest.read_text())
        result |= {"stages": {stage: round(seconds, 1) for stage, seconds in content["stage_seconds"].items()}}
        result |= {key: content["quality"][key] for key in ("articles", "stories", "copies")}
        result["edges"] = content["tables"]["edges"]["rows"]
    return result | {"parquet": parquet_digest(store)}


def measure_units(table: pa.Table, model: dict[str, Any]) -> dict[str, float]:
    """Return the processor seconds of each stage, and the numbers of pairs and stories."""
    config = settings.parse_settings(model, folder=Path(), origin="benchmark")
    tables = {name: schemas.empty_table(name) for name in stages.INPUTS}
    tables["documents"] = sources.documents_from_table(table, "benchmark")
    context = Context(config, NIGHT, end_of_day(NIGHT))
    seconds: dict[str, float] = {}
    for stage in stages.STAGES:
        began = time.process_time()
        tables |= stage.run({name: tables[name] for name in stage.reads}, context)
        seconds[stage.name] = round(time.process_time() - began, 1)
    return seconds | {"pairs": tables["candidate_pairs"].num_rows, "stories": tables["stories"].num_rows}


class ProcessMonitor(threading.Thread):
    """Records the peak memory of a process and its workers; with `kill_in`, kills a worker once pairs are written."""

    def __init__(self, pid: int, kill_in: Path | None) -> None:
        super().__init__(daemon=True)
        self._process, self._kill_in, self._over = psutil.Process(pid), kill_in, threading.Event()
        self._driver = self._worker = 0
        self._killed: int | None = None
        self.start()

    def run(self) -> None:
        """Sample five times a second."""
        while not self._over.wait(0.2):
            try:
                self._driver = max(self._driver, self._process.memory_info().rss)
                workers = [each for each in self._process.children(recursive=True) if _is_worker(each)]
                self._worker = max([self._worker, *(each.memory_info().rss for each in workers)])
                if (
                    self._kill_in
                    and not self._killed
                    and list(self._kill_in.glob(".staging/*/parts-*/neighbour_pairs/*.parquet"))
                ):
                    self._killed = workers[0].pid
                    os.kill(self._killed, signal.SIGKILL)
            except (psutil.NoSuchProcess, IndexError):
                continue

    def stop(self) -> dict[str, Any]:
        """Return the peak memory in MB, and the killed process."""
        self._over.set()
        self.join()
        mega = {"driver_mb": round(self._driver / 2**20), "worker_mb": round(self._worker / 2**20)}
        return mega | ({"killed": self._killed} if self._kill_in else {})


def _is_worker(process: psutil.Process) -> bool:
    line = " ".join(process.cmdline())
    return "multiprocessing.spawn" in line or "multiprocessing-fork" in line


def parquet_digest(store: Path) -> str:
    """Return a digest of the paths and bytes of all published Parquet files."""
    state = hashlib.sha256()
    for file in sorted(store.glob("*/edition=*/*.parquet")):
        state.update(f"{file.relative_to(store)} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return state.hexdigest()[:16]


def repeat_renamed(table: pa.Table, size: int) -> pa.Table:
    """Return `size` articles: those of the table, then repetitions with renamed words."""
    repetitions = []
    vocabulary = sorted({word for text in table["text"].slice(0, 500).to_pylist() for word in _WORD.findall(text)})
    for repetition in range(-(-size // table.num_rows)):
        part = table.slice(0, min(table.num_rows, size - repetition * table.num_rows))
        if repetition:
            renaming = WordRenaming(repetition, vocabulary)
            for name in {"title", "text"} & set(part.column_names):
                renamed = [renaming.rename(each or "") for each in part[name].to_pylist()]
                part = part.set_column(part.schema.get_field_index(name), name, pa.array(renamed))
            for name in {"id", "url", "story"} & set(part.column_names):  # a story of each repetition
                renamed_ids = [each and f"{each}?repetition={repetition}" for each in part[name].to_pylist()]
                part = part.set_column(part.schema.get_field_index(name), name, pa.array(renamed_ids, pa.string()))
        repetitions.append(part)
    return pa.concat_tables(repetitions, promote_options="permissive")


class WordRenaming(dict[str, str]):
    """A consistent replacement of words."""

    def __init__(self, repetition: int, vocabulary: list[str]) -> None:
        super().__init__()
        self._repetition = repetition
        self._names = [word for word in vocabulary if word[0].isupper()]
        self._others = [word for word in vocabulary if not word[0].isupper()]

    def __missing__(self, word: str) -> str:
        draw = random.Random(f"{self._repetition} {word}")
        if word.isdigit():
            name = str(draw.randrange(10 ** len(word)))
        elif word[0].isupper() and len(word) > 1:
            name = draw.choice(self._names)
        else:
            name = draw.choice(self._others) if draw.random() < 0.25 else word
        self[word] = name
        return name

    def rename(self, text: str) -> str:
        """Return a text with its words replaced."""
        return _WORD.sub(lambda match: self[match[0]], text)


def word_vectors(folder: Path) -> str:
    """Save the packaged model without its layers, and return the folder for `embedding.model`."""
    if not folder.exists():
        from sentence_transformers import SentenceTransformer

        from newsfold.embedding import prepare_packaged_model

        model: Any = SentenceTransformer(str(prepare_packaged_model()), device="cpu")
        inner = model[0].model
        inner.encoder.layer = inner.encoder.layer[:0]
        inner.config.num_hidden_layers = 0
        model.save(str(folder))
    return str(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
