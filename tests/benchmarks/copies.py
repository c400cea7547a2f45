"""Precision and recall of copies: `python -m tests.benchmarks.copies SOURCES LABELLED [SIZE]`.

Copies of SIZE real articles (default: 6,000), each corrupted in one known way, stand among their sources and among
articles of the same events by other outlets (LABELLED, with `story`): the hard negatives. Both tables have the columns
of `newsfold cluster`. Everything goes through the stages `extract` and `copies`, as in a run. Beside newsfold:
plain MinHash at one threshold of the estimated Jaccard similarity, on the same articles, pairs joined into components.

Precision: of the pairs that a kind's copies form with other articles, the share that is right. Real texts also copy
each other; such a pair is right where difflib finds half of the shorter text in the other, in runs of eight words.
"""

from __future__ import annotations

import difflib
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rensa import RMinHash
from scipy import sparse
from scipy.sparse import csgraph

from newsfold import sources, text
from newsfold.copies.stage import collapse_copies
from newsfold.extraction.stage import extract_articles
from tests.benchmarks.command_line import create_parser
from tests.benchmarks.corruptions import KINDS, Row, corrupt_article, list_words

THRESHOLDS = (0.5, 0.7, 0.8)
_PERMUTATIONS, _BAND = 128, 2
_MIN_RUN = 8  # words; shorter common runs are turns of phrase
Groups = Mapping[str, str]  # group by article


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("sources", type=Path, help="a table of articles")
    parser.add_argument("labelled", type=Path, help="a table of articles with `story`")
    parser.add_argument("size", type=int, nargs="?", default=6_000, help="articles to copy (6000)")
    options = parser.parse_args(arguments)
    size = options.size
    rows, source_of, kind_of = build_copies(pq.read_table(options.sources).slice(0, size).to_pylist())
    labelled = pq.read_table(options.labelled).to_pylist()
    documents = pa.Table.from_pylist(rows + labelled)
    articles, rejects = extract_articles(sources.documents_from_table(documents, "benchmark"))
    _print(f"{articles.num_rows:,} articles ({rejects.num_rows} rejected): {size:,} sources and as many copies,")
    _print(f"{len(labelled):,} articles of labelled events by several outlets.\n")
    same_event = _pair_same_event(labelled)
    copies = collapse_copies(articles)
    methods: dict[str, Groups] = {}
    methods["newsfold"] = dict(zip(copies["article_id"].to_pylist(), copies["copy_group_id"].to_pylist(), strict=True))
    for threshold in THRESHOLDS:
        methods[f"MinHash at {threshold}"] = group_by_minhash(articles, threshold)
    confirmer = _build_confirmer(articles)
    for name, groups in methods.items():
        print_report(name, groups, source_of, kind_of, same_event, confirmer)


def build_copies(originals: Sequence[Row]) -> tuple[list[Row], dict[str, str], dict[str, str]]:
    """Return originals and their copies, with the source and the kind of each copy, by id; kinds take turns."""
    titles, vocabulary, kinds = [row["title"] for row in originals], list_words(originals[:500]), list(KINDS)
    rows, source_of, kind_of = list(originals), {}, {}
    for number, source in enumerate(originals):
        kind = kinds[number % len(kinds)]
        copy = corrupt_article(source, number, kind, titles, vocabulary)
        rows.append(copy)
        source_of[copy["id"]], kind_of[copy["id"]] = source["id"], kind
    return rows, source_of, kind_of


def group_by_minhash(articles: pa.Table, threshold: float) -> Groups:
    """Return the components of pairs whose estimated Jaccard similarity of 3-word shingles reaches a threshold."""
    ids = articles["article_id"].to_pylist()
    shingled = [_shingles(body) for body in articles["body"].to_pylist()]
    lengths = np.array([len(one) for one in shingled], dtype=np.uint64)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint64)
    signatures = np.array(
        RMinHash.digest_matrix_from_flat_token_hashes(np.concatenate(shingled), starts, _PERMUTATIONS, 1).to_rows()
    )
    pairs = set()
    for band in range(0, _PERMUTATIONS, _BAND):
        buckets = defaultdict(list)
        for row, values in enumerate(map(bytes, np.ascontiguousarray(signatures[:, band : band + _BAND]))):
            buckets[values].append(row)
        pairs |= {pair for rows in buckets.values() for pair in combinations(rows[:200], 2)}
    ends = np.array(sorted(pairs))
    alike = np.concatenate(
        [(signatures[part[:, 0]] == signatures[part[:, 1]]).mean(axis=1) for part in np.array_split(ends, 200)]
    )
    ends = ends[alike >= threshold]
    graph = sparse.csr_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(ids), len(ids)))
    labels = csgraph.connected_components(graph, directed=False)[1]
    return dict(zip(ids, map(str, labels), strict=True))


