"""The tables that travel only between the steps of a stage: thin ones, but for the chunks that are worked on."""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas.columns import TIME, field, list_of

_ID = field("article_id", pa.string(), "identifies the article")
_WORD_COUNTS = pa.schema(
    [
        field("language", pa.string(), "ISO 639-1, `und` where undetermined"),
        field("word", pa.string(), "a word, case-folded"),
        field("texts", pa.int64(), "originals of the language whose title or opening has it"),
        field("lower", pa.int64(), "originals whose opening prints it in lower case"),
    ]
)
_LANGUAGE_COUNTS = pa.schema(
    [
        field("language", pa.string(), "ISO 639-1, `und` where undetermined"),
        field("texts", pa.int64(), "originals in it"),
    ]
)
_SECTION_LABEL_COUNTS = pa.schema(
    [
        field("outlet", pa.string(), "an outlet"),
        field("label", pa.string(), "the words before a colon or bar in a title, case-folded"),
        field("titles", pa.int64(), "originals of the outlet whose title begins with it"),
    ]
)

WORKINGS: dict[str, pa.Schema] = {
    "article_terms": pa.schema(
        [
            _ID,
            field("outlet", pa.string(), "its outlet"),
            field("language", pa.string(), "ISO 639-1, `und` where undetermined"),
            field("published_at", TIME, "publication time", nullable=True),
            field("first_seen_at", TIME, "the end of the edition day that first saw it"),
            field("words", list_of(pa.string()), "the different words of its opening, ascending"),
            field("counts", list_of(pa.int32()), "how often each occurs"),
            field("title_words", list_of(pa.string()), "the same of its title"),
            field("title_counts", list_of(pa.int32()), "how often each occurs"),
            field("mentioned", list_of(pa.string()), "words that it capitalises, ascending"),
            field("numbers", list_of(pa.string()), "numbers of two or more digits, ascending"),
            field("headline_only", pa.bool_(), "whether it has no text besides its title"),
        ]
    ),
    "term_counts": pa.schema(
        [
            field("word", pa.string(), "a word, case-folded"),
            field("documents", pa.int64(), "openings that have it"),
            field("uses", pa.int64(), "how often, together"),
            field("inside", pa.int64(), "how often inside a sentence"),
            field("capitalised", pa.int64(), "how often capitalised there"),
            field("titled", pa.int64(), "titles that capitalise it"),
        ]
    ),
    "vocabulary": pa.schema(
        [
            field("word", pa.string(), "a word, case-folded"),
            field("documents", pa.int64(), "openings that have it"),
            field("articles", pa.int64(), "of so many"),
            field("rarity", pa.float32(), "how rare it is, in its language and in the window"),
            field("named", pa.bool_(), "whether it is a name"),
        ]
    ),
    "time_index": pa.schema(
        [
            _ID,
            field("row", pa.int32(), "its place among the originals by article_id"),
            field("published_at", TIME, "publication time", nullable=True),
            field("first_seen_at", TIME, "the end of the edition day that first saw it"),
            field("searched", pa.bool_(), "whether its neighbours are searched for: it was not paired before"),
        ]
    ),
    "nearest": pa.schema([_ID, field("rows", list_of(pa.int32()), "rows of its nearest articles, best first")]),
    "story_members": pa.schema(
        [
            field("story_id", pa.string(), "identifies the story from edition to edition"),
            field("article_ids", list_of(pa.string()), "its articles, ascending"),
            field(
                "original_ids", list_of(pa.string()), "of each copy group in it the original, or what stands in for it"
            ),
            field(
                "vector_ids",
                list_of(pa.string()),
                "whose vector each of several originals has: its own, or its group's",
            ),
        ]
    ),
    "story_originals": pa.schema([_ID]),
    "word_counts": _WORD_COUNTS,
    "language_counts": _LANGUAGE_COUNTS,
    "section_label_counts": _SECTION_LABEL_COUNTS,
    "window_words": _WORD_COUNTS,
    "window_languages": _LANGUAGE_COUNTS,
    "window_section_labels": _SECTION_LABEL_COUNTS,
}
