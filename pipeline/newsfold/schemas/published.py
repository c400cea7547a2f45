"""Every table newsfold keeps, field by field: one Arrow schema each, with what a field means.

The first group is published in the store; the second travels only between stages, in a run's staging
area, and so do those of `workings`, between the steps of a stage. Columns are only ever added. Times are UTC, ids are
strings, and `?` in the data dictionary marks a column that may be null.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from newsfold.errors import SchemaError
from newsfold.schemas.columns import NULL as _NULL
from newsfold.schemas.columns import TIME
from newsfold.schemas.columns import field as _field
from newsfold.schemas.columns import list_of as _list
from newsfold.schemas.columns import struct as _struct
from newsfold.schemas.importance import IMPORTANCE_COLUMNS
from newsfold.schemas.intermediate import WORKINGS
from newsfold.schemas.pair_features import EVIDENCE, FEATURES, GRAPH_FEATURES
from newsfold.schemas.vectors import vector_type

KEY_VALUE = _struct(("key", pa.string(), False), ("value", pa.string(), False))
SENTENCE = _struct(
    ("text", pa.string(), False),
    ("article_id", pa.string(), False),
    ("outlet", pa.string(), False),
    ("url", pa.string(), True),
)
DAY = pa.struct([pa.field("day", pa.date32(), nullable=False), *SENTENCE])
REJECTION = _struct(("location", pa.string(), False), ("reason", pa.string(), False))
FAILURE = _struct(("location", pa.string(), False), ("reason", pa.string(), False), ("file_failed", pa.bool_(), False))

_PAIR = (
    _field("left_id", pa.string(), "article_id, the smaller of the two"),
    _field("right_id", pa.string(), "article_id, the larger of the two"),
)
ARTICLE_ID = _field("article_id", pa.string(), "identifies the article; see the articles table")
STORY_ID = _field("story_id", pa.string(), "identifies the story, the same from edition to edition")
EDITION_DATE = _field("edition_date", pa.date32(), "the edition this row was published in")

_ARTICLES = pa.schema(
    [
        _field(
            "article_id", pa.string(), "hash of the canonical URL, or of outlet, title and body where there is none"
        ),
        _field("outlet", pa.string(), "the publication's name; `unknown` where nothing names it"),
        _field("publisher_family", pa.string(), "outlets with one owner or newsroom share this name", nullable=True),
        _field("url", pa.string(), "where the article was found", nullable=True),
        _field(
            "canonical_url", pa.string(), "the URL without tracking, or the page's own canonical link", nullable=True
        ),
        _field("title", pa.string(), "the headline, without the outlet's suffix"),
        _field("body", pa.string(), "the article's paragraphs, one per line, nothing else"),
        _field("lead", pa.string(), "how the body begins"),
        _field(
            "authors", _list(pa.string()), "who signed, in order: people; of web pages also the newsrooms and agencies"
        ),
        _field("agency", pa.string(), "the news agency credited (AP, Reuters, AFP, …)", nullable=True),
        _field("syndicated_from", pa.string(), "the outlet credited in a repost", nullable=True),
        _field("dateline", pa.string(), "where the report was filed from, as printed", nullable=True),
        _field("language", pa.string(), "ISO 639-1, `und` where undetermined"),
        _field("published_at", TIME, "publication time; null where unknown", nullable=True),
        _field("first_seen_at", TIME, "the end of the edition day that first saw the article"),
        _field("content_hash", pa.string(), "hash of title and body as words: equal for equal texts"),
        _field("source", pa.string(), "the configured source that delivered it"),
        _field(
            "roundup", pa.bool_(), "about many matters: a live blog, briefing, newsletter or roundup", default=False
        ),
        _field(
            "extras", _list(KEY_VALUE), "lines set apart from the body: caption, contributors, categories, corrections"
        ),
        _field("country", pa.string(), "where the outlet is at home, ISO 3166-1 alpha-2", nullable=True, default=_NULL),
    ]
)

_REJECTS = pa.schema(
    [
        _field("source", pa.string(), "the configured source"),
        _field("location", pa.string(), "file, row or item"),
        _field("reason", pa.string(), "why it is no article"),
    ]
)

PUBLISHED: dict[str, pa.Schema] = {
    "articles": _ARTICLES,
    "copies": pa.schema(
        [
            ARTICLE_ID,
            _field("copy_group_id", pa.string(), "the article_id of the group's original"),
            _field("is_original", pa.bool_(), "true for exactly one article of a group"),
            _field(
                "similarity",
                pa.float32(),
                "share of the shorter text's 3-word shingles that the other has too, small edits bridged",
            ),
            _field("kind", pa.string(), "exact, near or revision; how this text relates to the original"),
            _field(
                "reason",
                pa.string(),
                "why the group's original is the original; null without copies",
                nullable=True,
                default=_NULL,
            ),
            _field(
                "origin",
                pa.string(),
                "who the text comes from, by publisher family where known: whom it credits, else its original's outlet",
                nullable=True,
                default=_NULL,
            ),
        ]
    ),
    "article_embeddings": pa.schema(
        [
            ARTICLE_ID,
            _field(
                "text_digest", pa.string(), "digest of the embedded text and the model: equal means nothing to compute"
            ),
            _field(
                "vector", pa.list_(pa.field("element", pa.float32(), nullable=False), 1), "the text's unit-norm vector"
            ),
        ]
    ),
    "edges": pa.schema(
        [
            *_PAIR,
            _field("probability", pa.float32(), "calibrated probability that both belong to one story"),
            *(
                _field(name, pa.float32(), meaning, nullable=True)
                for name, meaning in (FEATURES | GRAPH_FEATURES | EVIDENCE).items()
            ),
        ]
    ),
    "stories": pa.schema(
        [
            EDITION_DATE,
            STORY_ID,
            _field("headline", pa.string(), "the title that stands best for all members"),
            _field("summary", pa.string(), "two or three sentences from the members, in order of telling"),
            _field("summary_sentences", _list(SENTENCE), "the same sentences, each with the article it comes from"),
            _field("representative_article_id", pa.string(), "the article that best stands for the story"),
            _field("n_articles", pa.int32(), "member articles, copies included"),
            _field("n_outlets", pa.int32(), "different outlets among them"),
            _field("n_independent", pa.int32(), "independent origins: after copies, credits and publisher families"),
            _field("first_published_at", TIME, "earliest known publication time", nullable=True),
            _field("last_published_at", TIME, "latest known publication time", nullable=True),
            _field("first_outlet", pa.string(), "outlet of the earliest dated text's original", nullable=True),
            _field("languages", _list(pa.string()), "languages of the members"),
            _field("keywords", _list(pa.string()), "words that set the story apart from the window, best first"),
            _field("entities", _list(pa.string()), "names shared by its members, best first"),
            _field("importance", pa.float32(), "what stories are ranked by: the sum of the importance_… columns"),
            _field("cohesion", pa.float32(), "mean probability over the pairs inside, under 1% as 0; singletons: 1"),
            _field("status", pa.string(), "new, updated (gained articles) or unchanged in this edition"),
            _field("n_new_articles", pa.int32(), "members first seen in this edition"),
            _field(
                "what_is_new",
                _list(SENTENCE),
                "sentences of these that add to what its earlier articles said; empty where none does, or all is new",
                default=[],
            ),
            *(
                _field(name, kind, does, nullable=True, default=_NULL)
                for name, (kind, does) in IMPORTANCE_COLUMNS.items()
            ),
            _field("summary_by", pa.string(), "extractive, or the language model that wrote it", default="extractive"),
            _field("summary_doubts", _list(pa.string()), "what a model's summary said that no source does", default=[]),
            _field("timeline", _list(DAY), "of a story of several days: the title that told each day best", default=[]),
        ]
    ),
    "story_articles": pa.schema(
        [
            EDITION_DATE,
            STORY_ID,
            ARTICLE_ID,
            _field("copy_group_id", pa.string(), "the article_id of the text's original"),
            _field("role", pa.string(), "representative, original (has copies), copy or member"),
            _field(
                "similarity", pa.float32(), "mean probability of belonging with the other members; 1 for a singleton"
            ),
            _field("why", _list(pa.string()), "the shared evidence in words"),
            _field("outlet", pa.string(), "the article's outlet"),
            _field("title", pa.string(), "the article's title"),
            _field("url", pa.string(), "the article's URL", nullable=True),
            _field("published_at", TIME, "the article's publication time", nullable=True),
        ]
    ),
    "lineage": pa.schema(
        [
            EDITION_DATE,
            _field("story_id", pa.string(), "today's story; null where one ended", nullable=True),
            _field("previous_story_id", pa.string(), "the earlier story; null where one is new", nullable=True),
            _field("relation", pa.string(), "new, continued, merged, split or ended"),
            _field("shared_articles", pa.int32(), "texts (copy groups) in both"),
            _field("overlap", pa.float32(), "shared texts over the texts of either that are in both windows"),
        ]
    ),
    "revisions": _ARTICLES,
    "sources": pa.schema(
        [
            EDITION_DATE,
            _field("source", pa.string(), "the source's name in the configuration"),
            _field("status", pa.string(), "ok, partial (some files failed), unchanged (nothing new), empty or failed"),
            _field("n_read", pa.int32(), "documents found"),
            _field("n_kept", pa.int32(), "articles that came of them, repeats of known articles included"),
            _field("n_rejected", pa.int32(), "documents and files that could not be used"),
            _field("error", pa.string(), "what went wrong first, where anything did", nullable=True),
            _field("seconds", pa.float32(), "seconds spent on the network; null for sources on disk", nullable=True),
            _field("rejections", _list(REJECTION), "file or row, and the reason, of what was rejected (100 at most)"),
        ]
    ),
    "fetches": pa.schema(
        [
            EDITION_DATE,
            _field("url", pa.string(), "an address on the web, as the source or a listing names it"),
            _field("source", pa.string(), "the source that asked for it"),
            _field("kind", pa.string(), "listing (a feed or sitemap) or page"),
            _field("status", pa.int32(), "the host's last answer, an HTTP status: 304 for nothing new"),
            _field("etag", pa.string(), "the host's mark of the version it sent last", nullable=True),
            _field("last_modified", pa.string(), "when the host says it changed last, as sent", nullable=True),
            _field("n_entries", pa.int32(), "entries of a listing when it last had an answer", nullable=True),
            _field("fingerprint", pa.string(), "digest of what the listing said of a page when it was fetched"),
            _field("fetched_on", pa.date32(), "the edition that fetched it"),
            _field("listed_on", pa.date32(), "the last edition whose listings name it"),
        ]
    ),
}

STAGING: dict[str, pa.Schema] = {
    "documents": pa.schema(
        [
            _field("source", pa.string(), "the configured source"),
            _field("location", pa.string(), "file, or file and row or item, for messages"),
            _field("form", pa.string(), "html, text (a plain text scrape) or fields (title and text told apart)"),
            _field("content", pa.binary(), "the raw page or scrape; null for form `fields`", nullable=True),
            _field("id", pa.string(), "the reader's own id, kept by `cluster`", nullable=True),
            _field("url", pa.string(), "as found", nullable=True),
            _field("outlet", pa.string(), "as found or configured", nullable=True),
            _field("publisher_family", pa.string(), "as configured", nullable=True),
            _field("country", pa.string(), "as configured", nullable=True),
            _field("title", pa.string(), "as found", nullable=True),
            _field(
                "text", pa.string(), "as found; may hold HTML in feeds; of a page, what its feed gives", nullable=True
            ),
            _field("authors", _list(pa.string()), "as found"),
            _field("published_at", pa.string(), "as found, any format", nullable=True),
            _field("timezone", pa.string(), "IANA zone for times that name none"),
            _field("language", pa.string(), "as found or configured", nullable=True),
        ]
    ),
    "source_outcomes": pa.schema(
        [
            _field("source", pa.string(), "the source's name in the configuration"),
            _field("n_read", pa.int32(), "documents found"),
            _field("n_files", pa.int32(), "files (or addresses) tried"),
            _field("seconds", pa.float32(), "seconds spent on the network; null for sources on disk", nullable=True),
            _field("unchanged", pa.bool_(), "asked, and nothing is new since the edition before", default=False),
            _field("failures", _list(FAILURE), "files or rows that could not be read, and why"),
        ]
    ),
    "rejects": _REJECTS,
    "unread": _REJECTS,
    "readings": pa.schema(
        [
            *_ARTICLES,
            _field("own_id", pa.bool_(), "whether the article's id is the reader's own"),
            _field("location", pa.string(), "of the document: file, row or item"),
            _field(
                "reason", pa.string(), "why it is no article, and then the other columns say nothing", nullable=True
            ),
        ]
    ),
    "merged": PUBLISHED["articles"],
    "found": PUBLISHED["articles"],
    "window_articles": PUBLISHED["articles"],
    "vectors": PUBLISHED["article_embeddings"],
    "settled": pa.schema([ARTICLE_ID]),
    "known_edges": PUBLISHED["edges"],
    "kept_edges": PUBLISHED["edges"],
    "fresh_edges": PUBLISHED["edges"],
    "folded": PUBLISHED["copies"],
    "known_ids": pa.schema([ARTICLE_ID]),
    "known_articles": PUBLISHED["articles"],
    "known_embeddings": PUBLISHED["article_embeddings"],
    "cached_embeddings": PUBLISHED["article_embeddings"],
    "previous_story_articles": PUBLISHED["story_articles"],
    "candidate_pairs": pa.schema(_PAIR),
    "retractions": pa.schema(
        [
            _field("article", pa.string(), "the id of an article that counts no longer, or its URL"),
            _field("origin", pa.string(), "file and row, who said it and why"),
        ]
    ),
    "labels": pa.schema(
        [
            _field("left", pa.string(), "an article's id, or its URL"),
            _field("right", pa.string(), "the other's"),
            _field("must_link", pa.bool_(), "one story; false: never in one story"),
            _field("origin", pa.string(), "file and row, who said it and why"),
        ]
    ),
    "constraints": pa.schema(
        [
            *_PAIR,
            _field("must_link", pa.bool_(), "one story; false: never in one story"),
            _field("origin", pa.string(), "the label that asks for it: file and row, who said it and why"),
        ]
    ),
    "label_outcomes": pa.schema(
        [
            _field("origin", pa.string(), "the label: file and row, who said it and why"),
            _field("must_link", pa.bool_(), "one story; false: never in one story"),
            _field("in_window", pa.bool_(), "whether both its articles are in the window"),
        ]
    ),
    "clusters": pa.schema([ARTICLE_ID, _field("cluster", pa.int32(), "number of the cluster, counted from 0")]),
    "memberships": pa.schema([ARTICLE_ID, STORY_ID]),
}

SCHEMAS: Mapping[str, pa.Schema] = PUBLISHED | STAGING | WORKINGS


def embeddings_schema(dimension: int, metadata: Mapping[str, str]) -> pa.Schema:
    """The article_embeddings schema for vectors of `dimension` values, with the model named in its metadata."""
    schema = PUBLISHED["article_embeddings"]
    index = schema.get_field_index("vector")
    field = schema.field(index).with_type(vector_type(dimension))
    return schema.set(index, field).with_metadata(dict(metadata))


def conform_table(table: pa.Table, name: str) -> pa.Table:
    """The table with exactly the columns, order and types of schema `name`.

    Columns the schema does not know are dropped; article_embeddings keeps its own dimension and metadata. A column
    that was added to the schema later may be missing, and then says `default_column` of every row.

    Raises:
        SchemaError: another column is missing, cannot be cast, or holds nulls where none are allowed.
    """
    if name not in SCHEMAS:
        raise SchemaError(f"There is no table called {name!r}; there are {', '.join(SCHEMAS)}.")
    schema = SCHEMAS[name]
    table = _completed(table, schema)
    missing = [field.name for field in schema if field.name not in table.column_names]
    if missing:
        raise SchemaError(f"The table for {name!r} lacks {', '.join(missing)}; it has {', '.join(table.column_names)}.")
    if "vector" in schema.names:
        kind = table.schema.field("vector").type
        if not pa.types.is_fixed_size_list(kind):
            raise SchemaError(f"{name} needs fixed-size vectors; these are {kind}.")
        schema = embeddings_schema(kind.list_size, _decoded(table.schema.metadata))
    for field in schema:
        if not field.nullable and table.column(field.name).null_count:
            raise SchemaError(
                f"{name}.{field.name} holds {table.column(field.name).null_count} nulls, and allows none."
            )
    try:
        return table.select(schema.names).cast(schema).replace_schema_metadata(schema.metadata)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise SchemaError(f"The table for {name!r} does not fit its schema: {error}") from error


def default_column(field: pa.Field, rows: int) -> pa.Array:
    """What a schema's field says of `rows` that were written before it was added: null where it names nothing."""
    before = (field.metadata or {}).get(b"default")
    return pa.array([None if before is None else json.loads(before)] * rows, field.type)


