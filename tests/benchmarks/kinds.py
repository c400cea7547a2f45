"""The kinds of a store's articles beside labels: `python -m tests.benchmarks.kinds STORE [LABELS.csv]`.

LABELS has the columns `article_id` and `kind`; without it, the labels of 29 and 30 April 2020 that the shipped model
never saw (`tests/data/kinds`). For a store of the ten nights of feeds, prints the accuracy, also of news against all
other kinds and of the rules alone (roundup or news), each kind's precision and recall, and the confusions.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from newsfold import store
from newsfold.schemas.kinds import DEFAULT_KIND, KINDS, find_kind
from tests.benchmarks.command_line import create_parser

LABELS = Path(__file__).parents[1] / "data" / "kinds" / "test_labels.csv"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the comparison."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("store", help="a store of the labelled nights")
    parser.add_argument("labels", type=Path, nargs="?", default=LABELS, help="a CSV file")
    options = parser.parse_args(arguments)
    address = options.store
    with options.labels.open(encoding="utf-8", newline="") as file:
        kind_of = {row["article_id"]: row["kind"] for row in csv.DictReader(file)}
    pairs: dict[str, tuple[str, str, str]] = {}
    for edition in store.list_editions(address):
        for row in store.load(address, "articles", edition).to_pylist():
            if row["article_id"] in kind_of:
                published = find_kind(row["kind"], roundup=row["roundup"])
                pairs[row["article_id"]] = (
                    kind_of[row["article_id"]],
                    published,
                    find_kind(None, roundup=row["roundup"]),
                )
    if not pairs:
        raise SystemExit(f"No article of {address} has a label in {options.labels}.")
    print_comparison(list(pairs.values()))


def print_comparison(pairs: Sequence[tuple[str, str, str]]) -> None:
    """Print how (labelled, published, by the rules) kinds agree."""
    n = len(pairs)
    right = sum(label == published for label, published, _ in pairs)
    news = sum((label == DEFAULT_KIND) == (published == DEFAULT_KIND) for label, published, _ in pairs)
    rules = sum(label == by_rules for label, _, by_rules in pairs)
    sys.stdout.write(
        f"{n} articles: accuracy {right / n:.3f}, news or not {news / n:.3f}, rules alone {rules / n:.3f}\n"
    )
    both = Counter((label, published) for label, published, _ in pairs)
    for kind in KINDS:
        labelled = sum(count for (label, _), count in both.items() if label == kind)
        published = sum(count for (_, found), count in both.items() if found == kind)
        precision, recall = both[kind, kind] / max(1, published), both[kind, kind] / max(1, labelled)
        sys.stdout.write(f"{kind:9} {labelled:4} labelled: precision {precision:.2f}, recall {recall:.2f}\n")
    for (label, found), count in sorted(both.items(), key=lambda item: (-item[1], item[0])):
        if label != found:
            sys.stdout.write(f"{count:4} {label} taken for {found}\n")


if __name__ == "__main__":
    main()
