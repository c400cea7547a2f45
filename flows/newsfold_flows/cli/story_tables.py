"""Stories at a terminal: lists of them, a card for each, and one story with its articles and its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from rich.markup import escape
from rich.table import Table

from newsfold.language_names import enumerate_languages
from newsfold.schemas.importance import IMPORTANCE_PARTS, rank_stories, select_leads
from newsfold.schemas.kinds import DEFAULT_KIND
from newsfold.text import format_count
from newsfold_flows.cli import article_lines, console
from newsfold_flows.cli.console import sanitize

if TYPE_CHECKING:
    from newsfold.digest import DigestStory
    from newsfold.queries.story_history import StoryHistory

_WIDE = 100  # columns of a terminal from which the status fits, too
_RANK_WIDTH = 3
_KIND_WIDTH = 10
_STATUS = {"new": "[green]new[/]", "updated": "[yellow]updated[/]"}


def print_stories(stories: pa.Table, top: int = 10) -> None:
    """Print the leading stories of the most important threads of a table `stories`, news first, one line each."""
    print_story_rows(select_leads(rank_stories(stories)).slice(0, top).to_pylist())


def print_story_rows(stories: Sequence[Mapping[str, Any]]) -> None:
    """Print stories in the given order: numbers of articles, outlets and independent origins, and the headline.

    Their kinds are in a column if any of them is not news.
    """
    table = Table(box=None, header_style="dim", pad_edge=False, caption="art. articles, out. outlets, ind. independent")
    for name in ("art.", "out.", "ind."):
        table.add_column(name, justify="right", no_wrap=True)
    wide = console.out.width >= _WIDE
    kinds = [row["kind"] or DEFAULT_KIND for row in stories]
    shows_kind = any(kind != DEFAULT_KIND for kind in kinds)
    taken = 44 + (12 if wide else 0) + (_KIND_WIDTH if shows_kind else 0)  # by the other columns
    room = max(24, console.out.width - taken)
    table.add_column("headline", no_wrap=True, overflow="ellipsis", max_width=room)
    if shows_kind:
        table.add_column("kind", style="dim", no_wrap=True)
    if wide:
        table.add_column("status", style="dim", no_wrap=True)
    table.add_column("story", style="dim", no_wrap=True)
    for row, kind in zip(stories, kinds, strict=True):
        counts = (str(row[key]) for key in ("n_articles", "n_outlets", "n_independent"))
        shown_kind = (kind,) if shows_kind else ()
        status = (row["status"],) if wide else ()
        table.add_row(*counts, sanitize(row["headline"]), *shown_kind, *status, row["story_id"])
    console.out.print(table)


def print_story_card(story: DigestStory, rank: int, others: Sequence[DigestStory] = ()) -> None:
    """Print a story in a few lines: headline and the one before, counts, coverage, summary and what is new.

    Args:
        story: the story.
        rank: the number before it.
        others: other stories of its thread, which get a line each.
    """
    from newsfold.digest import draw_blocks

    row = story.row
    counts = f"{format_count(row['n_articles'], 'article')} · {format_count(row['n_outlets'], 'outlet')}"
    if row["n_articles"] > 1:
        counts += f" · {row['n_independent']:,} independent · {draw_blocks(story.coverage)}{_format_languages(row)}"
    status = _STATUS.get(row["status"], f"[dim]{row['status']}[/]")
    lines = [
        f"[bold]{sanitize(row['headline'])}[/]",
        *_format_previous_headline(row),
        f"{_format_kind(row)}[dim]{counts} ·[/] {status} [dim]· {escape(row['story_id'])}[/]",
    ]
    if row["summary_sentences"]:
        lines.append(" ".join(_format_sentence(sentence) for sentence in row["summary_sentences"]))
    lines += [f"[green]+[/] {_format_sentence(sentence)}" for sentence in row["what_is_new"]]
    lines += _format_thread(story, others)
    card = Table.grid(padding=(0, 2, 0, 0))
    card.add_column(style="dim", justify="right", min_width=_RANK_WIDTH)
    card.add_row(str(rank), "\n".join(lines))
    console.out.print()
    console.out.print(card, highlight=False)


def _format_thread(story: DigestStory, others: Sequence[DigestStory]) -> list[str]:
    """Return lines of markup with a story's thread, if it has other stories, and with these."""
    if story.thread is None:
        return []
    count = format_count(story.thread["n_stories"], "story")
    lines = [f"[dim]thread of {count} since {story.thread['first_day']} · {story.thread['thread_id']}[/]"]
    for other in others:
        size = format_count(other.row["n_articles"], "article")
        lines.append(f"[dim]└[/] {sanitize(other.row['headline'])} [dim]· {size} · {other.row['story_id']}[/]")
    return lines


