"""How `newsfold evaluate --references` looks at a terminal, and `newsfold train-summaries`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from newsfold import settings
from newsfold_flows.cli.console import console, watching_stages

if TYPE_CHECKING:  # it brings scikit-learn, and every command imports this module
    from newsfold.evaluation.references import SummaryReport

References = Annotated[
    Path, typer.Option(help="What editors wrote: a table of `story`, `headline`, `summary`; stories as in the gold.")
]


def evaluate(gold: Sequence[Path], references: Path, stories: str, chosen: settings.Settings, *, as_json: bool) -> None:
    """`newsfold evaluate --references`: headlines and summaries of the gold's stories against editors' own."""
    from newsfold import evaluation, training

    written = evaluation.references.read_references(references, stories)
    with watching_stages() as progress:
        reports = [
            training.evaluate_summaries(labelled, written, chosen, progress) for labelled in training.read(gold, chosen)
        ]
    if as_json:
        typer.echo(json.dumps(evaluation.references.to_dict(reports), indent=1))
        return
    for report in reports:
        _print(report)
    console.print("\n[dim]R1, R2, RL: ROUGE F1, stemmed. Oracles know the references.[/]", highlight=False)


def train_summaries(
    gold: Annotated[list[Path], typer.Argument(help="Labelled articles: `cluster`'s columns and `story`.")],
    references: References,
    out: Annotated[Path, typer.Option(help="The model to write; name it under summaries.model to use it.")],
    stories: Annotated[str, typer.Option(help="Learn from the stories whose names match this pattern.")] = "*",
    config: Annotated[Path | None, typer.Option(help="Configuration file; the embedding is taken from it.")] = None,
) -> None:
    """Refit what headlines and summaries are chosen by, on what editors wrote of your own stories.

    The model says how probably each word of a story's articles is told again, as curves that you can read in its JSON.
    Hold some stories back (`--stories 'train-*'`) and measure on those: `newsfold evaluate --references`.
    """
    chosen = settings.load_settings(config) if config else settings.Settings()
    from newsfold import evaluation, training

    written = evaluation.references.read_references(references, stories)
    with watching_stages() as progress:
        model = training.train_summaries(training.read(gold, chosen), written, chosen, progress)
    out.parent.mkdir(parents=True, exist_ok=True)
    model.save(out)
    console.print(f"Done. Use it with `summaries: {{model: {out}}}`.", highlight=False, soft_wrap=True)


def _print(report: SummaryReport) -> None:
    console.print(
        f"\n[bold]{escape(report.name)}[/] [dim]{report.stories:,} stories; summaries of at most {report.max_words} "
        f"words, newsfold's of {report.words:.0f} on average[/]",
        highlight=False,
    )
    console.print(_table("summary", report.summaries))
    console.print()
    console.print(_table("headline", report.headlines))


def _table(heading: str, methods: Mapping[str, Mapping[str, float]]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, collapse_padding=True)
    table.add_column(heading, no_wrap=True, min_width=32)
    for name in ("R1", "R2", "RL"):
        table.add_column(name, justify="right", no_wrap=True)
    for method, values in methods.items():
        cells = (f"{value:.3f}".replace("0.", ".", 1) for value in values.values())
        table.add_row(escape(method), *cells, style="cyan" if method == "newsfold" else None)
    return table
