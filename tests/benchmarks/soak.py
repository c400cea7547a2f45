"""Many nights in one process: `python -m tests.benchmarks.soak VOLUME WORK [NIGHTS [SIZE [DAYS]]]`.

VOLUME is a table of articles as for `tests.benchmarks.scale`, WORK a folder to work in. Each night has SIZE (default:
300) articles that no earlier night had; the window is of DAYS (3) days, and seven days are remembered and kept, so that
all is level after a week. Prints a line for each of NIGHTS (60): memory of the process after the night (its own, and
that of files: pages of the model, which the system takes back when it needs them), open files, threads, the size of the
store, and seconds of each stage.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from tests.benchmarks.command_line import create_parser
from tests.benchmarks.volume import repeat_renamed

FIRST = date(2020, 1, 1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the nights and print a line for each."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("volume", type=Path, help="a table of articles")
    parser.add_argument("work", type=Path, help="folder to work in")
    parser.add_argument("nights", type=int, nargs="?", default=60, help="how many (60)")
    parser.add_argument("size", type=int, nargs="?", default=300, help="new articles of each (300)")
    parser.add_argument("days", type=int, nargs="?", default=3, help="of the window (3)")
    options = parser.parse_args(arguments)
    folder, nights = options.work.resolve(), options.nights
    config = write_nights(options.volume, folder, nights, options.size, options.days)
    os.environ |= {"PREFECT_HOME": str(folder / "prefect"), "PREFECT_LOGGING_LEVEL": "ERROR"}
    from newsfold_flows.nightly import nightly
    from newsfold_flows.temporary_server import temporary_server

    process = psutil.Process()
    with temporary_server():
        for number in range(nights):
            manifest = nightly(str(config), FIRST + timedelta(days=number))
            gc.collect()
            memory = process.memory_info()
            stages = " ".join(f"{name} {seconds:.1f}" for name, seconds in manifest["stage_seconds"].items())
            stored = sum(file.stat().st_size for file in (folder / "store").rglob("*") if file.is_file())
            sys.stdout.write(
                f"{manifest['edition_date']} {manifest['quality']['articles']:>5} articles "
                f"{(memory.rss - memory.shared) / 2**20:>6.0f} MB + {memory.shared / 2**20:.0f} MB of files, "
                f"{process.num_fds():>4} files open, "
                f"{process.num_threads():>3} threads, store {stored / 2**20:.1f} MB, "
                f"{sum(manifest['stage_seconds'].values()):.1f} s: {stages}\n"
            )
            sys.stdout.flush()


def write_nights(volume: Path, folder: Path, nights: int, size: int, days: int) -> Path:
    """Write the articles of each night, and the configuration; return the latter."""
    table = repeat_renamed(pq.read_table(volume), nights * size)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(nights):
        day = FIRST + timedelta(days=number)
        part = table.slice(number * size, size)
        noon = pa.repeat(pa.scalar(datetime.combine(day, time(12), UTC)), part.num_rows)
        part = part.set_column(part.schema.get_field_index("published_at"), "published_at", noon)
        pq.write_table(part, folder / f"{day}.parquet")
    config = folder / "soak.yaml"
    source = {"name": "volume", "path": str(folder / "{edition_date}.parquet"), "columns": {"text": "text"}}
    content = {"store": str(folder / "store"), "edition": "today", "sources": [source], "gate": {"action": "warn"}}
    config.write_text(yaml.safe_dump(content | {"window_days": days, "remember_days": 7, "keep_days": 7}))
    return config


if __name__ == "__main__":
    main()
