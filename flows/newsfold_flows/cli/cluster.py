"""`newsfold cluster`: files of articles to stories, without a store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from newsfold.settings import FilesSource, Settings, load_settings
from newsfold.text import format_count
from newsfold_flows.cli import console, edition_report, options, progress_bars, story_tables
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
            metavar="DIR", help="Folder for `story_articles.parquet`, `stories.parquet` and `threads.parquet`."
        ),
    ],
    config: options.ConfigOrDefaults = None,
) -> None:
    """Group articles from files into stories, without a store and without Prefect.

    Columns: `id`, `url`, `outlet`, `title`, `text`, `published_at`, `language`; all but `title` or `text` may be
    missing. The results have your `id` as `article_id`.

    Example: `newsfold cluster articles.parquet --out stories/`
    """
    settings = load_settings(config) if config else Settings()
    import pyarrow.parquet as pq

    from newsfold import sources, stages
    from newsfold.dataflow import UNDATED
    from newsfold_flows import metrics

    source = FilesSource(name="files", path=[str(file.resolve()) for file in files])
    settings = settings.model_copy(update={"sources": [source]})
    documents, outcomes = sources.read_sources(settings, UNDATED)
    with progress_bars.show_stage_progress() as progress:
        result = stages.cluster_documents(documents, outcomes, settings, progress)
    out.mkdir(parents=True, exist_ok=True)
    for name in ("stories", "story_articles", "threads"):
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
