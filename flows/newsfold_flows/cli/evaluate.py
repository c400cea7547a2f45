"""`newsfold evaluate`: how good the stories, or their headlines and summaries, are on labelled articles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsfold.errors import ConfigError
from newsfold.settings import Settings, load_settings
from newsfold_flows.cli import options, progress_bars

if TYPE_CHECKING:
    from newsfold import training


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
            help="Measure each set with an embedding and a scorer trained on the other sets: news of a kind that they "
            "have never seen (extra `train`; minutes per set).",
        ),
    ] = False,
    folds: Annotated[
        int | None,
        typer.Option(
            min=2,
            metavar="N",
            help="Cross-validate by story: for each of N parts of the stories (5 is usual), train an embedding and a "
            "scorer on the other parts of all sets (extra `train`; minutes per part).",
        ),
    ] = None,
    held_out: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="GOLD",
            help="Labelled articles that are measured like the others but never trained on. May be repeated.",
        ),
    ] = None,
    weight: options.Weight = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="dates,text,outlet",
            help="Take inputs away before anything is read, to see what a poorer input costs: the times, the texts "
            "(not the titles), the outlets and addresses. Models are trained on the whole input.",
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Keep finished parts in this folder. If interrupted, run the same command again to resume.",
        ),
    ] = None,
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
    WCEP18 and WCEP19. Rows without a story take part and are not scored.

    Reports B-cubed, pairwise F1, ARI and AMI; precision and recall of same-story pairs by languages and by days apart;
    blocking recall and calibration, with the expected over the true number of same-story pairs.

    *Own vectors, average linkage* is newsfold's embedding without its scorer, cut at the one threshold that is best for
    all given sets together. No set should be below it: those that are, the last table shows in red.

    The shipped models know the published sets. --folds and --leave-one-out measure models that do not, trained as by
    `newsfold train --embedding` with the same --weight.

    With --references it measures headlines and summaries against what editors wrote.

    Example: `newsfold evaluate gold.parquet --without dates --no-baselines`
    """
    settings = load_settings(config) if config else Settings()
    if references is not None:
        _evaluate_summaries(gold, references, stories, settings, as_json=as_json)
        return
    if leave_one_out and folds:
        raise ConfigError("--leave-one-out and --folds train differently; give one of them.")
    if weight and not (leave_one_out or folds):
        raise ConfigError("--weight is for training: give it with --folds or --leave-one-out.")
    removed, weights = _parse_inputs(without or []), options.parse_weights(weight)
    from newsfold import evaluation, training
    from newsfold_flows.cli import evaluation_summary, evaluation_tables
    from newsfold_flows.run import compute_code_digest

    results, reports = [], []
    with progress_bars.show_stage_progress() as progress:
        files = [*gold, *(held_out or [])]
        sets = training.load_labelled_sets(files, settings, across_languages=across_languages, without=removed)
        if leave_one_out or folds:
            trainable = _load_trainable(gold, sets, settings, across_languages=across_languages)
            models = f"{folds} folds" if folds else "leave-one-out"
            splits = (
                training.cross_validate(sets, trainable, folds) if folds else training.leave_one_out(sets, trainable)
            )
        else:
            models, splits = "as configured", training.as_configured(sets)
        kept = training.ResumeFolder(resume, compute_code_digest()) if resume else None
        parts = training.evaluate_splits(splits, settings, progress, baselines=baselines, resume=kept, weights=weights)
        for part in parts:
            if not part.is_complete or as_json:
                metrics = evaluation.measure_newsfold(part.result)
                evaluation_tables.print_progress(part.split, part.result.name, metrics)
            if part.is_complete:
                results.append(part.result)
                reports.append(evaluation.build_report(part.result))
                if not as_json:  # printed as soon as it is there: a set may take minutes
                    evaluation_tables.print_report(reports[-1])
    threshold, reports = evaluation.add_own_vectors(results, reports)
    if as_json:
        typer.echo(json.dumps(evaluation.to_dict(reports, threshold, models), indent=1))
    else:
        evaluation_summary.print_summary(reports, evaluation.macro_average(reports), threshold)


def _parse_inputs(items: Sequence[str]) -> tuple[str, ...]:
    """Return the inputs to take away: `--without dates,text` or `--without dates --without text`."""
    from newsfold import evaluation

    named = {name.strip() for item in items for name in item.split(",") if name.strip()}
    if unknown := sorted(named - evaluation.gold.INPUTS.keys()):
        raise ConfigError(f"--without takes {', '.join(evaluation.gold.INPUTS)}, not {', '.join(unknown)}.")
    return tuple(name for name in evaluation.gold.INPUTS if name in named)


def _load_trainable(
    gold: Sequence[Path], sets: Sequence[training.LabelledSet], settings: Settings, *, across_languages: bool
) -> Sequence[training.LabelledSet]:
    """Return the sets to train on: those of the gold tables, with all inputs."""
    from newsfold import training

    if any(labelled.without for labelled in sets):
        return training.load_labelled_sets(gold, settings, across_languages=across_languages)
    return [labelled for labelled in sets if labelled.path in gold]


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
