"""Choosing among an edition's stories as its page does: by words, status, outlet and language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from newsfold.digest.edition import Told


def select(
    stories: Iterable[Told],
    words: str = "",
    status: str | None = None,
    outlet: str | None = None,
    language: str | None = None,
) -> list[Told]:
    """The stories that fit all that is asked, in their order.

    Args:
        stories: an edition's stories.
        words: each of them occurs somewhere in headline, summary, what is new, titles, outlets, keywords or names, in
            any case and with or without accents.
        status: new, updated or unchanged.
        outlet: an outlet that has an article in the story, in any case.
        language: the code of a language that the story is told in.
    """
    wanted = _plain(words).split()
    return [
        told
        for told in stories
        if status in (None, told.row["status"])
        and (outlet is None or outlet.casefold() in {name.casefold() for name in told.outlets})
        and (language is None or language in told.row["languages"])
        and (not wanted or _has(told, wanted))
    ]


def _has(told: Told, words: list[str]) -> bool:
    row = told.row
    titles = [member["title"] for text in told.texts for member in (text.original, *text.copies)]
    said = [sentence["text"] for sentence in row["what_is_new"]]
    text = _plain(
        "\n".join([row["headline"], row["summary"], *said, *titles, *told.outlets, *row["keywords"], *row["entities"]])
    )
    return all(word in text for word in words)


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in spread if not unicodedata.combining(sign)).casefold()