def print_report(
    name: str,
    groups: Groups,
    source_of: Mapping[str, str],
    kind_of: Mapping[str, str],
    same_event: Iterable[tuple[str, str]],
    is_copy: Confirmer,
) -> None:
    """Print recall and precision by kind, then how real texts are grouped."""
    members = defaultdict(list)
    for article, group in groups.items():
        members[group].append(article)
    right: dict[str, int] = defaultdict(int)
    paired: dict[str, int] = defaultdict(int)
    recalled: dict[str, int] = defaultdict(int)
    n_copies: dict[str, int] = defaultdict(int)
    for copy, kind in kind_of.items():
        n_copies[kind] += 1
        recalled[kind] += groups[copy] == groups[source_of[copy]]
        for other in members[groups[copy]]:
            if other != copy:
                paired[kind] += 1
                right[kind] += is_copy(source_of[copy], source_of.get(other, other))
    _print(f"{name}\n{'':<66}{'copies':>7}{'recall':>8}{'precision':>11}")
    for kind in KINDS:
        precision = right[kind] / paired[kind] if paired[kind] else float("nan")
        _print(f"  {kind:<64}{n_copies[kind]:>7,}{recalled[kind] / n_copies[kind]:>8.3f}{precision:>11.4f}")
    total = sum(right.values()) / sum(paired.values())
    _print(f"  {'all':<64}{len(kind_of):>7,}{sum(recalled.values()) / len(kind_of):>8.3f}{total:>11.4f}")
    joined = [pair for pair in same_event if groups[pair[0]] == groups[pair[1]]]
    real = [
        pair
        for found in members.values()
        for pair in combinations(sorted(one for one in found if one not in source_of), 2)
    ]
    true = sum(is_copy(*pair) for pair in real)
    _print(f"  hard negatives (same event, other outlet): {len(joined)} of {len(list(same_event)):,} pairs folded, ")
    _print(f"  of which difflib confirms {sum(is_copy(*pair) for pair in joined)}")
    _print(f"  real texts folded with real texts: {len(real)} pairs, of which difflib confirms {true}\n")


class Confirmer:
    """Decides whether two real texts are one, by slow alignment, each pair once."""

    def __init__(self, bodies: Mapping[str, str]) -> None:
        self._words = cache(lambda article: text.split_words(bodies[article]))
        self._shared = cache(self._share)

    def __call__(self, one: str, other: str) -> bool:
        """Return whether they are one article, or half of the shorter text is in the other."""
        return one == other or self._shared(*sorted((one, other))) >= 0.5

    def _share(self, one: str, other: str) -> float:
        a, b = sorted((self._words(one), self._words(other)), key=len)
        blocks = difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
        return sum(block.size for block in blocks if block.size >= _MIN_RUN) / max(1, len(a))


def _build_confirmer(articles: pa.Table) -> Confirmer:
    return Confirmer(dict(zip(articles["article_id"].to_pylist(), articles["body"].to_pylist(), strict=True)))


def _pair_same_event(labelled: Sequence[Row]) -> list[tuple[str, str]]:
    stories = defaultdict(list)
    for row in labelled:
        if row["story"]:
            stories[row["story"]].append(row)
    return [
        (a["id"], b["id"]) for rows in stories.values() for a, b in combinations(rows, 2) if a["outlet"] != b["outlet"]
    ]


def _shingles(body: str) -> np.ndarray:
    words = text.split_words(body)
    shingles = {int(text.compute_digest(" ".join(words[at : at + 3]))[:15], 16) for at in range(max(1, len(words) - 2))}
    return np.array(sorted(shingles), dtype=np.uint64)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
