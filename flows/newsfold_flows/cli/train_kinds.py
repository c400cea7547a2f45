"""`newsfold train-kinds`: refit the model that tells the kinds of articles apart."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsfold.settings import Settings, load_settings
from newsfold_flows.cli import console, options, progress_bars


def train_kinds(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Model to write. To use it, name it under `kinds.model`.")],
    articles: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[ARTICLES]...",
            help="Tables of articles (`id, url, outlet, title, text`; Parquet, CSV, JSON). A column `kind` has labels.",
        ),
    ] = None,
    labels: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Kinds of articles in the tables or in the store (`article_id,kind`)."),
    ] = None,
    store: options.Store = None,
    config: options.ConfigOrDefaults = None,
) -> None:
    """Refit the model that tells news from opinion, live blogs, services and the other kinds.

    Label a few hundred articles, some of every kind. Articles without a label take part, too: they show what each
    outlet prints in its sections and under its labels. The weights can be read in the model's JSON.

    Example: `newsfold train-kinds --labels kinds.csv --store newsfold-store --out kinds.json`
    """
    settings = load_settings(config) if config else Settings()
    from newsfold import training

    with progress_bars.show_stage_progress() as progress:
        model = training.train_kinds(articles or [], settings, labels or [], store, progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    model.save(out)
    console.out.print(f"Done. Use it with `kinds: {{model: {out}}}`.", highlight=False, soft_wrap=True)
