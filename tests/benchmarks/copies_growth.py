"""The cost of finding copies, and how it grows: `python -m tests.benchmarks.copies_growth TABLE [SIZE ...]`.

Half of each size (default: 3,000, 6,000, 12,000 and 24,000 articles) are articles of TABLE, half corrupted copies of
them. Prints the seconds and the peak memory of the stage `copies` at each size, one process each (the articles' own
memory included, and the seconds of compiling set apart), the number of copies found, and the exponents of the growth.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from newsfold import schemas, sources
from newsfold.copies.stage import collapse_copies
from newsfold.extraction.stage import extract_articles
from tests.benchmarks import process_cost
from tests.benchmarks.command_line import create_parser
from tests.benchmarks.copies import build_copies

SIZES = (3_000, 6_000, 12_000, 24_000)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("table", type=Path, help="a table of articles")
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, metavar="SIZE", help="numbers of articles")
    options = parser.parse_args(arguments)
    sizes = options.sizes
    rows, source_of, _ = build_copies(pq.read_table(options.table).slice(0, max(sizes) // 2).to_pylist())
    half = len(rows) // 2
    documents = sources.documents_from_table(pa.Table.from_pylist(rows), "benchmark")
    articles, _ = extract_articles(documents)
    place = {article: at for at, article in enumerate(articles["article_id"].to_pylist())}
    costs = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            sampled = [row["id"] for row in (*rows[: size // 2], *rows[half : half + size // 2])]
            file = Path(folder) / f"{size}.parquet"
            pq.write_table(articles.take([place[one] for one in sampled if one in place]), file)
            with multiprocessing.get_context("spawn").Pool(1) as pool:  # so that each has a peak of its own
                costs.append(pool.apply(measure, (str(file), source_of)))
            sys.stdout.write(f"{size:,} articles: {json.dumps(costs[-1])}\n")
            sys.stdout.flush()
    for figure in ("seconds", "cpu_seconds", "peak_mb"):
        growth = process_cost.growth_exponent(sizes, [cost[figure] for cost in costs])
        sys.stdout.write(f"{figure} grow as N^{growth:.2f} from {sizes[0]:,} to {sizes[-1]:,}\n")


def measure(file: str, source_of: dict[str, str]) -> dict[str, float]:
    """Return seconds of collapsing, this process's peak memory in MB before and after, and the copies found."""
    articles = schemas.conform_table(pq.read_table(file), "articles")
    collapse_copies(articles.slice(0, 100))  # compiles, or loads what was compiled
    with process_cost.measure() as cost:
        copies = collapse_copies(articles)
    group = dict(zip(copies["article_id"].to_pylist(), copies["copy_group_id"].to_pylist(), strict=True))
    right = sum(group[copy] == group[source] for copy, source in source_of.items() if copy in group and source in group)
    return {**cost.to_dict(), "copies_with_source": right, "groups": len(set(group.values()))}


if __name__ == "__main__":
    main()
