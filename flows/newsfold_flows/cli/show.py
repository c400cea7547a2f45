"""`newsfold show`: an edition at the terminal, or one story or thread of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow.compute as pc
import typer
from rich.markup import escape

from newsfold.errors import ConfigError, EditionNotFound
from newsfold.queries.edition_ids import find_ids, names_thread
from newsfold.schemas.kinds import DEFAULT_KIND, KINDS, NEWS_KINDS
from newsfold.settings import load_settings
from newsfold.store import list_editions, load, open_store
from newsfold.store.reading import load_by_edition
from newsfold.text import format_count
from newsfold_flows.cli import console, edition_report, options, story_tables, thread_tables

if TYPE_CHECKING:
    import pyarrow as pa

    from newsfold.digest import Digest, DigestStory

_ALL_KINDS = "all"
_NAMES_SHOWN = 12


def show(
    story: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Id of a story or thread, or its beginning. Default: list stories."),
    ] = None,
    edition: options.EditionToRead = None,
    top: Annotated[
        int, typer.Option(min=1, help="Number of threads to list; with --oneline or --json, of stories.")
    ] = 20,
    find: Annotated[str, typer.Option(metavar="WORDS", help="Only stories that contain all these words.")] = "",
    status: Annotated[str | None, typer.Option(help="Only new, updated or unchanged stories.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Only stories that this outlet covers.")] = None,
    person: Annotated[
        str, typer.Option(metavar="NAME", help="Only stories that mention a person with this name, or a part of it.")
    ] = "",
    since: options.Since = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only stories with articles in this language (en, es, …).")
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND",
            help=f"Only stories of this kind: {', '.join(KINDS)}, or all. May be repeated. "
            f"Default: {' and '.join(NEWS_KINDS)}.",
        ),
    ] = None,
    oneline: Annotated[bool, typer.Option("--oneline", help="Print one line per story.")] = False,
    as_json: options.AsJson = False,
    paged: Annotated[bool, typer.Option("--pager/--no-pager", help="Page output longer than the screen.")] = True,
    config: options.Config = None,
    store: options.Store = None,
) -> None:
    """Print an edition's top stories; or one story, with what is new, names, articles and history; or one thread.

    The list is of news and analysis, by importance, also as JSON; `--kind` asks for other kinds. The stories of one
    thread, a running matter, are listed together; its id, which begins with `t`, shows its days and all its stories.

    Example: `newsfold show --find ferry --status updated`

    Example: `newsfold show --person obama --since 2013-06-05`

    Example: `newsfold show --kind opinion --kind analysis`

    Example: `newsfold show 20130605-116b3ddcbfd5`

    Example: `newsfold show t20130605-55eeabc4b08f`
    """
    from newsfold import digest

    address = store or load_settings(config).store
    if status is not None and status not in digest.STATUSES:
        raise ConfigError(f"--status is one of {', '.join(digest.STATUSES)}, not {status!r}.")
    kinds = _parse_kinds(kind)
    with console.page_output(paged and not as_json):
        if story is not None:
            show_one = _show_thread if names_thread(story) else _show_story
            show_one(address, story, edition, as_json=as_json)
            return
        loaded = digest.load_digest(address, edition or "latest")
        new_ids = None if since is None else _load_new_ids(address, since, loaded.edition)
        of_any_kind = digest.select_stories(
            loaded.stories, find, status, outlet, language, person=person, article_ids=new_ids
        )
        selected = digest.select_stories(of_any_kind, kinds=kinds)
        if as_json:
            console.print_json(_edition_as_json(loaded, selected[:top]))
            return
        _print_edition(loaded, selected, top, oneline=oneline)
        if not of_any_kind:
            _suggest_names(loaded.stories, outlet, person)
        if not kind:
            _print_left_out(of_any_kind, selected)


def _parse_kinds(names: Sequence[str] | None) -> Collection[str]:
    """Return the kinds that `--kind` names, each once or several joined by commas.

    Raises:
        ConfigError: there is no such kind.
    """
    kinds = [name.strip() for part in names for name in part.split(",")] if names else NEWS_KINDS
    for kind in kinds:
        if kind not in KINDS and kind != _ALL_KINDS:
            raise ConfigError(f"--kind is one of {', '.join(KINDS)}, or {_ALL_KINDS}, not {kind!r}.")
    return list(KINDS) if _ALL_KINDS in kinds else kinds


def _load_new_ids(address: str, since: date, edition: date) -> Collection[str]:
    """Return the ids of the articles that editions after a day, up to an edition, saw first."""
    opened = open_store(address)
    editions = [published for published in list_editions(opened) if since < published <= edition]
    tables = load_by_edition(opened, "articles", editions, ["article_id"])
    return {article for table in tables.values() for article in table["article_id"].to_pylist()}


def _suggest_names(stories: Sequence[DigestStory], outlet: str | None, person: str) -> None:
    """Print the outlets, and the people, that are nearest to those that no story has."""
    from newsfold import digest

    outlets = {name for story in stories for name in story.outlets}
    if outlet is not None and outlet.casefold() not in {name.casefold() for name in outlets}:
        names = digest.suggest_names(outlet, outlets)
        known = f"The nearest: {_enumerate(names)}." if names else f"It has {_enumerate(sorted(outlets))}."
        console.out.print(f"No outlet of this edition is called {escape(repr(outlet))}. {known}", highlight=False)
    if person and not digest.select_stories(stories, person=person):
        names = digest.suggest_names(person, (name for story in stories for name in digest.list_people(story)))
        alike = f" The nearest: {_enumerate(names)}." if names else ""
        console.out.print(f"No story mentions a person called {escape(repr(person))}.{alike}", highlight=False)


def _enumerate(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES_SHOWN:,} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(map(console.sanitize, names[:_NAMES_SHOWN])) + more


def _print_left_out(stories: Sequence[DigestStory], selected: Sequence[DigestStory]) -> None:
    """Print how many stories of other kinds are left out, and how to list them."""
    counts = Counter(story.kind for story in stories) - Counter(story.kind for story in selected)
    if counts:
        left_out = format_count(counts.total(), "story")
        kinds = ", ".join(f"{n:,} {kind}" for kind, n in counts.most_common())
        console.out.print(
            f"\n[dim]{left_out} of other kinds left out: {escape(kinds)}; --kind {_ALL_KINDS} lists them, too.[/]"
        )


def _print_edition(edition: Digest, selected: Sequence[DigestStory], top: int, *, oneline: bool) -> None:
    edition_report.print_edition(edition.manifest)
    n_listed = min(top, len(selected))
    if not selected:
        console.out.print("\nNo story matches.")
    elif oneline:
        story_tables.print_story_rows([story.row for story in selected[:top]])
    else:
        from newsfold.digest import group_threads

        blocks = group_threads(selected)
        rank = {
            story.row["story_id"]: number
            for number, block in enumerate(group_threads(edition.stories), 1)
            for story in block
        }
        for first, *others in blocks[:top]:
            story_tables.print_story_card(first, rank[first.row["story_id"]], others)
        n_listed = sum(map(len, blocks[:top]))
    if len(selected) > n_listed:
        console.out.print(f"\n[dim]{len(selected) - n_listed:,} more; --top {len(selected)} lists all.[/]")


def _edition_as_json(edition: Digest, selected: Sequence[DigestStory]) -> dict[str, Any]:
    rank = {story.row["story_id"]: number for number, story in enumerate(edition.stories, 1)}
    return {
        "edition_date": edition.edition,
        "window": {"from": edition.window_start, "to": edition.edition},
        "n_stories": len(edition.stories),
        "kinds": dict(Counter(story.kind for story in edition.stories).most_common()),
        "stories": [_story_as_json(story, rank[story.row["story_id"]]) for story in selected],
    }


def _story_as_json(story: DigestStory, rank: int) -> dict[str, Any]:
    articles = [article for group in story.copy_groups for article in (group.original, *group.copies)]
    shown = {"kind": story.kind, "outlets": story.outlets, "coverage": story.coverage, "articles": articles}
    return {"rank": rank, **story.row, **shown}


def _show_story(address: str, prefix: str, edition: date | None, *, as_json: bool) -> None:
    """Print one story whole.

    Args:
        address: the store.
        prefix: the story's id, or enough of it to be unique.
        edition: the edition to show it from; None: the last one that has it.
        as_json: print JSON with `story`, `articles`, `timeline`, and `members` (every article that ever was in it).

    Raises:
        ConfigError: the prefix fits no story's id, or several.
        EditionNotFound: there is no such edition, or it does not have the story.
        StoreError: the store cannot be read.
    """
    from newsfold.queries import story_history

    story_id = _find_id(address, prefix, edition, "story")
    history = story_history.story(address, story_id)
    row = _select_edition(history.editions, edition, f"story {story_id}")
    members = load(address, "story_articles", row["edition_date"])
    articles = members.filter(pc.equal(members["story_id"], story_id)).to_pylist()
    if as_json:
        tables = {"timeline": history.timeline.to_pylist(), "members": history.members.to_pylist()}
        story = row | {"kind": row["kind"] or DEFAULT_KIND}
        console.print_json({"story": story, "articles": articles} | tables)
        return
    story_tables.print_story(row, articles)
    story_tables.print_story_history(history)


def _show_thread(address: str, prefix: str, edition: date | None, *, as_json: bool) -> None:
    """Print one thread whole.

    Args:
        address: the store.
        prefix: the thread's id, or enough of it to be unique.
        edition: the edition to show it from; None: the last one that has it.
        as_json: print JSON with `thread`, `stories` (every story that ever was in it) and `editions`.

    Raises:
        ConfigError: the prefix fits no thread's id, or several.
        EditionNotFound: there is no such edition, or it does not have the thread.
        StoreError: the store cannot be read.
    """
    from newsfold.queries import thread_history

    thread_id = _find_id(address, prefix, edition, "thread")
    history = thread_history.thread(address, thread_id)
    row = _select_edition(history.editions, edition, f"thread {thread_id}")
    stories = history.stories.drop_columns(["centroid", "model"]).to_pylist()
    editions = history.editions.to_pylist()
    if as_json:
        console.print_json({"thread": row, "stories": stories, "editions": editions})
        return
    thread_tables.print_thread(row, stories, editions)


def _find_id(address: str, prefix: str, edition: date | None, noun: str) -> str:
    """Return the one id that begins with a prefix.

    Raises:
        ConfigError: there is none, or there are several.
    """
    ids = find_ids(address, prefix, edition)
    if len(ids) != 1:
        matches = f"No {noun}" if not ids else format_count(len(ids), noun)
        raise ConfigError(f"{matches} of this edition begin with {prefix!r}; `newsfold show` lists the ids.")
    return ids[0]


def _select_edition(history: pa.Table, edition: date | None, name: str) -> dict[str, Any]:
    """Return the row of an edition, the last one if it is None.

    Raises:
        EditionNotFound: the edition does not have the story or thread.
    """
    rows: dict[date, dict[str, Any]] = {row["edition_date"]: row for row in history.to_pylist()}
    shown = edition or max(rows)
    if shown not in rows:
        editions = story_tables.format_editions(list(rows))
        raise EditionNotFound(f"The edition {shown} does not have the {name}; it was in {editions}.")
    return rows[shown]
