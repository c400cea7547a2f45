"""`newsfold train-summaries`: refit the model that chooses headlines and summaries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsfold.settings import Settings, load_settings
from newsfold_flows.cli import console, options, progress_bars


def train_summaries(
    gold: options.Gold,
    references: options.References,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Model to write. To use it, name it under `summaries.model`.")
    ],
    stories: options.StoryPattern = "*",
    config: options.ConfigOrDefaults = None,
) -> None:
    """Refit the model that chooses headlines and summaries, on what editors wrote about the same stories.

    The model predicts which words of a story's articles an editor repeats, from curves that you can read in its JSON.

    Hold some stories back and measure on those (`newsfold evaluate --references`).

    Example: `newsfold train-summaries gold.parquet --references written.csv --stories 'train-*' --out summaries.json`
    """
    settings = load_settings(config) if config else Settings()
    from newsfold import evaluation, training

    written = evaluation.references.read_references(references, stories)
    with progress_bars.show_stage_progress() as progress:
        model = training.train_summaries(training.load_labelled_sets(gold, settings), written, settings, progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    model.save(out)
    console.out.print(f"Done. Use it with `summaries: {{model: {out}}}`.", highlight=False, soft_wrap=True)
