"""The cost of finding stories after embedding, and its growth: `python -m tests.benchmarks.growth TABLE [SIZE ...]`.

Prints seconds per stage and peak memory at each size (default: 3,000, 6,000 and 12,000 articles), one process each, and
the exponent of the growth from the smallest to the largest. Vectors are computed once and kept in memory only.
"""

from __future__ import annotations

import json
import math
import multiprocessing
import resource
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from newsfold import schemas, sources, stages
from newsfold.copies.stage import collapse_copies
from newsfold.dataflow import Context
from newsfold.embedding.stage import embed_articles
from newsfold.extraction.stage import extract_articles
from newsfold.settings import Settings

SIZES = (3_000, 6_000, 12_000)
Cost = dict[str, float]


def main(arguments: list[str]) -> None:
    """Measure and print."""
    sizes = tuple(map(int, arguments[1:])) or SIZES
    settings = Settings()
    table = pq.read_table(arguments[0]).slice(0, max(sizes))
    articles, _ = extract_articles(sources.documents_from_table(table, "benchmark"))
    vectors = embed_articles(articles, collapse_copies(articles), settings.embedding)
    costs = []
    for size in sizes:
        with multiprocessing.get_context("spawn").Pool(1) as pool:  # so that each has a peak of its own
            costs.append(pool.apply(measure, (articles, vectors.slice(0, size), settings)))
        sys.stdout.write(f"{size:,} articles: {json.dumps(costs[-1])}\n")
    if len(sizes) > 1:
        growth = math.log(costs[-1]["total"] / costs[0]["total"]) / math.log(sizes[-1] / sizes[0])
        sys.stdout.write(f"time grows as N^{growth:.2f} from {sizes[0]:,} to {sizes[-1]:,}\n")


def measure(articles: pa.Table, vectors: pa.Table, settings: Settings) -> Cost:
    """Return seconds per stage, their total, the number of pairs, and the peak memory of this process in MB."""
    tables = {
        name: schemas.empty_table(name) for name in (*stages.INPUTS, "revisions", "constraints", "multi_topic_articles")
    }
    is_original = pc.is_in(articles["article_id"], vectors["article_id"].combine_chunks())
    originals = {"article_id": vectors["article_id"], "copy_group_id": vectors["article_id"]}
    tables |= {"window_articles": articles.filter(is_original), "vectors": vectors, "copies": pa.table(originals)}
    context = Context.undated(settings)
    costs: Cost = {}
    for stage in stages.STAGES:
        if stage.name in ("block", "score", "cluster"):
            began = time.perf_counter()
            tables |= stage.run(tables, context)
            costs[stage.name] = round(time.perf_counter() - began, 2)
    costs["total"] = round(sum(costs.values()), 2)
    return costs | {
        "pairs": tables["candidate_pairs"].num_rows,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


if __name__ == "__main__":
    main([str(Path(sys.argv[1])), *sys.argv[2:]])
