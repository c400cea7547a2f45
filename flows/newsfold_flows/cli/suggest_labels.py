"""`newsfold suggest-labels`: pairs of articles that are worth labelling."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import typer

from newsfold.errors import ConfigError
from newsfold.sanitize import escape_formula
from newsfold.settings import Settings, load_settings
from newsfold.text import format_count
from newsfold_flows.cli import console, options


def suggest_labels(
    out: Annotated[Path, typer.Option(metavar="FILE.csv", help="Table of pairs to write.")],
    count: Annotated[int, typer.Option(min=1, help="Number of pairs.")] = 30,
    edition: options.EditionToRead = None,
    store: options.Store = None,
    config: options.ConfigOrDefaults = None,
) -> None:
    """Write the pairs of articles that the scorer is least sure about to a CSV, for you to label.

    Fill in the column `label` in a spreadsheet: `together` or `apart`; leave it empty if you cannot tell. Then name the
    file under `labels` in the configuration, so that every run honours it, and give it to `newsfold train --labels`, so
    that the scorer learns from it.

    Example: `newsfold suggest-labels --store newsfold-store --out pairs.csv`
    """
    settings = load_settings(config) if config else Settings()
    from newsfold import training

    address = store or settings.store
    pairs = training.suggest_pairs(address, edition or "latest", count)
    if not pairs:
        console.out.print("The scorer is sure about every pair of this edition.", highlight=False)
        return
    if out.exists():
        raise ConfigError(f"{out} exists, perhaps with labels in it; give another --out.")
    with out.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, list(pairs[0]))
        table.writeheader()
        table.writerows({name: escape_formula(cell) for name, cell in pair.items()} for pair in pairs)
    console.out.print(
        f"{format_count(len(pairs), 'pair')} in {out}: write together or apart under `label`, then\n"
        f"newsfold train --labels {out} --store {address} --out scorer.json",
        highlight=False,
        soft_wrap=True,
    )
