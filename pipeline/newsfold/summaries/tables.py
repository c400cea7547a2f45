"""The schemas of the tables that only the steps of describing exchange."""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas.columns import ARTICLE_ID, STORY_ID, field, list_of

STORY_MEMBERS = pa.schema(
    [
        STORY_ID,
        field("article_ids", list_of(pa.string()), "its articles, ascending"),
        field(
            "original_ids", list_of(pa.string()), "one article per copy group: its original, if that is in the story"
        ),
        field(
            "vector_ids",
            list_of(pa.string()),
            "for each of several originals the article_id of its vector, its own or its copy group's",
        ),
    ]
)
STORY_ORIGINALS = pa.schema([ARTICLE_ID])
WORD_COUNTS = pa.schema(
    [
        field("language", pa.string(), "ISO 639-1, `und` if undetermined"),
        field("word", pa.string(), "a word, case-folded"),
        field("texts", pa.int64(), "number of originals of the language with the word in title or opening"),
        field("lower", pa.int64(), "number of originals with the word in lower case in the opening"),
    ]
)
LANGUAGE_COUNTS = pa.schema(
    [
        field("language", pa.string(), "ISO 639-1, `und` if undetermined"),
        field("texts", pa.int64(), "number of originals in it"),
    ]
)
SECTION_LABEL_COUNTS = pa.schema(
    [
        field("outlet", pa.string(), "an outlet"),
        field("label", pa.string(), "the words before a colon or bar in a title, case-folded"),
        field("titles", pa.int64(), "number of originals of the outlet whose title begins with it"),
    ]
)
NAME_COUNTS = pa.schema(
    [
        field("language", pa.string(), "ISO 639-1, `und` if undetermined"),
        field("outlet", pa.string(), "an outlet"),
        field("name", pa.string(), "a name, case-folded"),
        field("form", pa.string(), "the name as printed"),
        field("abbreviation", pa.string(), "the abbreviation that is printed after it in brackets, or empty"),
        field("texts", pa.int64(), "number of originals of the outlet that print it so"),
        field("persons", pa.int64(), "number of those that treat it as a person: a role before it, an age after it"),
        field("places", pa.int64(), "number of those that treat it as a place"),
        field("definite", pa.int64(), "number of those with an article before it"),
    ]
)
OUTLET_COUNTS = pa.schema(
    [field("outlet", pa.string(), "an outlet"), field("texts", pa.int64(), "number of originals of the outlet")]
)
WINDOW_NAMES = pa.schema(
    [
        field("language", pa.string(), "ISO 639-1, `und` if undetermined"),
        field("name", pa.string(), "a name, case-folded"),
        field("form", pa.string(), "the name as most texts print it"),
        field("texts", pa.int64(), "number of originals that print it"),
        field("persons", pa.int64(), "number of those that treat it as a person"),
        field("places", pa.int64(), "number of those that treat it as a place"),
        field("definite", pa.int64(), "number of those with an article before it"),
        field("outlets", pa.int64(), "number of outlets that print it"),
        field("outlet_share", pa.float64(), "its largest share of one outlet's originals"),
        field("full", pa.string(), "the full name that it is short for, or empty"),
    ]
)
WINDOW_WORDS = WORD_COUNTS
WINDOW_LANGUAGES = LANGUAGE_COUNTS
WINDOW_SECTION_LABELS = SECTION_LABEL_COUNTS
