"""How `newsfold evaluate` looks at a terminal: who did best on each labelled set, and where newsfold errs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from newsfold.evaluation import NEWSFOLD, Calibration, SetReport
from newsfold_flows.cli.console import console

_HEADINGS = {
    "b3_precision": "B³ P",
    "b3_recall": "B³ R",
    "b3_f1": "B³ F1",
    "pairwise_precision": "pair P",
    "pairwise_recall": "pair R",
    "pairwise_f1": "pair F1",
    "b3_f1_multi": "multi",
    "ari": "ARI",
    "ami": "AMI",
}
_PART_HEADINGS = {name: _HEADINGS[name] for name in ("b3_precision", "b3_recall", "b3_f1", "pairwise_f1")}
_MOST_LANGUAGES = 8
_WIDE = 100  # columns in which two tables stand side by side


def print_summary(reports: Sequence[SetReport], macro: Mapping[str, Mapping[str, float]]) -> None:
    """The means over the sets where there are several, and what the columns mean."""
    if len(reports) > 1:
        recall = sum(report.blocking_recall for report in reports) / len(reports)
        console.print(
            f"\n[bold]Mean of the {len(reports)} sets[/] [dim]blocking recall {_share(recall)}[/]", highlight=False
        )
        console.print(_methods(macro))
    console.print(
        "\n[dim]B³: B-cubed; P, R: precision, recall; multi: B³ F1 over stories of several articles.[/]",
        highlight=False,
    )
    for method, reason in {m: why for report in reports for m, why in report.absent.items()}.items():
        console.print(f"[dim]Left out: {escape(method)} ({escape(reason)}).[/]", highlight=False)


def print_report(report: SetReport) -> None:
    """One set's report: every method, newsfold by story size and language, and its calibration."""
    rejected = f", {report.rejected:,} rows rejected" if report.rejected else ""
    console.print(
        f"\n[bold]{escape(report.name)}[/] [dim]{report.articles:,} articles, {report.labelled:,} labelled, "
        f"{report.stories:,} stories{rejected}; blocking recall {_share(report.blocking_recall)}[/]",
        highlight=False,
    )
    console.print(_methods(report.methods))
    parts = Table.grid()
    parts.add_row(_parts("story size", report.by_size))
    if len(report.by_language) > 1:
        parts.add_row("")
        parts.add_row(_parts("language", dict(list(report.by_language.items())[:_MOST_LANGUAGES])))
    console.print()
    if console.width < _WIDE:
        console.print(parts)
        console.print()
        console.print(_reliability(report.calibration))
    else:
        side_by_side = Table.grid(padding=(0, 4), pad_edge=False)
        side_by_side.add_row(parts, _reliability(report.calibration))
        console.print(side_by_side)
    _print_calibration(report.calibration)


def _methods(methods: Mapping[str, Mapping[str, float]]) -> Table:
    """A row per method, newsfold's coloured; the best of each column in bold."""
    table = _table("method", *_HEADINGS.values())
    best = {name: max(values[name] for values in methods.values()) for name in _HEADINGS}
    for method, values in methods.items():
        cells = (
            f"[bold]{_share(values[name])}[/]" if values[name] == best[name] else _share(values[name])
            for name in _HEADINGS
        )
        table.add_row(escape(method), *cells, style="cyan" if method == NEWSFOLD else None)
    return table


def _parts(heading: str, parts: Mapping[str, Mapping[str, float]]) -> Table:
    table = _table(heading, "articles", *_PART_HEADINGS.values())
    for part, values in parts.items():
        table.add_row(escape(part), f"{values['articles']:,.0f}", *(_share(values[name]) for name in _PART_HEADINGS))
    return table


def _reliability(calibration: Calibration) -> Table:
    """What the scorer said of the candidate pairs, and how many of them are one story."""
    table = _table("probability", "pairs", "mean", "same story")
    for part in calibration.reliability:
        table.add_row(
            f"{part.low:.1f}–{part.high:.1f}",
            f"{part.pairs:,}",
            _share(part.mean_probability),
            _share(part.share_same_story),
        )
    return table


def _print_calibration(calibration: Calibration) -> None:
    if calibration.brier is None or calibration.base_rate_brier is None or calibration.expected_error is None:
        console.print("[dim]No candidate pair is labelled, so there is no calibration to tell of.[/]")
        return
    console.print(
        f"[dim]{calibration.pairs:,} labelled candidate pairs, {calibration.same_story_pairs:,} of one story: "
        f"Brier {calibration.brier:.4f} (base rate alone {calibration.base_rate_brier:.4f}), "
        f"expected calibration error {calibration.expected_error:.4f}[/]",
        highlight=False,
    )


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, collapse_padding=True)
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _share(value: float) -> str:
    """Three places without the zero in front, as such tables are printed."""
    return f"{value:.3f}".replace("0.", ".", 1)
