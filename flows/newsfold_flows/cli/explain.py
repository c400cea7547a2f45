"""`newsfold explain`: why two articles are, or are not, in one story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from newsfold.settings import load_settings
from newsfold.text import format_count
from newsfold_flows.cli import console, options
from newsfold_flows.cli.console import sanitize

_COMPARISONS = (
    *("names in both", "numbers in both", "words in both"),
    *("names only left", "words only left", "names only right", "words only right"),
)


def explain(
    a: Annotated[str, typer.Argument(help="An article: its id, the beginning of its id, or its URL.")],
    b: Annotated[str, typer.Argument(help="Another article.")],
    edition: options.EditionToRead = None,
    config: options.Config = None,
    store: options.Store = None,
) -> None:
    """Explain why two articles are, or are not, in one story: the contribution of each feature, in log-odds.

    `newsfold show STORY` lists the ids of a story's articles. Features that count for nothing are left out.

    Example: `newsfold explain 20c54f3a 5d1be3f0`
    """
    settings = load_settings(config)
    from newsfold.queries.explain import explain_pair

    _print_explanation(explain_pair(store or settings.store, a, b, settings, edition or "latest"))


def _print_explanation(explanation: Mapping[str, Any]) -> None:
    for article in (explanation["left"], explanation["right"]):
        console.out.print(
            f"[bold]{sanitize(article['title'])}[/] [dim]· {sanitize(article['outlet'])} · {article['article_id']}[/]",
            highlight=False,
        )
    console.out.print(f"\n{escape(explanation['verdict'])}\n", highlight=False)
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("log-odds", justify="right")
    table.add_column("value", justify="right")
    table.add_column("feature")
    n_hidden = 0
    for part in explanation["parts"]:
        if f"{abs(part['log_odds']):.2f}" == "0.00":
            n_hidden += 1
            continue
        colour = "green" if part["log_odds"] > 0 else "red"
        value = "—" if part["value"] is None else f"{part['value']:.3f}"
        table.add_row(
            f"[{colour}]{part['log_odds']:+.2f}[/]", value, f"{part['feature']} [dim]{escape(part['meaning'])}[/]"
        )
    if explanation["parts"]:
        console.out.print(table)
    if n_hidden:
        console.out.print(f"[dim]{format_count(n_hidden, 'more feature')} of ±0.00 left out[/]", highlight=False)
    if explanation["languages"]:
        console.out.print(f"\n{escape(explanation['languages'])}", highlight=False)
    for label in _COMPARISONS:
        if explanation[label]:
            console.out.print(f"[dim]{label}:[/] {escape(', '.join(explanation[label]))}", highlight=False)
