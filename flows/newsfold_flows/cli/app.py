"""The `newsfold` command: every verb of it, thin over `flows` and `pipeline`.

Exit codes: 0 done, 1 failed, 2 wrong usage or config, 3 published but incomplete (some source failed),
4 held in staging by the quality gate.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from newsfold import settings
from newsfold.errors import ConfigError, NewsfoldError
from newsfold_flows.cli import (
    console,
    copies,
    digest,
    evaluate_summaries,
    notebook,
    options,
    serve,
    show,
    sources,
    train,
)
from newsfold_flows.cli import run as making
from newsfold_flows.cli.run import INCOMPLETE

FAILED, MISUSED = 1, 2

app = typer.Typer(
    name="newsfold",
    help="Folds a night of news from many outlets into stories, on Parquet.\n\n"
    "Start with `newsfold run`: it needs no configuration, no network and no account, and works on a shipped "
    "sample. `newsfold sources add URL` adds an outlet on the web. `newsfold cluster FILE...` groups files of your own "
    "without a store. What you know better, say in a table of pairs (`left,right,label`) named under `labels` in the "
    "configuration.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

Config = Annotated[Path | None, typer.Option("--config", help="Configuration file; the shipped sample's if left out.")]
Store = Annotated[str | None, typer.Option("--store", help="Where editions lie; the configuration's if left out.")]
Gold = Annotated[list[Path], typer.Argument(help="Labelled articles: `cluster`'s columns and `story`.")]
Edition = Annotated[datetime | None, typer.Option("--edition", formats=["%Y-%m-%d"], metavar="DATE")]


@app.command()
def run(config: Config = None, edition: Edition = None, store: Store = None) -> None:
    """Run the nightly flow once: read, fold, publish. Without options: the shipped sample, offline."""
    with _errors_explained():
        chosen = settings.load_settings(config)
        from newsfold import sources

        if edition is not None:
            dates = [edition.date()]
        elif chosen.edition == "all":
            dates = sources.list_editions(chosen)
            if not dates:
                raise ConfigError("`edition: all` needs a source with {edition_date} in its path, and files there.")
        else:
            dates = [chosen.edition if isinstance(chosen.edition, date) else datetime.now(UTC).date()]
        making.make(dates, config, store or chosen.store)


@app.command()
def backfill(
    first: options.First = None,
    last: options.Last = None,
    stale: Annotated[
        bool, typer.Option("--stale", help="Only those that an edition made again before them has left stale.")
    ] = False,
    config: Config = None,
    store: Store = None,
) -> None:
    """Make editions in order, each after the one before it; those that are there already, from the same inputs, stay.

    Killed, it goes on where it stopped when it is given again. Where an edition in the middle was made again and came
    out otherwise, those after it are named as stale, and `--stale` makes them again.
    """
    with _errors_explained():
        address = store or settings.load_settings(config).store
        if stale:
            dates: Iterable[date] = making.stale_in_order(address, first and first.date(), last and last.date())
        elif first is None or last is None:
            raise ConfigError("Give --from and --to, or --stale for what needs to be made again.")
        elif first > last:
            raise ConfigError(f"--from {first:%Y-%m-%d} lies after --to {last:%Y-%m-%d}.")
        else:
            dates = [first.date() + timedelta(days=day) for day in range((last - first).days + 1)]
        making.make(dates, config, address)


@app.command()
def publish(
    force: Annotated[bool, typer.Option("--force", help="Publish it although the gate held it.")] = False,
    edition: Edition = None,
    config: Config = None,
    store: Store = None,
) -> None:
    """Show the editions that the quality gate holds in staging, and why; with --force, publish one."""
    with _errors_explained():
        making.publish(store or settings.load_settings(config).store, edition.date() if edition else None, force=force)


@app.command()
def cluster(
    files: Annotated[list[Path], typer.Argument(help="Articles: parquet, jsonl, csv, txt, html, feeds, or folders.")],
    out: Annotated[Path, typer.Option(help="Folder for story_articles.parquet and stories.parquet.")],
    config: Config = None,
) -> None:
    """Group files of articles into stories: no store, no Prefect.

    Columns: id, url, outlet, title, text, published_at, language; all but title or text may be missing.
    """
    with _errors_explained():
        chosen = settings.load_settings(config) if config else settings.Settings()
        import pyarrow.parquet as pq

        from newsfold import sources, stages
        from newsfold_flows import metrics

        read_from = settings.FilesSource(name="files", path=[str(file.resolve()) for file in files])
        chosen = chosen.model_copy(update={"sources": [read_from]})
        documents, outcomes = sources.read_sources(chosen, stages.UNDATED)
        with console.watching_stages() as progress:
            found = stages.cluster_documents(documents, outcomes, chosen, progress)
        out.mkdir(parents=True, exist_ok=True)
        for name in ("stories", "story_articles"):
            pq.write_table(getattr(found, name), out / f"{name}.parquet", compression="zstd")
        console.print_stories(found.stories)
        console.print_labels(metrics.labels(found.label_outcomes))
        problems = [line for line in found.sources.to_pylist() if line["n_rejected"]]
        console.print_sources(problems)
        for rejection in (problems[0]["rejections"] if problems else [])[:5]:
            console.console.print(f"[dim]rejected[/] {escape(rejection['location'])}: {escape(rejection['reason'])}")
        console.console.print(
            f"\n{found.story_articles.num_rows:,} articles in {found.stories.num_rows:,} stories: "
            f"{out / 'story_articles.parquet'}, {out / 'stories.parquet'}",
            highlight=False,
            soft_wrap=True,
        )
        if any(line["status"] != "ok" for line in problems):
            raise typer.Exit(INCOMPLETE)


@app.command()
def evaluate(
    gold: Gold,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    baselines: Annotated[bool, typer.Option("--baselines/--no-baselines", help="Run the plain methods too.")] = True,
    across_languages: Annotated[
        bool, typer.Option("--across-languages", help="Miranda's sets: all languages as one, not each by itself.")
    ] = False,
    leave_one_out: Annotated[
        bool,
        typer.Option(
            "--leave-one-out",
            help="Score each set with an embedding and a scorer trained on the others alone (extra `train`; minutes "
            "per set), and in five folds of its own stories.",
        ),
    ] = False,
    references: Annotated[
        Path | None,
        typer.Option(
            help="Score headlines and summaries instead (ROUGE; extra `bench`) against what editors wrote: a table "
            "of `story`, `headline`, `summary`."
        ),
    ] = None,
    stories: Annotated[str, typer.Option(help="With --references: the stories whose names match.")] = "*",
) -> None:
    """Score the grouping on labelled sets, beside plain methods on the same articles.

    Besides newsfold's own columns, the files of Miranda et al. 2018 and the News14, WCEP18 and WCEP19 tables are
    read as they are published.
    """
    with _errors_explained():
        chosen = settings.load_settings(config) if config else settings.Settings()
        if references is not None:
            evaluate_summaries.evaluate(gold, references, stories, chosen, as_json=as_json)
            return
        from newsfold import evaluation, training
        from newsfold_flows.cli import evaluate

        reports = []
        with console.watching_stages() as progress:
            sets = training.read(gold, chosen, across_languages=across_languages)
            if leave_one_out:
                measuring = training.leave_one_out(sets, chosen, progress, baselines=baselines)
            else:
                prepared = (training.prepare(labelled, chosen, progress) for labelled in sets)
                measuring = (training.evaluate(one, chosen, progress, baselines=baselines) for one in prepared)
            for report in measuring:  # each as soon as it is there: a set may take minutes
                reports.append(report)
                if not as_json:
                    evaluate.print_report(report)
        if as_json:
            typer.echo(json.dumps(evaluation.to_dict(reports), indent=1))
        else:
            evaluate.print_summary(reports, evaluation.macro_average(reports))


@app.command()
@app.command()
def explain(
    a: Annotated[str, typer.Argument(help="An article: its id, the beginning of it, or its URL.")],
    b: Annotated[str, typer.Argument(help="Another article.")],
    edition: Edition = None,
    config: Config = None,
    store: Store = None,
) -> None:
    """Tell why two articles are (not) in one story: each feature's part, in log-odds."""
    with _errors_explained():
        chosen = settings.load_settings(config)
        from newsfold.queries import explain

        console.print_explanation(
            explain.explain(store or chosen.store, a, b, chosen, edition.date() if edition else "latest")
        )


