"""`newsfold copies`: the most copied texts, who prints whose texts, and who may be one family."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from newsfold import settings
from newsfold_flows.cli import options
from newsfold_flows.cli.console import console

if TYPE_CHECKING:
    from newsfold.queries.syndication import FamilyCandidate, SyndicatedText, SyndicationReport

_NAMED = 4  # outlets named beside a text, pairs beside a family candidate
_COLUMN = 6  # characters of a number's column, its gap included
_NARROW = 12  # outlets as columns, however wide the terminal


def copies(
    first: options.First = None,
    last: options.Last = None,
    top: Annotated[int, typer.Option(help="How many texts to list.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead, every pair of outlets in it.")] = False,
    config: Annotated[Path | None, typer.Option(help="Configuration file; the shipped sample's if left out.")] = None,
    store: Annotated[str | None, typer.Option(help="Where editions lie; the configuration's if left out.")] = None,
) -> None:
    """Tell who copies whom: the most copied texts, whose texts each outlet prints, and who may be one family.

    Of all editions, or those between --from and --to. A text comes from the outlet with its original, or from
    whomever that credits (an agency); an outlet's new version of its own text is no copy here.
    """
    chosen = settings.load_settings(config)
    from newsfold.queries.syndication import analyse_syndication

    found = analyse_syndication(store or chosen.store, chosen, first and first.date(), last and last.date())
    if as_json:
        typer.echo(json.dumps(_as_json(found, top), indent=1, ensure_ascii=False))
    else:
        _print(found, top)


def _print(found: SyndicationReport, top: int) -> None:
    """The whole report: the most copied texts, the table source × outlet, family candidates."""
    copied = [text for text in found.texts if text.copies]
    n_copies = sum(len(text.copies) for text in copied)
    period = f"{found.first}" if found.first == found.last else f"{found.first} to {found.last}"
    console.print(
        f"[bold]Copies[/] [dim]{period}:[/] {len(found.texts):,} texts, {len(copied):,} of them also printed by others "
        f"than their source, {n_copies:,} times.",
        highlight=False,
    )
    if copied:
        console.print()
        console.print(_most_copied(copied[:top]))
        console.print()
        console.print(_exchange(found.exchange))
    _print_families(found.family_candidates)


def _as_json(found: SyndicationReport, top: int) -> dict[str, Any]:
    """The report as JSON's types: `originals` (the `top` most copied), `exchange`, `family_candidates`."""
    return {
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "n_texts": len(found.texts),
        "n_copied": sum(bool(text.copies) for text in found.texts),
        "originals": [_original(text) for text in found.texts[:top] if text.copies],
        "exchange": [
            {"source": source, "outlet": outlet, "n_texts": n} for (source, outlet), n in found.exchange.items()
        ],
        "family_candidates": [_candidate(one) for one in found.family_candidates],
    }


def _original(text: SyndicatedText) -> dict[str, Any]:
    original = text.original
    return {
        "article_id": original["article_id"],
        "source": text.source,
        "outlet": original["outlet"],
        "title": original["title"],
        "url": original["url"],
        "published_at": original["published_at"] and original["published_at"].isoformat(),
        "reason": text.reason,
        "copies": [{"article_id": copy["article_id"], "outlet": outlet} for outlet, copy in text.copies.items()],
    }


def _candidate(one: FamilyCandidate) -> dict[str, Any]:
    pairs = [{"outlets": list(pair), "shared_texts": n, "share": round(s, 4)} for pair, (n, s) in one.pairs.items()]
    return {"outlets": one.outlets, "family": one.family, "pairs": pairs}


def _most_copied(texts: Sequence[SyndicatedText]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("copies", justify="right", no_wrap=True)
    table.add_column("source", no_wrap=True, overflow="ellipsis", max_width=24)
    table.add_column("title and who printed it")
    for text in texts:
        outlets = list(text.copies)
        more = f" and {len(outlets) - _NAMED} more" if len(outlets) > _NAMED else ""
        table.add_row(
            str(len(outlets)),
            escape(text.source),
            f"{escape(text.original['title'])}\n[dim]{escape(', '.join(outlets[:_NAMED]) + more)}[/]",
        )
    return table


def _exchange(exchange: Mapping[tuple[str, str], int]) -> Table:
    """Sources down, outlets across: the busiest of each, as many as the terminal holds."""
    gives, takes = Counter[str](), Counter[str]()
    for (source, outlet), n in exchange.items():
        gives[source] += n
        takes[outlet] += n
    room = min(_NARROW, max(3, (console.width - 32) // (_COLUMN + 2)))
    outlets = sorted(takes, key=lambda name: (-takes[name], name))[:room]
    sources = sorted(gives, key=lambda name: (-gives[name], name))[: 2 * _NARROW]
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
        table.add_column(escape(outlet), justify="right", min_width=_COLUMN, max_width=2 * _COLUMN)
    if len(takes) > len(outlets):
        table.add_column(f"{len(takes) - len(outlets)} more", justify="right", style="dim")
    for source in sources:
        counts = [exchange.get((source, outlet), 0) for outlet in outlets]
        cells = [str(n) if n else "[dim]·[/]" for n in counts]
        rest = [str(gives[source] - sum(counts))] if len(takes) > len(outlets) else []
        table.add_row(escape(source), *cells, *rest)
    if len(gives) > len(sources):
        table.add_row(f"[dim]{len(gives) - len(sources)} more[/]")
    return table


def _print_families(families: Sequence[FamilyCandidate]) -> None:
    if not families:
        return
    console.print(
        "\n[bold]Perhaps one family[/] [dim]they print the same texts and credit nobody; if so, say it in the "
        "configuration[/]",
        highlight=False,
    )
    for one in families:
        closest = sorted(one.pairs.items(), key=lambda item: (-item[1][1], item[0]))
        told = "; ".join(
            f"{escape(left)} and {escape(right)}: {n:,} texts, {share:.0%}"
            for (left, right), (n, share) in closest[:_NAMED]
        )
        if len(closest) > _NAMED:
            told += f"; and {len(closest) - _NAMED} more pairs"
        listed = escape("[" + ", ".join(f'"{outlet}"' for outlet in one.outlets) + "]")
        family = escape(one.family or "NAME")
        console.print(f"{told}\n  [dim]families: {{{family}: {listed}}}[/]", highlight=False)
