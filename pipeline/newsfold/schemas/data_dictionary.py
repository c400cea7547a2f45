"""The data dictionary: every published table and column as Markdown, the content of `README.md` beside this file.

Run `newsfold schema > pipeline/newsfold/schemas/README.md` after a change of the schemas.
"""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas.published import PUBLISHED
from newsfold.schemas.rows import ROWS

_HEAD = """\
# Data dictionary

The tables of a store. Each is a folder of Parquet files, one per edition, such as
`STORE/stories/edition=2013-06-07/part-0.parquet`. `pandas.read_parquet("STORE/stories")` reads all editions, with the
edition's date in the column `edition`.

A `?` after a column's name means that it may be null. Times are UTC. Columns are only ever added; rows written before a
column existed hold its default. In SQL (`newsfold sql`, `newsfold.connect`), each table is a view of one edition, and
`…_all` has what all editions say, without repeats.

This page is generated: `newsfold schema > pipeline/newsfold/schemas/README.md`."""

_TABLE_DESCRIPTIONS: dict[str, str] = {
    "articles": "The articles that each edition saw for the first time.",
    "copies": "The copy group of every article in an edition's window. Articles without copies form groups of one.",
    "article_embeddings": "The vectors of originals. The schema's metadata names the model.",
    "edges": "The scored pairs of originals with a probability of at least 1%, and the features behind it. A feature "
    "is null if it cannot be computed.",
    "stories": "The stories of each edition.",
    "threads": "The threads of each edition: the stories of one running matter, over days and weeks. Most stories are "
    "a thread of their own. A thread whose articles have all left the window stays, `quiet`, as long as its stories "
    "are remembered.",
    "thread_stories": "The stories of each thread: those of the edition, and those that are remembered although all "
    "their articles have left the window.",
    "story_articles": "The articles of each story.",
    "lineage": "How the stories of an edition descend from those of the previous one.",
    "revisions": "Later texts of articles that earlier editions published, with the columns of `articles`. From its "
    "edition on, a revision replaces the earlier text.",
    "sightings": "Ids by which later editions recognise what they have had: of articles of much earlier editions that "
    "a source still delivers, further ids of articles at several addresses, and addresses that several articles share.",
    "sources": "The outcome of every source in each edition.",
    "fetches": "The addresses on the web that were requested, so that later requests can be conditional.",
}


def data_dictionary() -> str:
    """Return the published tables as Markdown: a section for each table, a row for each column."""
    lines = [_HEAD]
    for name, schema in PUBLISHED.items():
        lines += [
            "",
            f"## {name}",
            "",
            _TABLE_DESCRIPTIONS[name],
            "",
            f"One row is {ROWS[name].meaning}. {ROWS[name].repeats}",
            "",
            "| column | type | meaning |",
            "| --- | --- | --- |",
        ]
        for field in schema:
            mark = "?" if field.nullable else ""
            description = field.metadata[b"description"].decode()
            lines.append(f"| `{field.name}`{mark} | `{_type_name(field.type)}` | {description} |")
    return "\n".join(lines)


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_fixed_size_list(kind):
        return "fixed list<float>"
    if pa.types.is_list(kind):
        return f"list<{_type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return "struct<" + ", ".join(kind.field(i).name for i in range(kind.num_fields)) + ">"
    return "time (UTC)" if pa.types.is_timestamp(kind) else str(kind)
