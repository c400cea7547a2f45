"""`newsfold train`: refit the pair scorer, and optionally the embedding."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsfold.errors import ConfigError
from newsfold.settings import Settings, load_settings
from newsfold_flows.cli import console, options, progress_bars


def train(
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Scorer to write. To use it, name it under `scoring.model`.")
    ],
    gold: options.OptionalGold = None,
    adapter: Annotated[
        Path | None,
        typer.Option(
            "--embedding",
            metavar="FILE",
            help="Tune the embedding first, and write its adapter here. To use it, name it under `embedding.adapter`.",
        ),
    ] = None,
    weight: options.Weight = None,
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Pairs of the store's articles (`left,right,label`) to adjust the scorer to."
        ),
    ] = None,
    store: options.Store = None,
    config: options.ConfigOrDefaults = None,
) -> None:
    """Refit the pair scorer, and optionally the embedding, on your own labels.

    From gold tables the scorer is fitted anew. Every set counts the same, however large, unless --weight says
    otherwise. With --embedding (extra `train`; minutes on two cores) the embedding is tuned on four stories in five
    and the scorer learns from the fifth.

    With --labels, labelled pairs adjust the scorer (the one fitted to the gold tables or, without any, the
    configuration's): ten pairs a little, hundreds a lot. `newsfold suggest-labels` writes pairs that are worth
    labelling.

    Example: `newsfold train --labels pairs.csv --store newsfold-store --out scorer.json`
    """
    settings = load_settings(config) if config else Settings()
    if not gold and (adapter or weight or not labels):
        raise ConfigError("There is nothing to learn from: give gold tables, or --labels FILE and --store STORE.")
    weights = options.parse_weights(weight)
    if labels:
        settings = settings.model_copy(update={"labels": [str(path) for path in labels]})
    from newsfold import scoring, training

    with progress_bars.show_stage_progress() as progress:
        sets = training.load_labelled_sets(gold or [], settings)
        if adapter:
            adapter.parent.mkdir(parents=True, exist_ok=True)
            training.train_embedding(sets, settings, progress, weights).save(adapter)
            embedding = settings.embedding.model_copy(update={"adapter": str(adapter)})
            settings = settings.model_copy(update={"embedding": embedding})
        if sets:
            model = training.train_scorer(sets, settings, progress, weights)
        else:
            model = scoring.load_scorer(settings.scoring)
        if labels:
            model = training.adapt_to_labels(model, store or settings.store, settings, progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    model.save(out)
    use = f"scoring: {{model: {out}}}"
    use = f"embedding: {{adapter: {adapter}}}` and `{use}" if adapter else use
    console.out.print(f"Done. Use it with `{use}`.", highlight=False, soft_wrap=True)
