"""`newsfold copies`: the most copied texts, who prints whose texts, and who may be one family."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from newsfold.settings import load_settings
from newsfold.text import format_count
from newsfold_flows.cli import console, options

if TYPE_CHECKING:
    from newsfold.queries.syndication import FamilyCandidate, SyndicatedText, SyndicationReport

_NAMED = 4  # outlets named per text, pairs named per family candidate
_COLUMN = 6  # characters of a column of numbers, its gap included
_MOST_COLUMNS = 12  # outlets as columns, however wide the terminal is


def copies(
    first: options.FirstEdition = None,
    last: options.LastEdition = None,
    top: Annotated[int, typer.Option(help="Number of texts to list.")] = 10,
    as_json: options.AsJson = False,
    config: options.Config = None,
    store: options.Store = None,
) -> None:
    """Show who copies whom: the most copied texts, whose texts each outlet prints, and outlets that may be one family.

    Covers all editions, or those from --from to --to. The source of a text is the outlet of its original, or the agency
    that the original credits. An outlet's new version of its own text does not count as a copy here.

    Example: `newsfold copies --from 2013-06-05 --to 2013-06-07 --top 20`
    """
    settings = load_settings(config)
    from newsfold.queries.syndication import analyse_syndication

    report = analyse_syndication(store or settings.store, settings, first, last)
    if as_json:
        console.print_json(_report_as_json(report, top))
    else:
        _print_report(report, top)


def _print_report(report: SyndicationReport, top: int) -> None:
    """Print the most copied texts, the table source × outlet, and the family candidates."""
    copied = [text for text in report.texts if text.copies]
    n_copies = sum(len(text.copies) for text in copied)
    period = f"{report.first}" if report.first == report.last else f"{report.first} to {report.last}"
    console.out.print(
        f"[bold]Copies[/] [dim]{period}:[/] {format_count(len(report.texts), 'text')}, {len(copied):,} of them printed "
        f"by others than their source, {format_count(n_copies, 'time')}.",
        highlight=False,
    )
    if copied:
        console.out.print()
        console.out.print(_original_table(copied[:top]))
        console.out.print()
        console.out.print(_exchange_table(report.exchange))
    _print_families(report.family_candidates)


def _report_as_json(report: SyndicationReport, top: int) -> dict[str, Any]:
    return {
        "from": report.first,
        "to": report.last,
        "n_texts": len(report.texts),
        "n_copied": sum(bool(text.copies) for text in report.texts),
        "originals": [_original_as_json(text) for text in report.texts[:top] if text.copies],
        "exchange": [
            {"source": source, "outlet": outlet, "n_texts": n} for (source, outlet), n in report.exchange.items()
        ],
        "family_candidates": [_family_as_json(family) for family in report.family_candidates],
    }


def _original_as_json(text: SyndicatedText) -> dict[str, Any]:
    original = text.original
    return {
        "article_id": original["article_id"],
        "source": text.source,
        "outlet": original["outlet"],
        "title": original["title"],
        "url": original["url"],
        "published_at": original["published_at"],
        "reason": text.reason,
        "copies": [{"article_id": copy["article_id"], "outlet": outlet} for outlet, copy in text.copies.items()],
    }


def _family_as_json(family: FamilyCandidate) -> dict[str, Any]:
    pairs = [
        {"outlets": list(pair), "shared_texts": n, "share": round(share, 4)}
        for pair, (n, share) in family.pairs.items()
    ]
    return {"outlets": family.outlets, "family": family.family, "pairs": pairs}


def _original_table(texts: Sequence[SyndicatedText]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("copies", justify="right", no_wrap=True)
    table.add_column("source", no_wrap=True, overflow="ellipsis", max_width=24)
    table.add_column("title and who printed it")
    for text in texts:
        outlets = list(text.copies)
        more = f" and {len(outlets) - _NAMED} more" if len(outlets) > _NAMED else ""
        printed_by = console.sanitize(", ".join(outlets[:_NAMED]) + more)
        table.add_row(
            str(len(outlets)),
            console.sanitize(text.source),
            f"{console.sanitize(text.original['title'])}\n[dim]{printed_by}[/]",
        )
    return table


def _exchange_table(exchange: Mapping[tuple[str, str], int]) -> Table:
    """Return a table of sources by outlets: the busiest of each, as many as fit the terminal."""
    by_source, by_outlet = Counter[str](), Counter[str]()
    for (source, outlet), n in exchange.items():
        by_source[source] += n
        by_outlet[outlet] += n
    room = min(_MOST_COLUMNS, max(3, (console.out.width - 32) // (_COLUMN + 2)))
    outlets = sorted(by_outlet, key=lambda name: (-by_outlet[name], name))[:room]
    sources = sorted(by_source, key=lambda name: (-by_source[name], name))[: 2 * _MOST_COLUMNS]
    table = Table(
        box=None,
        header_style="dim",
        pad_edge=False,
        title="texts of … printed by …",
        title_justify="left",
        title_style="bold",
    )
    table.add_column("", no_wrap=True, overflow="ellipsis", max_width=24)
    for outlet in outlets:
        table.add_column(console.sanitize(outlet), justify="right", min_width=_COLUMN, max_width=2 * _COLUMN)
    has_more = len(by_outlet) > len(outlets)
    if has_more:
        table.add_column(f"{len(by_outlet) - len(outlets)} more", justify="right", style="dim")
    for source in sources:
        counts = [exchange.get((source, outlet), 0) for outlet in outlets]
        cells = [str(n) if n else "[dim]·[/]" for n in counts]
        rest = [str(by_source[source] - sum(counts))] if has_more else []
        table.add_row(console.sanitize(source), *cells, *rest)
    if len(by_source) > len(sources):
        table.add_row(f"[dim]{len(by_source) - len(sources)} more[/]")
    return table


def _print_families(families: Sequence[FamilyCandidate]) -> None:
    if not families:
        return
    console.out.print(
        "\n[bold]Possible families[/] [dim]these outlets print the same texts and credit nobody; if they belong "
        "together, say so in the configuration[/]",
        highlight=False,
    )
    for family in families:
        closest = sorted(family.pairs.items(), key=lambda item: (-item[1][1], item[0]))
        pairs = "; ".join(
            f"{console.sanitize(left)} and {console.sanitize(right)}: {format_count(n, 'text')}, {share:.0%}"
            for (left, right), (n, share) in closest[:_NAMED]
        )
        if len(closest) > _NAMED:
            pairs += f"; and {format_count(len(closest) - _NAMED, 'more pair')}"
        outlets = console.sanitize("[" + ", ".join(f'"{outlet}"' for outlet in family.outlets) + "]")
        console.out.print(
            f"{pairs}\n  [dim]families: {{{console.sanitize(family.family or 'NAME')}: {outlets}}}[/]", highlight=False
        )
