"""Results of `newsfold evaluate` on one set: methods, errors by group, pairs, calibration, ROUGE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from rich.markup import escape
from rich.table import Table

from newsfold.evaluation import NEWSFOLD, Calibration, PairAgreement, SetReport
from newsfold.evaluation.references import SummaryReport
from newsfold.text import format_count
from newsfold_flows.cli import console

_Value = TypeVar("_Value")

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
_GROUP_HEADINGS = {name: _HEADINGS[name] for name in ("b3_precision", "b3_recall", "b3_f1", "pairwise_f1")}
_ROUGE_HEADINGS = ("R1", "R2", "RL")
_MOST_LANGUAGES = 8
_MOST_LANGUAGE_PAIRS = 12
_WIDE = 100  # columns of a terminal from which two tables stand side by side


def print_progress(split: str, name: str, metrics: Mapping[str, float]) -> None:
    """Print a line on standard error about a set, as far as it has been measured."""
    name = f"{split}: {name}" if split else name
    console.err.print(
        f"[green]✓[/] {escape(name)} [dim]B³ F1 {format_share(metrics['b3_f1'])}, pair F1 "
        f"{format_share(metrics['pairwise_f1'])} on the stories so far[/]",
        highlight=False,
    )


def print_report(report: SetReport) -> None:
    """Print one set's report: every method, newsfold by story size and language, and its calibration."""
    rejected = f", {format_count(report.rejected, 'row')} rejected" if report.rejected else ""
    without = f" without {' and '.join(report.without)}" if report.without else ""
    console.out.print(
        f"\n[bold]{escape(report.name)}{without}[/] [dim]{format_count(report.articles, 'article')}, "
        f"{report.labelled:,} labelled, {format_count(report.stories, 'story')}{rejected}; "
        f"blocking recall {format_share(report.blocking_recall)}[/]",
        highlight=False,
    )
    console.out.print(method_table(report.methods))
    groups = Table.grid()
    groups.add_row(_group_table("story size", report.by_size))
    if len(report.by_language) > 1:
        groups.add_row("")
        groups.add_row(_group_table("language", _first(report.by_language, _MOST_LANGUAGES)))
    pairs = Table.grid()
    pairs.add_row(_reliability_table(report.calibration))
    for heading, cells in (("days apart", report.pairs_by_days), ("languages", report.pairs_by_languages)):
        if cells:
            pairs.add_row("")
            pairs.add_row(_pair_table(heading, _first(cells, _MOST_LANGUAGE_PAIRS)))
    console.out.print()
    if console.out.width < _WIDE:
        console.out.print(groups)
        console.out.print()
        console.out.print(pairs)
    else:
        side_by_side = Table.grid(padding=(0, 4), pad_edge=False)
        side_by_side.add_row(groups, pairs)
        console.out.print(side_by_side)
    _print_calibration(report.calibration)


def print_reference_reports(reports: Sequence[SummaryReport]) -> None:
    """Print how near headlines and summaries come to those that editors wrote."""
    for report in reports:
        console.out.print(
            f"\n[bold]{escape(report.name)}[/] [dim]{format_count(report.stories, 'story')}; summaries of at most "
            f"{report.max_words} words, newsfold's of {report.words:.0f} on average[/]",
            highlight=False,
        )
        console.out.print(_rouge_table("summary", report.summaries))
        console.out.print()
        console.out.print(_rouge_table("headline", report.headlines))
    console.out.print("\n[dim]R1, R2, RL: ROUGE F1, stemmed. Oracles know the references.[/]", highlight=False)


def method_table(methods: Mapping[str, Mapping[str, float]]) -> Table:
    """Return a row per method, newsfold's coloured; the best of each column in bold."""
    table = start_table("method", _HEADINGS.values())
    best = {name: max(values[name] for values in methods.values()) for name in _HEADINGS}
    for method, values in methods.items():
        cells = (
            f"[bold]{format_share(values[name])}[/]" if values[name] == best[name] else format_share(values[name])
            for name in _HEADINGS
        )
        table.add_row(escape(method), *cells, style=_style_of(method))
    return table


def _group_table(heading: str, groups: Mapping[str, Mapping[str, float]]) -> Table:
    table = start_table(heading, ("articles", *_GROUP_HEADINGS.values()))
    for group, values in groups.items():
        shares = (format_share(values[name]) for name in _GROUP_HEADINGS)
        table.add_row(escape(group), f"{values['articles']:,.0f}", *shares)
    return table


def _reliability_table(calibration: Calibration) -> Table:
    """Return predicted probabilities of candidate pairs beside the share that is one story."""
    table = start_table("probability", ("pairs", "mean", "same story"))
    for bin_ in calibration.reliability:
        table.add_row(
            f"{bin_.low:.1f}–{bin_.high:.1f}",
            f"{bin_.pairs:,}",
            format_share(bin_.mean_probability),
            format_share(bin_.share_same_story),
        )
    return table


def _pair_table(heading: str, cells: Mapping[str, PairAgreement]) -> Table:
    """Return recall, split rate and precision of same-story pairs."""
    table = start_table(heading, ("true pairs", "recall", "split", "precision"))
    for name, cell in cells.items():
        recall = None if cell.recall is None else format_share(cell.recall)
        split = None if cell.recall is None else format_share(1 - cell.recall)
        precision = None if cell.precision is None else format_share(cell.precision)
        table.add_row(escape(name), f"{cell.true_pairs:,}", recall or "–", split or "–", precision or "–")
    return table


def _rouge_table(heading: str, methods: Mapping[str, Mapping[str, float]]) -> Table:
    table = start_table(heading, _ROUGE_HEADINGS, min_width=32)
    for method, values in methods.items():
        table.add_row(escape(method), *map(format_share, values.values()), style=_style_of(method))
    return table


def _print_calibration(calibration: Calibration) -> None:
    if calibration.brier is None or calibration.base_rate_brier is None or calibration.expected_error is None:
        console.out.print("[dim]No candidate pair is labelled, so there is no calibration to report.[/]")
        return
    ratio = calibration.expected_to_true
    expected = f"; {calibration.expected_pairs:,.0f} expected ({ratio:.2f} × the true number)" if ratio else ""
    console.out.print(
        f"[dim]{format_count(calibration.pairs, 'labelled candidate pair')}, {calibration.same_story_pairs:,} of one "
        f"story{expected}: Brier {calibration.brier:.4f} (base rate alone {calibration.base_rate_brier:.4f}), "
        f"expected calibration error {calibration.expected_error:.4f}[/]",
        highlight=False,
    )


def start_table(first: str, others: Iterable[str], min_width: int | None = None) -> Table:
    """Return a table without lines: a column of names, and columns of figures."""
    table = Table(box=None, header_style="dim", pad_edge=False, collapse_padding=True)
    table.add_column(first, no_wrap=True, min_width=min_width)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _first(groups: Mapping[str, _Value], count: int) -> dict[str, _Value]:
    return dict(list(groups.items())[:count])


def _style_of(method: str) -> str | None:
    return "cyan" if method == NEWSFOLD else None


def format_share(value: float) -> str:
    """Return a number with three decimals and without the leading zero."""
    return f"{value:.3f}".replace("0.", ".", 1)
