"""`newsfold cluster`: files of articles to stories, without a store."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from rich.markup import escape

from newsfold.errors import ConfigError
from newsfold.settings import Column, Settings, load_settings
from newsfold.text import format_count
from newsfold_flows.cli import console, edition_report, log, options, progress_bars, story_tables
from newsfold_flows.cli.errors import ExitCode

_REJECTIONS_SHOWN = 5


def cluster(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="Articles: parquet, arrow, xlsx, json, jsonl, csv, txt, html, saved feeds, archives, or folders.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            metavar="DIR", help="Folder for `stories`, `story_articles`, `threads` and `rows`, all `.parquet`."
        ),
    ],
    config: options.ConfigOrDefaults = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=COLUMN",
            help="A column that has another name than newsfold's, such as outlet=paper. May be repeated.",
        ),
    ] = None,
) -> None:
    """Group articles from files into stories, without a store and without Prefect.

    Columns: `id`, `url`, `outlet`, `title`, `text`, `published_at`, `language`; all but `title` or `text` may be
    missing, and `--columns` gives other names. Every row of a table is an article, also if several have one text: these
    are copies. The results have your `id` as `article_id`.

    Example: `newsfold cluster articles.parquet --out stories/`

    Example: `newsfold cluster articles.csv --columns outlet=paper --columns title=headline --out stories/`
    """
    settings = load_settings(config) if config else Settings()
    import pyarrow.parquet as pq

    from newsfold import sources, stages
    from newsfold.cluster_input import read_input
    from newsfold_flows import metrics

    names = _parse_columns(columns)
    given = read_input(files, settings, names)
    if given.ignored_columns:
        log.report(logging.WARNING, sources.describe_ignored_columns(given.ignored_columns, names))
        if suggested := sources.suggest_columns(given.ignored_columns, names):
            wanted = " ".join(f"--columns {name}={column}" for name, column in suggested.items())
            log.report(logging.WARNING, f"To read what they hold: {wanted}")
    with progress_bars.show_stage_progress() as progress:
        result = stages.cluster_documents(given, settings, progress)
    out.mkdir(parents=True, exist_ok=True)
    for name in ("stories", "story_articles", "threads", "rows"):
        pq.write_table(getattr(result, name), out / f"{name}.parquet", compression="zstd")
    story_tables.print_stories(result.stories)
    edition_report.print_labels(metrics.count_labels(result.label_outcomes))
    incomplete = [source for source in result.sources.to_pylist() if source["n_rejected"]]
    edition_report.print_sources(incomplete)
    for rejection in (incomplete[0]["rejections"] if incomplete else [])[:_REJECTIONS_SHOWN]:
        console.out.print(f"[dim]rejected[/] {escape(rejection['location'])}: {escape(rejection['reason'])}")
    articles = format_count(result.story_articles.num_rows, "article")
    stories = format_count(result.stories.num_rows, "story")
    console.out.print(
        f"\n{articles} in {stories}: {out / 'story_articles.parquet'}, {out / 'stories.parquet'}",
        highlight=False,
        soft_wrap=True,
    )
    if any(source["status"] != "ok" for source in incomplete):
        raise typer.Exit(ExitCode.INCOMPLETE)


def _parse_columns(items: Sequence[str] | None) -> dict[Column, str]:
    """Return `NAME=COLUMN` options as a mapping.

    Raises:
        ConfigError: an item has another form, or newsfold has no column of that name.
    """
    columns: dict[Column, str] = {}
    for item in items or ():
        name, _, column = item.partition("=")
        if name not in get_args(Column) or not column:
            known = ", ".join(get_args(Column))
            raise ConfigError(f"--columns takes NAME=COLUMN, with a NAME of {known}, not {item!r}.")
        columns[cast("Column", name)] = column
    return columns
