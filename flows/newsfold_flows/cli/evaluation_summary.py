"""The end of `newsfold evaluate`: the means over the sets, and each set beside newsfold's own vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from newsfold.evaluation import NEWSFOLD, OWN_VECTORS, SetReport
from newsfold.text import format_count
from newsfold_flows.cli import console
from newsfold_flows.cli.evaluation_tables import format_share, method_table, start_table

_ALL_SETS = "mean"


def print_summary(
    reports: Sequence[SetReport], macro: Mapping[str, Mapping[str, float]], threshold: float | None
) -> None:
    """Print the means over the sets, if there are several, every set beside the best other methods, and the legend.

    Args:
        reports: of all sets.
        macro: the means by method.
        threshold: of newsfold's own vectors; None: there are no figures of them.
    """
    if len(reports) > 1:
        recall = sum(report.blocking_recall for report in reports) / len(reports)
        console.out.print(
            f"\n[bold]Mean of the {len(reports)} sets[/] [dim]blocking recall {format_share(recall)}[/]",
            highlight=False,
        )
        console.out.print(method_table(macro))
    rows = {report.name: report.methods for report in reports}
    console.out.print()
    console.out.print(_set_table(rows | ({_ALL_SETS: macro} if len(reports) > 1 else {}), reports))
    below = sum(_is_below(methods) for methods in rows.values())
    if below:
        console.out.print(
            f"[red]newsfold's B³ F1 is below another method's on {format_count(below, 'set')}.[/]", highlight=False
        )
    if threshold is not None:
        console.out.print(
            f"[dim]{OWN_VECTORS}: newsfold's embedding without its scorer, cut at cosine {format_share(threshold)}, "
            f"the best for {'all sets together' if len(reports) > 1 else 'the set'}.[/]",
            highlight=False,
        )
    console.out.print(
        "[dim]B³: B-cubed; P, R: precision, recall; multi: B³ F1 over stories of several articles; exp./true: expected "
        "over true number of same-story pairs.[/]",
        highlight=False,
    )
    for method, reason in {m: why for report in reports for m, why in report.absent.items()}.items():
        console.out.print(f"[dim]Left out: {escape(method)} ({escape(reason)}).[/]", highlight=False)


def _set_table(rows: Mapping[str, Mapping[str, Mapping[str, float]]], reports: Sequence[SetReport]) -> Table:
    """Return B³ F1 and pair F1 of newsfold and of the methods to beat; in red where newsfold is below."""
    ratio_of = {report.name: report.calibration.expected_to_true for report in reports}
    table = start_table("B³ F1 / pair F1", (NEWSFOLD, "own vectors", "best plain method", "exp./true"))
    for name, methods in rows.items():
        plain = _best_plain(methods)
        ratio = ratio_of.get(name)
        ours = _format_scores(methods[NEWSFOLD])
        table.add_row(
            escape(name),
            f"[red]{ours}[/]" if _is_below(methods) else ours,
            _format_scores(methods.get(OWN_VECTORS)),
            f"{escape(plain)} {_format_scores(methods[plain])}" if plain else "–",
            f"{ratio:.2f}" if ratio is not None else "–",
        )
    return table


def _best_plain(methods: Mapping[str, Mapping[str, float]]) -> str | None:
    plain = [method for method in methods if method not in (NEWSFOLD, OWN_VECTORS)]
    return max(plain, key=lambda method: methods[method]["b3_f1"], default=None)


def _is_below(methods: Mapping[str, Mapping[str, float]]) -> bool:
    """Return whether another method has a higher B³ F1."""
    return methods[NEWSFOLD]["b3_f1"] < max(values["b3_f1"] for values in methods.values())


def _format_scores(values: Mapping[str, float] | None) -> str:
    return f"{format_share(values['b3_f1'])} / {format_share(values['pairwise_f1'])}" if values else "–"
