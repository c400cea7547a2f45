"""What people know better: `newsfold doubts` asks, `newsfold train` learns."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from newsfold import settings
from newsfold.errors import ConfigError
from newsfold_flows.cli import console

_CONFIG = typer.Option("--config", help="Configuration file; newsfold's defaults if left out.")
_STORE = typer.Option("--store", help="The store whose articles are labelled; the configuration's if left out.")


def train(
    out: Annotated[Path, typer.Option(help="The scorer to write; name it under scoring.model to use it.")],
    gold: Annotated[
        list[Path] | None, typer.Argument(help="Labelled articles: `cluster`'s columns and `story`.")
    ] = None,
    tuned: Annotated[
        Path | None,
        typer.Option(
            "--embedding",
            metavar="FILE",
            help="Tune the embedding first, and write its adapter here; name it under embedding.adapter to use it.",
        ),
    ] = None,
    weight: Annotated[list[str] | None, typer.Option(help="NAME=WEIGHT: a set that counts more (or less).")] = None,
    labels: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Pairs of a store's articles (`left,right,label`) to move the scorer to."),
    ] = None,
    store: Annotated[str | None, _STORE] = None,
    config: Annotated[Path | None, _CONFIG] = None,
) -> None:
    """Refit the pair scorer, and on demand the embedding, on your own labels.

    From gold tables it is fitted anew: each set counts the same, however large, unless weighted. With --embedding
    (extra `train`; minutes on two cores) the embedding is tuned on three stories in four and the scorer learns from
    the fourth.

    With --labels, pairs of a store's articles move the scorer (the one fitted to the gold tables, or without any the
    configuration's) as far as they insist: ten pairs a little, hundreds a lot. `newsfold doubts` names pairs worth
    labelling.
    """
    chosen = settings.load_settings(config) if config else settings.Settings()
    if not gold and (tuned or weight or not labels):
        raise ConfigError("There is nothing to learn from: give gold tables, or --labels FILE and --store STORE.")
    if labels:
        chosen = chosen.model_copy(update={"labels": [str(path) for path in labels]})
    from newsfold import scoring, training

    with console.watching_stages() as progress:
        sets = training.read(gold or [], chosen)
        if tuned:
            tuned.parent.mkdir(parents=True, exist_ok=True)
            training.train_embedding(sets, chosen, progress).save(tuned)
            adapted = chosen.embedding.model_copy(update={"adapter": str(tuned)})
            chosen = chosen.model_copy(update={"embedding": adapted})
        if sets:
            model = training.train_scorer(sets, chosen, progress, _weights(weight or []))
        else:
            model = scoring.scorer(chosen.scoring)
        if labels:
            model = training.adjust_to_labels(model, store or chosen.store, chosen, progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    model.save(out)
    use = f"scoring: {{model: {out}}}"
    use = f"embedding: {{adapter: {tuned}}}` and `{use}" if tuned else use
    console.console.print(f"Done. Use it with `{use}`.", highlight=False, soft_wrap=True)


def doubts(
    out: Annotated[Path, typer.Option(metavar="FILE.csv", help="The table of pairs to write.")],
    count: Annotated[int, typer.Option(min=1, help="How many pairs to ask about.")] = 30,
    edition: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE")] = None,
    store: Annotated[str | None, _STORE] = None,
    config: Annotated[Path | None, _CONFIG] = None,
) -> None:
    """Write down pairs of articles that newsfold is not sure about, for you to label.

    What is one story is a matter of taste: your labels settle it. Fill in the column `label` in a spreadsheet
    (together or apart; leave empty what you cannot tell), then name the file under `labels` in the configuration, so
    that every run honours it, and under `newsfold train --labels`, so that the scorer learns from it.
    """
    chosen = settings.load_settings(config) if config else settings.Settings()
    from newsfold import training

    address = store or chosen.store
    pairs = training.doubtful_pairs(address, edition.date() if edition else "latest", count)
    if not pairs:
        console.console.print("newsfold has no doubts about any pair of this edition.", highlight=False)
        return
    if out.exists():
        raise ConfigError(f"{out} is there already, perhaps with labels in it; give another --out.")
    with out.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, list(pairs[0]))
        table.writeheader()
        table.writerows(pairs)
    console.console.print(
        f"{len(pairs)} pairs in {out}: write together or apart under `label`, then\n"
        f"newsfold train --labels {out} --store {address} --out scorer.json",
        highlight=False,
        soft_wrap=True,
    )


def _weights(given: list[str]) -> dict[str, float]:
    """`NAME=WEIGHT` options as a mapping."""
    try:
        return {name: float(value) for name, value in (item.rsplit("=", 1) for item in given)}
    except ValueError as error:
        raise ConfigError(f"--weight takes NAME=WEIGHT, such as feeds=6, not {' '.join(given)!r}.") from error
