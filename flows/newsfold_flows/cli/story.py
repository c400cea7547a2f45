"""`newsfold show STORY`: a story as an edition has it, and its life from edition to edition."""

from __future__ import annotations

from datetime import date

import pyarrow.compute as pc
from rich.table import Table

from newsfold import store as keeper
from newsfold.errors import ConfigError, EditionNotFound
from newsfold.queries import story_history
from newsfold_flows.cli import console


def show(address: str, beginning: str, edition: date | None = None, *, as_json: bool = False) -> None:
    """Print one story whole.

    Args:
        address: the store.
        beginning: its id, or enough of it to tell it from the others.
        edition: as which edition has it; where None, the last one that does.
        as_json: as JSON: `story`, `articles`, `timeline`, and `members`, every article that ever was in it.

    Raises:
        ConfigError: no story's id begins so, or several do.
        EditionNotFound: there is no such edition, or it does not have the story.
        StoreError: the store cannot be read.
    """
    found = story_history.find_stories(address, beginning, edition)
    if len(found) != 1:
        some = "no story" if not found else f"{len(found)} stories"
        raise ConfigError(f"{some} of this edition begin with {beginning!r}; `newsfold show` lists the ids.")
    life = story_history.story(address, found[0])
    told = {row["edition_date"]: row for row in life.editions.to_pylist()}
    on = edition or max(told)
    if on not in told:
        raise EditionNotFound(f"The edition {on} does not have the story {found[0]}; it was in {_range(list(told))}.")
    members = keeper.load(address, "story_articles", on)
    own = members.filter(pc.equal(members["story_id"], found[0])).to_pylist()
    if as_json:
        tables = {"timeline": life.timeline.to_pylist(), "members": life.members.to_pylist()}
        console.print_json({"story": told[on], "articles": own} | tables)
        return
    console.print_story(told[on], own)
    print_life(life)


def print_life(life: story_history.StoryHistory) -> None:
    """What happened to a story, edition by edition, and what each added."""
    console.console.print(f"\n[bold]Its life[/] [dim]{_range(life.editions['edition_date'].to_pylist())}[/]")
    table = Table(box=None, show_header=False, pad_edge=False)
    for event in life.timeline.to_pylist():
        said = event["event"]
        if event["other_story_id"]:
            texts = "text" if event["n_articles"] == 1 else "texts"
            said += f" {event['other_story_id']} [dim]({event['n_articles']} {texts})[/]"
        elif event["n_articles"] is not None:
            gained = f", {event['n_new_articles']} new" if event["n_new_articles"] else ""
            said += f" [dim]{event['n_articles']} articles{gained}[/]  {console.inert(event['headline'])}"
        table.add_row(f"[dim]{event['edition_date']}[/]", said)
        for sentence in event["what_is_new"] or ():
            table.add_row(
                "", f"[green]+[/] {console.inert(sentence['text'])} [dim]({console.inert(sentence['outlet'])})[/]"
            )
    console.console.print(table, highlight=False)
    away = [row for row in life.members.to_pylist() if row["moved_to"]]
    for row in away:
        console.console.print(
            f"[dim]left for {row['moved_to']} after {row['last_seen']}:[/] {console.inert(row['title'])}",
            highlight=False,
        )


def _range(editions: list[date]) -> str:
    first, last = min(editions), max(editions)
    return f"{first}" if first == last else f"{first} to {last}, {len(editions)} editions"
