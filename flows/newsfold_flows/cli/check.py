"""`newsfold check`: the configuration and every source, without a run."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from newsfold.settings import load_settings
from newsfold_flows.cli import console, edition_report, options
from newsfold_flows.cli.errors import ExitCode


def check(config: options.Config = None, edition: options.EditionToCheck = None) -> None:
    """Validate the configuration, its models, labels and retractions, and read every source; publish nothing.

    On the web it requests the listings only, each once, and no article pages.

    Example: `newsfold check --config mine.yaml`
    """
    settings = load_settings(config)
    from newsfold import constraints, embedding, scoring, sources, stages

    scoring.load_scorer(settings.scoring)
    embedding.load_adapter(settings.embedding)
    labels = stages.read_labels(settings)
    constraints.read_retractions(settings.retractions)
    checked = edition or max(sources.list_editions(settings), default=datetime.now(UTC).date())
    crawl = sources.crawl_outlets(settings, sources.FetchHistory(checked), fetch_pages=False)
    documents, outcomes = sources.read_sources(settings, checked, crawl=crawl)
    report = stages.report_reading(documents, outcomes, checked)
    edition_report.print_sources(report.to_pylist())
    if settings.labels:
        n_must_link = sum(labels["must_link"].to_pylist())
        console.out.print(
            f"Labels: {n_must_link:,} must-link, {labels.num_rows - n_must_link:,} cannot-link, no contradictions.",
            highlight=False,
        )
    if any(status != "ok" for status in report["status"].to_pylist()):
        raise typer.Exit(ExitCode.INCOMPLETE)
    console.out.print(f"All sources of {checked} can be read.", highlight=False)