def _completed(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with the columns that it is too old to have, where the schema says what stands in them."""
    for at, field in enumerate(schema):
        if field.name not in table.column_names and b"default" in (field.metadata or {}):
            table = table.add_column(min(at, table.num_columns), field, default_column(field, table.num_rows))
    return table


def build_table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A table of schema `name` from Python rows; absent keys are null.

    Raises:
        SchemaError: a value does not fit, or is missing where it must not be.
    """
    try:
        table = pa.Table.from_pylist(list(rows), schema=SCHEMAS[name])
    except (pa.ArrowInvalid, pa.ArrowTypeError, ValueError) as error:
        raise SchemaError(f"Rows for {name!r} do not fit its schema: {error}") from error
    return conform_table(table, name)


def empty_table(name: str) -> pa.Table:
    """A table of schema `name` without rows."""
    return SCHEMAS[name].empty_table()


def concat_tables(name: str, tables: Iterable[pa.Table]) -> pa.Table:
    """Tables of schema `name`, older ones too, one after another; an empty table where there are none."""
    filled = [_completed(table, SCHEMAS[name]) for table in tables if table.num_rows]
    return pa.concat_tables(filled, promote_options="default") if filled else empty_table(name)


def _decoded(metadata: Mapping[bytes, bytes] | None) -> dict[str, str]:
    return {key.decode(): value.decode() for key, value in (metadata or {}).items()}
