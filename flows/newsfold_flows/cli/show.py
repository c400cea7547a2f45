"""`newsfold show`: an edition at the terminal, or one story of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from newsfold import settings
from newsfold.errors import ConfigError
from newsfold_flows.cli import console
from newsfold_flows.cli import story as story_life

if TYPE_CHECKING:
    from newsfold.digest import Digest, Told

_RANK = 3
_STATUS = {"new": "[green]new[/]", "updated": "[yellow]updated[/]"}


def show(
    story: Annotated[str | None, typer.Argument(help="A story id, or its beginning; all stories if left out.")] = None,
    edition: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE")] = None,
    top: Annotated[int, typer.Option(min=1, help="How many stories to list.")] = 20,
    find: Annotated[str, typer.Option(metavar="WORDS", help="Only stories that have all these words.")] = "",
    status: Annotated[str | None, typer.Option(help="Only new, updated or unchanged stories.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Only stories that this outlet covers.")] = None,
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Only stories told in it (en, es, …).")] = None,
    oneline: Annotated[bool, typer.Option("--oneline", help="A line for each story.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead, every article in it.")] = False,
    paged: Annotated[bool, typer.Option("--pager/--no-pager", help="Page what is longer than the screen.")] = True,
    config: Annotated[Path | None, typer.Option(help="Configuration file; the shipped sample's if left out.")] = None,
    store: Annotated[str | None, typer.Option(help="Where editions lie; the configuration's if left out.")] = None,
) -> None:
    """Print an edition's top stories; or one story whole: what is new, its articles, and its life by edition."""
    from newsfold import digest

    address = store or settings.load_settings(config).store
    on = edition.date() if edition else None
    if status is not None and status not in digest.STATUSES:
        raise ConfigError(f"--status is one of {', '.join(digest.STATUSES)}, not {status!r}.")
    if story is not None:
        with _pages(paged and not as_json):
            story_life.show(address, story, on, as_json=as_json)
        return
    told = digest.read(address, on or "latest")
    fitting = digest.select(told.stories, find, status, outlet, language)
    if as_json:
        console.print_json(_as_json(told, fitting[:top]))
        return
    with _pages(paged):
        console.print_edition(told.manifest)
        if not fitting:
            console.console.print("\nNo story fits.")
        elif oneline:
            console.print_rows([one.row for one in fitting[:top]])
        else:
            rank = {one.row["story_id"]: at for at, one in enumerate(told.stories, 1)}
            for one in fitting[:top]:
                _print_card(one, rank[one.row["story_id"]])
        if len(fitting) > top:
            console.console.print(f"\n[dim]{len(fitting) - top:,} more; --top {len(fitting)} lists all.[/]")


def _print_card(told: Told, rank: int) -> None:
    """A story in a few lines: headline, counts, coverage over the window, summary and what is new."""
    from newsfold.digest import blocks

    row = told.row
    counts = f"{_many(row['n_articles'], 'article')} · {_many(row['n_outlets'], 'outlet')}"
    if row["n_articles"] > 1:
        counts += f" · {row['n_independent']} independent · {blocks(told.coverage)}"
    status = _STATUS.get(row["status"], f"[dim]{row['status']}[/]")
    lines = [
        f"[bold]{console.inert(row['headline'])}[/]",
        f"[dim]{counts} ·[/] {status} [dim]· {escape(row['story_id'])}[/]",
    ]
    if row["summary_sentences"]:
        lines.append(" ".join(_quoted(sentence) for sentence in row["summary_sentences"]))
    lines += [f"[green]+[/] {_quoted(sentence)}" for sentence in row["what_is_new"]]
    card = Table.grid(padding=(0, 2, 0, 0))
    card.add_column(style="dim", justify="right", min_width=_RANK)
    card.add_row(str(rank), "\n".join(lines))
    console.console.print()
    console.console.print(card, highlight=False)


def _quoted(sentence: dict[str, Any]) -> str:
    return f"{console.inert(sentence['text'])} [dim]({console.inert(sentence['outlet'])})[/]"


def _many(n: int, what: str) -> str:
    return f"{n:,} {what}{'s' if n != 1 else ''}"


@contextmanager
def _pages(wanted: bool) -> Iterator[None]:
    if not (wanted and console.console.is_terminal):
        yield
        return
    os.environ.setdefault("LESS", "FRX")  # less: keep colours, and stay away where all fits the screen
    with console.console.pager(styles=True):
        yield


def _as_json(told: Digest, stories: Sequence[Told]) -> dict[str, Any]:
    rank = {one.row["story_id"]: at for at, one in enumerate(told.stories, 1)}
    return {
        "edition_date": told.edition,
        "window": {"from": told.begins, "to": told.edition},
        "n_stories": len(told.stories),
        "stories": [
            {"rank": rank[one.row["story_id"]], **one.row, "outlets": one.outlets, "coverage": one.coverage}
            | {"articles": [member for text in one.texts for member in (text.original, *text.copies)]}
            for one in stories
        ],
    }
