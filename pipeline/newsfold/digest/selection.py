"""Selecting stories of an edition as its page does: by words, status, outlet, language, kind, person and article."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

from newsfold.digest.edition import DigestStory


def select_stories(
    stories: Iterable[DigestStory],
    words: str = "",
    status: str | None = None,
    outlet: str | None = None,
    language: str | None = None,
    kinds: Collection[str] | None = None,
    person: str = "",
    article_ids: Collection[str] | None = None,
) -> list[DigestStory]:
    """Return the stories that meet all conditions, in their order.

    Args:
        stories: an edition's stories.
        words: each of them occurs in the headline, the thread's title, the summary, the new sentences, titles, outlets,
            keywords or names, in any case and with or without accents.
        status: new, updated or unchanged.
        outlet: an outlet that has an article in the story, in any case.
        language: the code of a language that the story has an article in.
        kinds: kinds of stories, keys of `schemas.kinds.KINDS`.
        person: the words of a person's name, or their beginnings, in any order and case, with or without accents. In
            stories of older versions, whose names have no types, of any name.
        article_ids: articles of which the story has at least one.
    """
    wanted = _strip_accents(words).split()
    return [
        story
        for story in stories
        if status in (None, story.row["status"])
        and (outlet is None or outlet.casefold() in {name.casefold() for name in story.outlets})
        and (language is None or language in story.row["languages"])
        and (kinds is None or story.kind in kinds)
        and (not wanted or _has_words(story, wanted))
        and (not person or any(_matches_name(person, name) for name in list_people(story)))
        and (article_ids is None or any(id_ in article_ids for id_ in _list_article_ids(story)))
    ]


def list_people(story: DigestStory) -> list[str]:
    """Return the people that a story mentions, in all their forms; of an older version, all its names."""
    mentions = story.row["entity_mentions"]
    if not mentions:
        return list(story.row["entities"])
    people = (mention for mention in mentions if mention["type"] == "person")
    return [form for mention in people for form in dict.fromkeys([mention["name"], *mention["forms"]])]


def suggest_names(wanted: str, names: Iterable[str], at_most: int = 3) -> list[str]:
    """Return the names that are nearest to one that there is not: those that contain it, then those spelt alike."""
    known = {_strip_accents(name): name for name in sorted(set(names), reverse=True)}
    plain = _strip_accents(wanted)
    containing = [name for name in sorted(known) if plain in name]
    words = {word: name for name in sorted(known, reverse=True) for word in name.split()}
    similar = difflib.get_close_matches(plain, known)
    similar += [words[word] for word in difflib.get_close_matches(plain, words)]
    return [known[name] for name in dict.fromkeys([*containing, *similar])][:at_most]


def _matches_name(wanted: str, name: str) -> bool:
    plain = _strip_accents(name)
    return all(re.search(rf"(?<!\w){re.escape(word)}", plain) for word in _strip_accents(wanted).split())


def _list_article_ids(story: DigestStory) -> Iterator[str]:
    for group in story.copy_groups:
        yield from (article["article_id"] for article in (group.original, *group.copies))


def _has_words(story: DigestStory, words: list[str]) -> bool:
    row = story.row
    titles = [article["title"] for group in story.copy_groups for article in (group.original, *group.copies)]
    new_sentences = [sentence["text"] for sentence in row["what_is_new"]]
    thread = [story.thread["title"]] if story.thread else []
    texts = [row["headline"], *thread, row["summary"], *new_sentences, *titles, *story.outlets]
    forms = [form for mention in row["entity_mentions"] for form in (mention["name"], *mention["forms"])]
    text = _strip_accents("\n".join([*texts, *row["keywords"], *row["entities"], *forms]))
    return all(word in text for word in words)


def _strip_accents(text: str) -> str:
    """Return a text case-folded and without combining characters."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
