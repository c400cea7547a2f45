"""Invented events on a few themes, each reported by several outlets: a labelled set of any size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

PLACES = ("Lomo", "Pellara", "Varnhem", "Oskola", "Tirmes", "Quedra", "Sundal", "Brevik", "Astora", "Mirel")
PEOPLE = ("Arrieta", "Dunn", "Halvorsen", "Okoye", "Petrov", "Lindqvist", "Moreau", "Tanaka", "Castell", "Novak")
THEMES = (
    (
        "Ferry sinks off {place} with {number} aboard",
        "The ferry left {place} at night with {number} people. Captain {person} is missing, the coast guard said.",
        "{number} on ferry lost near {place}",
        "A ship went down before dawn near {place}; of {number} passengers and of captain {person} there is no trace.",
        "Search for captain {person} after {place} disaster",
        "Divers look for {person}, whose ferry sank off {place} with {number} on board.",
    ),
    (
        "{person} elected mayor of {place}",
        "Voters in {place} chose {person} as their mayor by {number} votes, the election office announced.",
        "{place} has a new mayor: {person}",
        "With a lead of {number} votes {person} won the town hall of {place} on Sunday.",
        "Mayor-elect {person} thanks {place}",
        "{person}, who won {place} by {number} votes, spoke to supporters in the square.",
    ),
    (
        "Factory in {place} to close, {number} jobs go",
        "The works at {place} will shut in spring, director {person} told staff; {number} people lose their jobs.",
        "{number} lose work as {place} plant shuts",
        "Director {person} blamed prices for the end of the {place} plant and its {number} jobs.",
        "Union to fight closure at {place}",
        "The union of {place} called {person}'s plan to cut {number} jobs a betrayal.",
    ),
)


@dataclass(frozen=True)
class Report:
    """An article on an event."""

    event: str
    title: str
    body: str


def reports(places: range, theme: int | None = None) -> list[Report]:
    """Return three reports on an event of each theme (or of one) in each place."""
    invented = []
    for number in places:
        place = PLACES[number]
        for kind, lines in enumerate(THEMES):
            if theme not in (None, kind):
                continue
            values = {"place": place, "person": PEOPLE[(number + 3 * kind) % 10], "number": 38 + 17 * number + kind}
            for title, body in zip(lines[::2], lines[1::2], strict=True):
                invented.append(Report(f"{place}-{kind}", title.format(**values), body.format(**values)))
    return invented


def write_gold(path: Path, rows: list[Report], stories: list[str | None] | None = None) -> Path:
    """Write reports as a labelled table, with their events as stories unless others are given."""
    columns = {
        "id": [f"{path.stem}{number:03d}" for number in range(len(rows))],
        "outlet": [f"Outlet {number % 3}" for number in range(len(rows))],
        "title": [report.title for report in rows],
        "text": [report.body for report in rows],
        "story": stories or [report.event for report in rows],
    }
    pq.write_table(pa.table(columns), path)
    return path
