"""A story's articles at a terminal: titles, outlets, why they belong, ids and addresses; copies under originals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.style import Style
from rich.table import Table
from rich.text import Text

from newsfold.sanitize import sanitize_line, sanitize_link

Row = Mapping[str, Any]

_COPIES_SHOWN = 5  # of one text
_TIME_WIDTH = len("2013-06-05 14:15")


def list_articles(members: Sequence[Row]) -> Table:
    """Return the articles of a story as a table that folds well: their time, and two or three lines for each.

    Titles and addresses are links where the terminal has them.

    Args:
        members: the story's rows of `story_articles`.
    """
    from newsfold.digest import group_copies

    with_language = len({row["language"] for row in members}) > 1
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True, min_width=_TIME_WIDTH)
    table.add_column(overflow="fold")
    for group in group_copies(members):
        table.add_row(_format_time(group.original), _join_lines(_describe_article(group.original, with_language)))
        for copy in group.copies[:_COPIES_SHOWN]:
            lines = _describe_copy(copy, group.original["title"], with_language)
            table.add_row(_format_time(copy), _join_lines(lines))
        if rest := group.copies[_COPIES_SHOWN:]:
            outlets = ", ".join(sanitize_line(copy["outlet"]) for copy in rest)
            table.add_row("", Text(f"└ {len(rest):,} more copies: {outlets}", "dim"))
    return table


def _describe_article(row: Row, with_language: bool) -> Iterator[Text]:
    """Yield an article's lines: its title; outlet, role and why it belongs; its id and address."""
    yield _link(sanitize_line(row["title"]), row["url"])
    yield _list_facts(row, with_language)
    yield _identify(row)


def _describe_copy(row: Row, original_title: str, with_language: bool) -> Iterator[Text]:
    """Yield a copy's lines: outlet and role, its title if it has one of its own, its id and address."""
    yield Text("└ ", "dim") + _list_facts(row, with_language)
    if row["title"] != original_title:
        yield _link(sanitize_line(row["title"]), row["url"], "dim")
    yield _identify(row)


def _list_facts(row: Row, with_language: bool) -> Text:
    language = [row["language"]] if with_language and row["language"] else []
    facts = (row["outlet"], *language, row["role"], *(["; ".join(row["why"])] if row["why"] else []))
    return Text(" · ".join(map(sanitize_line, facts)), "dim")


def _identify(row: Row) -> Text:
    identity = Text(row["article_id"], "dim")
    if row["url"]:
        identity += Text(" ") + _link(sanitize_line(row["url"]), row["url"], "dim")
    return identity


def _link(text: str, url: str | None, style: str = "") -> Text:
    """Return a text that leads to an address on the web, where the terminal can."""
    return Text(text, Style.parse(style) + Style(link=sanitize_link(url)))


def _join_lines(lines: Iterator[Text]) -> Text:
    return Text("\n").join(lines)


def _format_time(row: Row) -> str:
    return f"{row['published_at']:%Y-%m-%d %H:%M}" if row["published_at"] else "—"
