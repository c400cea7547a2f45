"""What a method is, and the process that runs one.

    python -m tests.benchmarks.peers.method METHOD FOLDER OPTIONS RESULT

FOLDER is a `Workspace`, OPTIONS are `Options` as JSON, RESULT is the file that the cost is written to.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsfold import evaluation
from tests.benchmarks.peers.workspace import Tables, Workspace
from tests.benchmarks.process_cost import measure

WARM_UP = 500  # articles that a method sees first, so that nothing is compiled or imported while it is measured
SHOWN = ("b3_f1", "b3_precision", "b3_recall", "pairwise_f1")


@dataclass(frozen=True)
class Options:
    """What the command line says to a method."""

    distance: float
    """Cosine distance at which average linkage of the vectors is cut."""
    max_tokens: int
    """Of a text that are embedded."""
    embedded: int
    """How many texts are embedded, to compare the two ways."""


@dataclass
class Result:
    """What a method found, and what else is known of it."""

    labels: Sequence[object] | None = None
    """The story or copy group of each article of `window_articles`."""
    tables: Tables = field(default_factory=dict)
    """To keep in the workspace."""
    figures: dict[str, Any] = field(default_factory=dict)
    texts: Sequence[str] = ()
    """The texts that were embedded."""


@dataclass(frozen=True)
class Method:
    """One way of doing a part of newsfold's work."""

    title: str
    part: str
    """`extract`, `copies`, `embed` or `stories`; empty: it prepares what others read, and is not compared."""
    prepare: Callable[[Workspace, Options], Callable[[], Result]]
    """Loads what the method reads, warms it up, and returns the work to be measured."""
    max_articles: int | None = None
    too_large: str = ""
    """Why it is skipped beyond so many articles."""


def run_method(method: Method, work: Workspace, options: Options) -> dict[str, Any]:
    """Run a method; return its cost, how many groups it found, and how they agree with the labels if there are any."""
    with measure() as warm_up:
        run = method.prepare(work, options)
    with measure() as cost:
        result = run()
    described: dict[str, Any] = {**cost.to_dict(), "warm_up_seconds": round(warm_up.seconds, 1), **result.figures}
    if result.texts:
        from tests.benchmarks.peers.embedding_rate import measure_share

        described |= measure_share(result.texts, options.max_tokens, cost.cpu_seconds)
    work.write(result.tables)
    if result.labels is not None:
        described |= {"articles": len(result.labels), "groups": len(set(result.labels))}
        stories = work.read_stories()
        if method.part == "stories" and any(stories):
            metrics = evaluation.clustering_metrics(stories, result.labels)
            described |= {"labelled": sum(map(bool, stories)), **{name: metrics[name] for name in SHOWN}}
    return described


def main(arguments: Sequence[str]) -> None:
    """Run one method and write what it cost."""
    from tests.benchmarks.peers.methods import METHODS

    name, folder, options, file = arguments
    described = run_method(METHODS[name], Workspace(Path(folder)), Options(**json.loads(options)))
    Path(file).write_text(json.dumps(described))


if __name__ == "__main__":
    main(sys.argv[1:])
