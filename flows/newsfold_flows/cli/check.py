"""`newsfold check`: all that a night needs, and every source, without a run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import typer
from rich.markup import escape

from newsfold.settings import Settings, load_settings, require_sources
from newsfold_flows.cli import console, edition_report, options
from newsfold_flows.cli.errors import ExitCode

if TYPE_CHECKING:
    import pyarrow as pa


def check(config: options.Config = None, edition: options.EditionToCheck = None, store: options.Store = None) -> None:
    """Validate all that a night needs, and read every source; publish nothing.

    That is the configuration, its models, labels and retractions, the libraries that it asks for, whether the store and
    the digest can be written, and whom alerts go to. On the web it requests the listings only, each once, and no
    article pages. The exit code is 2 if a run would fail, and 3 if a source cannot be read.

    Example: `newsfold check --config mine.yaml`
    """
    settings = load_settings(config)
    if store:
        settings = settings.model_copy(update={"store": store})
    require_sources(settings, config)
    from newsfold import constraints, sources, stages
    from newsfold_flows import metrics, preflight

    labels = stages.read_labels(settings)
    constraints.read_retractions(settings.retractions)
    checked = edition or max(sources.list_editions(settings), default=datetime.now(UTC).date())
    report, ignored = _read_sources(settings, checked)
    edition_report.print_sources(report)
    for name, columns in ignored.items():
        hint = sources.describe_ignored_columns(columns)
        console.out.print(f"[yellow]{escape(name)}:[/] {escape(hint)}", highlight=False, soft_wrap=True)
    if ignored:
        console.out.print("To read such a column, name it in the source's `columns`.", highlight=False)
    if settings.labels:
        n_must_link = sum(labels["must_link"].to_pylist())
        console.out.print(
            f"Labels: {n_must_link:,} must-link, {labels.num_rows - n_must_link:,} cannot-link, no contradictions.",
            highlight=False,
        )
    problems = preflight.find_problems(settings)
    for problem in problems:
        console.out.print(f"[red]✗[/] {escape(problem)}", highlight=False, soft_wrap=True)
    if problems:
        raise typer.Exit(ExitCode.USAGE)
    if unread := metrics.incomplete_sources(report):
        console.out.print(f"Not (wholly) read: {escape(', '.join(unread))}.", highlight=False, soft_wrap=True)
        raise typer.Exit(ExitCode.INCOMPLETE)
    console.out.print(f"All sources of {checked} can be read, and all that a run needs is there.", highlight=False)


def _read_sources(settings: Settings, edition: date) -> tuple[list[dict[str, Any]], Mapping[str, list[str]]]:
    """Read every source; return the rows of table `sources`, and the columns that nothing reads, by source."""
    from newsfold import schemas, sources, stages

    crawl = sources.crawl_outlets(settings, sources.FetchHistory(edition), fetch_pages=False)
    tables: list[tuple[pa.Table, pa.Table]] = []
    ignored: dict[str, list[str]] = {}
    for source in settings.sources:
        with sources.watch_ignored_columns() as columns:
            result = crawl.results.get(source.name)
            tables.append(sources.read_source(settings, source.name, edition, crawl_result=result))
        if columns:
            ignored[source.name] = list(columns)
    documents, outcomes = (
        schemas.concat_tables(name, [pair[at] for pair in tables])
        for at, name in enumerate(("documents", "source_outcomes"))
    )
    return stages.report_reading(documents, outcomes, edition).to_pylist(), ignored
