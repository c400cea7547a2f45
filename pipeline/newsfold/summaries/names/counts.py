"""Counts of names over the originals of a window: by chunk, then summed, with the full form of each short one."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsfold.dataflow import TableView
from newsfold.garbage import pause_garbage_collection
from newsfold.summaries.names.mentions import find_mentions
from newsfold.summaries.names.split_runs import Evidence
from newsfold.summaries.names.words import load_name_words
from newsfold.summaries.tables import NAME_COUNTS, OUTLET_COUNTS, WINDOW_NAMES
from newsfold.summaries.word_counts import read_originals

_CHARACTERS = 1000  # of each body: names are counted in the beginnings of many
_MIN_TEXTS = 2  # a name in a single text says nothing about others
_MIN_FULL_SHARE = 0.7  # of the texts with a full name that ends so: the short one then means the most frequent one
_COUNTS = ("texts", "persons", "places", "definite")
_FULL_NAMES = pa.schema(
    [("language", pa.string()), ("name", pa.string()), ("full", pa.string()), ("texts", pa.int64())]
)


@pause_garbage_collection()
def count_names(window_articles: TableView, story_originals: TableView) -> tuple[pa.Table, pa.Table]:
    """Count the names whose capitals are evidence in the originals among some articles.

    Returns:
        Tables `name_counts` and `outlet_counts`, ascending.
    """
    n_texts: Counter[str] = Counter()
    counts: defaultdict[tuple[str, str, str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for outlet, language, _, opening in read_originals(window_articles, story_originals, _CHARACTERS):
        n_texts[outlet] += 1
        for name, (form, abbreviation, evidence) in _collect_names(opening, language).items():
            row = counts[language, outlet, name, form, abbreviation]
            row[0] += 1
            row[1] += bool(evidence & Evidence.PERSON)
            row[2] += bool(evidence & Evidence.PLACE)
            row[3] += bool(evidence & Evidence.DEFINITE)
    keys = sorted(counts)
    columns: dict[str, list[Any]] = {name: [key[i] for key in keys] for i, name in enumerate(NAME_COUNTS.names[:5])} | {
        name: [counts[key][i] for key in keys] for i, name in enumerate(_COUNTS)
    }
    outlets = [{"outlet": outlet, "texts": n} for outlet, n in sorted(n_texts.items())]
    return pa.table(columns, schema=NAME_COUNTS), pa.Table.from_pylist(outlets, schema=OUTLET_COUNTS)


def _collect_names(opening: str, language: str) -> dict[str, tuple[str, str, int]]:
    """Return the names of a text, case-folded, with their first form, abbreviation and the evidence on each."""
    names: dict[str, tuple[str, str, int]] = {}
    for mention in find_mentions("", opening, language):
        if not mention.capital:
            form, abbreviation, evidence = names.get(mention.key, (mention.name, "", 0))
            names[mention.key] = form, abbreviation or mention.abbreviation, evidence | mention.evidence
    return names


def sum_names(name_counts: TableView, outlet_counts: TableView) -> pa.Table:
    """Sum the counts of all chunks, and find the full form of each short name: the same for any chunks.

    Returns:
        Table `window_names`: the names that several texts have, ascending.
    """
    counts = name_counts.read()
    names = counts.group_by(["language", "name"]).aggregate([(count, "sum") for count in _COUNTS])
    names = names.rename_columns([column.removesuffix("_sum") for column in names.column_names])
    forms = _most_frequent(counts, ["language", "name"], "form")
    names = names.join(forms, ["language", "name"]).join(
        _measure_outlets(counts, outlet_counts.read()), ["language", "name"]
    )
    fulls = pa.concat_tables([_find_abbreviated(counts), _find_full_names(names)])
    fulls = _most_frequent(fulls, ["language", "name"], "full", "texts")
    names = names.join(fulls, ["language", "name"])
    has_use = pc.or_(pc.greater_equal(names["texts"], _MIN_TEXTS), pc.is_valid(names["full"]))
    names = names.filter(has_use)
    names = names.set_column(names.column_names.index("full"), "full", pc.fill_null(names["full"], ""))
    return (
        names.select(WINDOW_NAMES.names).cast(WINDOW_NAMES).sort_by([("language", "ascending"), ("name", "ascending")])
    )


def _most_frequent(table: pa.Table, keys: list[str], value: str, count: str = "texts") -> pa.Table:
    """Return, for each combination of the keys, the value with the largest count, the first one of equals."""
    sums = table.group_by([*keys, value]).aggregate([(count, "sum")])
    sums = sums.sort_by([*((key, "ascending") for key in keys), (f"{count}_sum", "descending"), (value, "ascending")])
    first = sums.group_by(keys, use_threads=False).aggregate([(value, "first")])
    return first.rename_columns([*keys, value])


def _measure_outlets(counts: pa.Table, outlets: pa.Table) -> pa.Table:
    """Return the number of outlets that print each name, and its largest share of one outlet's texts."""
    texts = counts.group_by(["language", "name", "outlet"]).aggregate([("texts", "sum")])
    totals = outlets.group_by("outlet").aggregate([("texts", "sum")]).rename_columns(["outlet", "all_texts"])
    texts = texts.join(totals, "outlet")
    shares = pc.divide(pc.cast(texts["texts_sum"], pa.float64()), pc.cast(texts["all_texts"], pa.float64()))
    texts = texts.append_column("share", shares)
    measured = texts.group_by(["language", "name"]).aggregate([("outlet", "count"), ("share", "max")])
    return measured.rename_columns(["language", "name", "outlets", "outlet_share"])


def _find_abbreviated(counts: pa.Table) -> pa.Table:
    """Return the names that are printed before each abbreviation in brackets."""
    rows = counts.filter(pc.not_equal(counts["abbreviation"], ""))
    return pa.table(
        {
            "language": rows["language"],
            "name": pc.utf8_lower(rows["abbreviation"]),
            "full": rows["form"],
            # What a text defines outweighs a surname that is spelt alike.
            "texts": pc.multiply(rows["texts"], 1000),
        }
    )


def _find_full_names(names: pa.Table) -> pa.Table:
    """Return the full names that end with each single word, where most of them are one person's."""
    several = names.filter(
        pc.and_(pc.match_substring(names["name"], " "), pc.greater_equal(names["texts"], _MIN_TEXTS))
    )
    found: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for language, name, form, texts, persons, places in zip(
        *(several[c].to_pylist() for c in ("language", "name", "form", "texts", "persons", "places")), strict=True
    ):
        words = name.split(" ")
        if form.islower():
            continue  # what an abbreviation stands for, no name
        if load_name_words(language).heads.isdisjoint(words) and persons >= places:
            found[language, words[-1]].append((texts, form))
    rows = [
        (language, word, min(form for n, form in full if n == max(full)[0]), max(full)[0])
        for (language, word), full in sorted(found.items())
        if max(full)[0] >= _MIN_FULL_SHARE * sum(n for n, _ in full)
    ]
    columns = {name: [row[i] for row in rows] for i, name in enumerate(_FULL_NAMES.names)}
    return pa.table(columns, schema=_FULL_NAMES)
