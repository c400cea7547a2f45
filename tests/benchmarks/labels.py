"""What a few labels are worth on a kind of news that the scorer has never seen.

    python -m tests.benchmarks.labels GOLD.parquet...

Each set is left out in turn, embedding included, as in `newsfold evaluate --leave-one-out`. Then so many of the pairs
that `newsfold doubts` would ask about are labelled from the gold table, and the scorer is moved as by
`newsfold train --labels`. One line per set and number of labels: B-cubed F1 and pairwise F1 of the whole set.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline import evaluation, learning, likeness, scoring
from pipeline.learning import doubts, measuring, training
from pipeline.settings import Settings

LABELS = (0, 10, 30, 100, 300)


def taught(scorer: scoring.PairScorer, prepared: learning.Prepared, count: int) -> scoring.PairScorer:
    """The scorer moved to the gold table's word on so many pairs."""
    edges = training.edges(prepared, scorer)
    known = edges.filter(pa.array(learning.pair_labels(prepared) >= 0))
    asked = set(doubts.most_telling(known, count))
    ends = zip(known["left_id"].to_pylist(), known["right_id"].to_pylist(), strict=True)
    known = known.filter(pa.array([pair in asked for pair in ends], pa.bool_()))
    story_of = prepared.labelled.story_of
    ends = zip(known["left_id"].to_pylist(), known["right_id"].to_pylist(), strict=True)
    one_story = np.array([story_of[left] == story_of[right] for left, right in ends], dtype=np.bool_)
    return scoring.adjust(scorer, scoring.arrays(known, likeness.COMPARED), likeness.log_odds(known), one_story, {})


def main(paths: list[str]) -> None:
    """Leave out each set, and print what labels bring."""
    settings = Settings()
    sets = learning.read([Path(path) for path in paths], settings)
    for left_out in sets:
        others = [labelled.without(left_out.stories) for labelled in sets if labelled is not left_out]
        others = [labelled for labelled in others if labelled.stories]
        with tempfile.TemporaryDirectory() as folder:
            adapter = Path(folder) / "adapter.safetensors"
            training.train_embedding(others, settings).save(adapter)
            embedding = settings.embedding.model_copy(update={"adapter": str(adapter)})
            tuned = settings.model_copy(update={"embedding": embedding})
            scorer = learning.train_scorer(others, tuned)
            prepared = learning.prepare(left_out, tuned)
        for count in LABELS:
            moved = taught(scorer, prepared, count) if count else scorer
            found = measuring.groups(prepared, training.edges(prepared, moved), tuned)
            told = evaluation.measures(list(left_out.story_of.values()), found)
            print(f"{left_out.name:<12} {count:>4} labels  {told['b3_f1']:.3f}  {told['pairwise_f1']:.3f}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