def print_story(story: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> None:
    """Print one story whole: headline, summary with its sources, names, days, and every article.

    Args:
        story: its row of `stories`.
        members: its rows of `story_articles`.
    """
    console.out.print(f"[bold]{sanitize(story['headline'])}[/]", highlight=False)
    for line in _format_previous_headline(story):
        console.out.print(line, highlight=False)
    console.out.print(
        f"{_format_kind(story)}[dim]{story['story_id']} · {format_count(story['n_articles'], 'article')} · "
        f"{format_count(story['n_outlets'], 'outlet')} · {story['n_independent']:,} independent · "
        f"{story['status']}{_format_languages(story)}[/]",
        highlight=False,
    )
    parts = {name: value for name in IMPORTANCE_PARTS if (value := story.get(f"importance_{name}")) is not None}
    if parts:  # older versions did not publish them
        total = " + ".join(f"{name} {value:.2f}" for name, value in parts.items())
        console.out.print(f"[dim]importance {story['importance']:.2f} = {total}[/]", highlight=False)
    if story["thread_id"]:
        console.out.print(f"[dim]thread {story['thread_id']}[/]", highlight=False)
    console.out.print()
    for sentence in story["summary_sentences"]:
        console.out.print(_format_sentence(sentence), highlight=False)
    if story["keywords"]:
        console.out.print(f"[dim]keywords:[/] {sanitize(', '.join(story['keywords']))}", highlight=False)
    for label, names in _list_names(story).items():
        console.out.print(f"[dim]{label}:[/] {', '.join(names)}", highlight=False)
    for day in story["timeline"]:
        console.out.print(f"[dim]{day['day']}[/] {_format_sentence(day)}", highlight=False)
    console.out.print()
    console.out.print(article_lines.list_articles(members), highlight=False)


def print_story_history(history: StoryHistory) -> None:
    """Print what happened to a story in each edition, what each edition added, and which articles left."""
    days = format_editions(history.editions["edition_date"].to_pylist())
    console.out.print(f"\n[bold]History[/] [dim]{days}[/]")
    table = Table(box=None, show_header=False, pad_edge=False)
    for event in history.timeline.to_pylist():
        table.add_row(f"[dim]{event['edition_date']}[/]", _format_event(event))
        for sentence in event["what_is_new"] or ():
            table.add_row("", f"[green]+[/] {_format_sentence(sentence)}")
    console.out.print(table, highlight=False)
    for row in history.members.to_pylist():
        if row["moved_to"]:
            console.out.print(
                f"[dim]left for {row['moved_to']} after {row['last_seen']}:[/] {sanitize(row['title'])}",
                highlight=False,
            )


def format_editions(editions: Sequence[date]) -> str:
    """Return the range of some editions in words: `2013-06-05 to 2013-06-07, 3 editions`."""
    first, last = min(editions), max(editions)
    return f"{first}" if first == last else f"{first} to {last}, {format_count(len(editions), 'edition')}"


def _format_kind(story: Mapping[str, Any]) -> str:
    """Return the kind of a story, as the beginning of a line of markup; empty for news."""
    kind = story["kind"] or DEFAULT_KIND
    return "" if kind == DEFAULT_KIND else f"[magenta]{escape(kind)}[/] [dim]·[/] "


def _format_previous_headline(story: Mapping[str, Any]) -> list[str]:
    """Return a line of markup with the headline that a story had in the edition before, or nothing."""
    previous = story["previous_headline"]
    return [f"[dim]was:[/] {sanitize(previous)}"] if previous and previous != story["headline"] else []


def _list_names(story: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return a story's names by type, with their other forms, as markup; of an older version, without types."""
    from newsfold.digest import group_mentions

    if not story["entity_mentions"]:
        return {"entities": [sanitize(name) for name in story["entities"]]} if story["entities"] else {}
    names: dict[str, list[str]] = {}
    for label, mentions in group_mentions(story).items():
        for mention in mentions:
            forms = [form for form in mention["forms"] if form != mention["name"]]
            also = f" [dim]({sanitize(', '.join(forms))})[/]" if forms else ""
            names.setdefault(label, []).append(f"{sanitize(mention['name'])}{also}")
    return names


def _format_languages(story: Mapping[str, Any]) -> str:
    """Return the languages of a story of several, as the end of a line of markup; empty for others."""
    languages = enumerate_languages(story["languages"])
    return f" · in {escape(languages)}" if languages else ""


def _format_sentence(sentence: Mapping[str, Any]) -> str:
    return f"{sanitize(sentence['text'])} [dim]({sanitize(sentence['outlet'])})[/]"


def _format_event(event: Mapping[str, Any]) -> str:
    """Return one row of a story's timeline as a line of markup."""
    if event["other_story_id"]:
        return f"{event['event']} {event['other_story_id']} [dim]({format_count(event['n_articles'], 'text')})[/]"
    if event["n_articles"] is None:
        return str(event["event"])
    new = f", {event['n_new_articles']:,} new" if event["n_new_articles"] else ""
    count = format_count(event["n_articles"], "article")
    return f"{event['event']} [dim]{count}{new}[/]  {sanitize(event['headline'])}"
