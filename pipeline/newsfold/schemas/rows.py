"""What one row of each published table is, and which editions repeat it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TableRows:
    """The rows of a published table.

    Attributes:
        meaning: what one row is.
        repeats: which editions have a row on the same thing again.
        key: the columns whose values two editions' rows on the same thing share; empty if no edition repeats a row.
    """

    meaning: str
    repeats: str
    key: tuple[str, ...] = ()


ROWS: dict[str, TableRows] = {
    "articles": TableRows(
        "an article, in the edition that saw it first",
        "No edition repeats it. A later text of the article is in `revisions`.",
        ("article_id",),
    ),
    "copies": TableRows(
        "an article of the edition's window, with its copy group",
        "Every edition repeats it whose window has the article; later copies may change the group.",
        ("article_id",),
    ),
    "article_embeddings": TableRows(
        "an original, or a text that was one, with the vector that the edition computed",
        "No edition repeats it, unless the text or the model has changed.",
        ("article_id",),
    ),
    "edges": TableRows(
        "a pair of originals of the edition's window",
        "Every edition repeats it whose window has both.",
        ("left_id", "right_id"),
    ),
    "stories": TableRows(
        "a story with an article in the edition's window",
        "Every edition repeats it, with its state then, until its last article has left the window.",
        ("story_id",),
    ),
    "story_articles": TableRows(
        "an article of the edition's window, in the one story that it belongs to",
        "Every edition repeats it whose window has the article; it may change its story.",
        ("article_id",),
    ),
    "threads": TableRows(
        "a thread", "Every edition repeats it, with its state then, until it is closed.", ("thread_id",)
    ),
    "thread_stories": TableRows(
        "a story, in the one thread that it belongs to",
        "Every edition repeats it for as long as the story is remembered.",
        ("story_id",),
    ),
    "lineage": TableRows(
        "a story of the edition and a story of the previous edition that share texts; or a story that is new, or ended",
        "No edition repeats it: each describes one night.",
    ),
    "revisions": TableRows(
        "a later text of an article", "No edition repeats it; an article that changes again has another row."
    ),
    "sightings": TableRows(
        "an id that the edition recognised or recorded",
        "Later editions repeat it now and then, so that it is not forgotten.",
        ("article_id",),
    ),
    "sources": TableRows(
        "a source, with what the edition read from it", "No edition repeats it: each describes one night."
    ),
    "fetches": TableRows(
        "an address, with its last response",
        "Every edition repeats it for as long as listings contain the address.",
        ("url",),
    ),
}