@app.command()
def check(config: Config = None, edition: Edition = None) -> None:
    """Validate the configuration, labels and retractions included, and reach every source; run nothing."""
    with _errors_explained():
        chosen = settings.load_settings(config)
        from newsfold import constraints, embedding, scoring, sources, stages

        scoring.scorer(chosen.scoring)
        embedding.adapter_of(chosen.embedding)
        labels = stages.read_labels(chosen)
        constraints.read_retractions(chosen.retractions)
        on = edition.date() if edition else max(sources.list_editions(chosen), default=datetime.now(UTC).date())
        crawl = sources.crawl_outlets(chosen, sources.FetchHistory(on), fetch_pages=False)
        documents, outcomes = sources.read_sources(chosen, on, crawl=crawl)
        report = stages.report_reading(documents, outcomes, on)
        console.print_sources(report.to_pylist())
        if chosen.labels:
            n_must = sum(labels["must_link"].to_pylist())
            console.console.print(
                f"Labels: {n_must:,} must-link, {labels.num_rows - n_must:,} cannot-link, none against another.",
                highlight=False,
            )
        if any(status != "ok" for status in report["status"].to_pylist()):
            raise typer.Exit(INCOMPLETE)
        console.console.print(f"All sources of {on} can be read.", highlight=False)


@app.command()
def schema() -> None:
    """Print the data dictionary: every published table and column, as Markdown."""
    from newsfold.schemas import data_dictionary

    typer.echo(data_dictionary.data_dictionary())


@contextmanager
def _errors_explained() -> Iterator[None]:
    """Expected errors as one clear message and their exit code; anything else is a bug and keeps its traceback."""
    try:
        yield
    except ConfigError as error:
        console.errors.print(f"[red]{type(error).__name__}[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(MISUSED) from error
    except NewsfoldError as error:
        console.errors.print(f"[red]{type(error).__name__}[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(FAILED) from error


for verb in (
    train.train,
    train.doubts,
    evaluate_summaries.train_summaries,
    show.show,
    digest.digest,
    notebook.notebook,
    copies.copies,
    serve.serve,
):
    app.command()(_errors_explained()(verb))
sources.app.command("add")(_errors_explained()(sources.add))
app.add_typer(sources.app, name="sources")
