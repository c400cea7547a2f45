"""Selecting stories of an edition as its page does: by words, status, outlet, language and kind."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable

from newsfold.digest.edition import DigestStory


def select_stories(
    stories: Iterable[DigestStory],
    words: str = "",
    status: str | None = None,
    outlet: str | None = None,
    language: str | None = None,
    kinds: Collection[str] | None = None,
) -> list[DigestStory]:
    """Return the stories that meet all conditions, in their order.

    Args:
        stories: an edition's stories.
        words: each of them occurs in the headline, the summary, the new sentences, titles, outlets, keywords or names,
            in any case and with or without accents.
        status: new, updated or unchanged.
        outlet: an outlet that has an article in the story, in any case.
        language: the code of a language that the story has an article in.
        kinds: kinds of stories, keys of `schemas.kinds.KINDS`.
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
    ]


def _has_words(story: DigestStory, words: list[str]) -> bool:
    row = story.row
    titles = [article["title"] for group in story.copy_groups for article in (group.original, *group.copies)]
    new_sentences = [sentence["text"] for sentence in row["what_is_new"]]
    texts = [row["headline"], row["summary"], *new_sentences, *titles, *story.outlets]
    forms = [form for mention in row["entity_mentions"] for form in (mention["name"], *mention["forms"])]
    text = _strip_accents("\n".join([*texts, *row["keywords"], *row["entities"], *forms]))
    return all(word in text for word in words)


def _strip_accents(text: str) -> str:
    """Return a text case-folded and without combining characters."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
