"""Outlets in a window's articles: the boilerplate that they print, and the publishers and families that they are of."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa

from newsfold import publishers, schemas
from newsfold.copies.tables import BOILERPLATE_SENTENCES, OUTLET_HABITS
from newsfold.dataflow import Context, TableView
from newsfold.publishers import UNKNOWN_OUTLET, ownership
from newsfold.publishers.ownership import OutletHabits, PrintedText
from newsfold.urls import extract_domain

BOILERPLATE_KEY = "repeated"  # the key under which extras keep sentences that an outlet prints everywhere
_HABIT_COLUMNS = ["outlet", "publisher_family", "syndicated_from", "url"]


def survey_outlets(window_articles: TableView) -> tuple[pa.Table, pa.Table]:
    """Collect the sentences that outlets are known to print everywhere, and count what they credit and name.

    Returns:
        Table `boilerplate_sentences`, ascending; and `outlet_habits`, by outlet.
    """
    articles = window_articles.read([*_HABIT_COLUMNS, "extras"])
    extras = (extra for row in articles["extras"].to_pylist() for extra in row)
    sentences = {extra["value"] for extra in extras if extra["key"] == BOILERPLATE_KEY}
    counts = Counter(
        (row["outlet"], row["publisher_family"], row["syndicated_from"], extract_domain(row["url"]))
        for row in articles.select(_HABIT_COLUMNS).to_pylist()
        if row["outlet"] != UNKNOWN_OUTLET
    )
    rows = [
        dict(zip(OUTLET_HABITS.names, (*habit, n_articles), strict=True))
        for habit, n_articles in sorted(counts.items(), key=lambda item: [part or "" for part in item[0]])
    ]
    return (
        pa.table({"sentence": sorted(sentences)}, schema=BOILERPLATE_SENTENCES),
        pa.Table.from_pylist(rows, schema=OUTLET_HABITS),
    )


def name_origins(
    copy_groups: TableView, printed_texts: TableView, outlet_habits: TableView, context: Context
) -> tuple[pa.Table, pa.Table]:
    """Learn who owns the outlets of a window, and name the origin of each text after its owner.

    Returns:
        Table `outlet_families`, by outlet; and `named_groups`: `copy_groups` with the owners of its origins.
    """
    groups = copy_groups.read()
    known = ownership.learn_publishers(
        _read_habits(outlet_habits.read()),
        _read_texts(printed_texts.read()),
        publishers.load_publishers(context.settings),
        context.settings.copies,
    )
    outlets = sorted(set(outlet_habits.read(["outlet"])["outlet"].to_pylist()))
    origins = [None if name is None else known.owner(name) for name in groups["origin"].to_pylist()]
    at = groups.schema.get_field_index("origin")
    columns = {"outlet": outlets, "publisher_family": [known.owner(outlet) for outlet in outlets]}
    return (
        pa.table(columns, schema=schemas.INTERMEDIATE["outlet_families"]),
        groups.set_column(at, groups.schema.field(at), pa.array(origins, pa.string())),
    )


def _read_habits(rows: pa.Table) -> list[OutletHabits]:
    habits: dict[str, OutletHabits] = {}
    for row in rows.to_pylist():
        outlet = habits.setdefault(row["outlet"], OutletHabits(row["outlet"]))
        outlet.add(row["publisher_family"], row["credited"], row["domain"], row["n_articles"])
    return list(habits.values())


def _read_texts(rows: pa.Table) -> Counter[PrintedText]:
    texts: Counter[PrintedText] = Counter()
    for row in rows.to_pylist():
        texts[PrintedText(row["source"], frozenset(row["outlets"]), frozenset(row["uncredited"]))] += row["n_texts"]
    return texts
