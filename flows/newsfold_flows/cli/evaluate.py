"""`newsfold evaluate`: how good the stories, or their headlines and summaries, are on labelled articles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from newsfold.settings import Settings, load_settings
from newsfold_flows.cli import options, progress_bars


def evaluate(
    gold: options.Gold,
    config: options.ConfigOrDefaults = None,
    as_json: options.AsJson = False,
    baselines: Annotated[bool, typer.Option("--baselines/--no-baselines", help="Run the plain methods, too.")] = True,
    across_languages: Annotated[
        bool, typer.Option("--across-languages", help="Treat the languages of Miranda's sets as one set, not several.")
    ] = False,
    leave_one_out: Annotated[
        bool,
        typer.Option(
            "--leave-one-out",
            help="Score each set with an embedding and a scorer trained on the other sets (extra `train`; minutes per "
            "set), and in five folds of its own stories.",
        ),
    ] = False,
    references: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=f"Score headlines and summaries instead (ROUGE; extra `bench`). {options.REFERENCES_HELP}",
        ),
    ] = None,
    stories: options.StoryPattern = "*",
) -> None:
    """Measure the clustering on labelled articles, beside plain methods on the same articles.

    Reads `cluster`'s columns and `story`, and, as published, the files of Miranda et al. 2018 and the tables of News14,
    WCEP18 and WCEP19. Reports B-cubed, pairwise F1, ARI, AMI, blocking recall and calibration.

    With --references it measures headlines and summaries against what editors wrote.

    Example: `newsfold evaluate gold.parquet --no-baselines`
    """
    settings = load_settings(config) if config else Settings()
    if references is not None:
        _evaluate_summaries(gold, references, stories, settings, as_json=as_json)
        return
    from newsfold import evaluation, training
    from newsfold_flows.cli import evaluation_tables

    reports = []
    with progress_bars.show_stage_progress() as progress:
        sets = training.load_labelled_sets(gold, settings, across_languages=across_languages)
        if leave_one_out:
            pending = training.evaluate_leave_one_out(sets, settings, progress, baselines=baselines)
        else:
            prepared = (training.build_pair_dataset(labelled, settings, progress) for labelled in sets)
            pending = (training.evaluate_set(one, settings, progress, baselines=baselines) for one in prepared)
        for report in pending:  # printed as soon as it is there: a set may take minutes
            reports.append(report)
            if not as_json:
                evaluation_tables.print_report(report)
    if as_json:
        typer.echo(json.dumps(evaluation.to_dict(reports), indent=1))
    else:
        evaluation_tables.print_summary(reports, evaluation.macro_average(reports))


def _evaluate_summaries(
    gold: Sequence[Path], references: Path, stories: str, settings: Settings, *, as_json: bool
) -> None:
    """Measure headlines and summaries of the gold's stories against those that editors wrote."""
    from newsfold import evaluation, training
    from newsfold_flows.cli import evaluation_tables

    written = evaluation.references.read_references(references, stories)
    with progress_bars.show_stage_progress() as progress:
        reports = [
            training.evaluate_summaries(labelled, written, settings, progress)
            for labelled in training.load_labelled_sets(gold, settings)
        ]
    if as_json:
        typer.echo(json.dumps(evaluation.references.to_dict(reports), indent=1))
    else:
        evaluation_tables.print_reference_reports(reports)
