"""Schemas of the tables that only the steps of extraction exchange."""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas import ARTICLE_ID, PUBLISHED
from newsfold.schemas.columns import field, list_of

MERGED = pa.schema(
    [
        *PUBLISHED["articles"],
        field("declared_languages", list_of(pa.string()), "the languages that its source and its page name"),
        field("sentences", list_of(pa.uint64()), "hash of each sentence of the text; 0 for one that is never removed"),
    ]
)
READINGS = pa.schema(
    [
        *MERGED,
        field("reading_id", pa.string(), "digest of what was read; equal for equal readings"),
        field("own_id", pa.bool_(), "whether the article's id is its document's own"),
        field("page_key", pa.string(), "key of the page at which it was found, to compare addresses", nullable=True),
        field("text_digest", pa.string(), "digest of outlet, title and body; empty if it has a page"),
        field("location", pa.string(), "of the document: file, row or item"),
        field("file", pa.string(), "the file or address that holds the document", nullable=True),
        field("reason", pa.string(), "why it is not an article; the other columns are then empty", nullable=True),
    ]
)
ARTICLE_INDEX = pa.schema(
    [
        ARTICLE_ID,
        field(
            "canonical_url",
            pa.string(),
            "its address, or the one that it claims to have if that is believed",
            nullable=True,
        ),
        field("readings", list_of(pa.string()), "its readings, by reading_id"),
    ]
)
REPEATS = pa.schema(
    [
        field("source", pa.string(), "a source"),
        field("n_repeated", pa.int32(), "how many of its documents hold an article that an earlier document holds"),
    ]
)
RECOGNISABLE_IDS = pa.schema(
    [
        field(
            "article_id", pa.string(), "an id by which later nights recognise an article that they do not know any more"
        )
    ]
)
OUTLET_BOILERPLATE = pa.schema(
    [
        field("outlet", pa.string(), "an outlet"),
        field("sentences", list_of(pa.uint64()), "hashes of the sentences that it prints everywhere, ascending"),
        field("title_labels", list_of(pa.string()), "labels before its titles, as case-folded words, ascending"),
        field("title_endings", list_of(pa.string()), "labels after its titles, as case-folded words, ascending"),
        field("house_endings", list_of(pa.string()), "those under most of its titles, as case-folded words, ascending"),
    ]
)
WINDOW_CHANGES = pa.schema(
    [ARTICLE_ID, field("how", pa.string(), "fresh; revised: known with another text; known: unchanged")]
)
KIND_JUDGEMENTS = pa.schema(
    [
        ARTICLE_ID,
        field("judgements", list_of(pa.float64()), "log-probability of each kind, by the article alone"),
        field("groups", list_of(pa.string()), "keys of its outlet, section, labels and series"),
    ]
)
OUTLET_HABITS = pa.schema(
    [
        field("group", pa.int64(), "number of the kind of group: outlet, section, beginning, ending, series"),
        field("key", pa.string(), "key of the group"),
        field("counts", list_of(pa.int64()), "its articles, and thousandths of articles of each kind"),
    ]
)
