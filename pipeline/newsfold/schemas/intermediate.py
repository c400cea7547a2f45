"""The tables that cross stages inside a run; tables that one stage alone uses are in its own `tables` module."""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas.columns import ARTICLE_ID, FAILURE, PAIR, STORY_ID, THREAD_ID, TIME, field, list_of
from newsfold.schemas.published import PUBLISHED

_ID = ARTICLE_ID
_ORIGIN = field("origin", pa.string(), "file and row of the entry, and who wrote it and why")
_MUST_LINK = field("must_link", pa.bool_(), "true: the two belong to one story; false: never to one story")
# What an edition takes over from the one before about a story that it continues.
PREVIOUS_STORY_COLUMNS = ("headline", "first_published_at", "first_outlet", "timeline")
_RECORD = [field for field in PUBLISHED["thread_stories"] if field.name not in ("edition_date", "thread_id")]
INTERMEDIATE: dict[str, pa.Schema] = {
    "documents": pa.schema(
        [
            field("source", pa.string(), "the configured source"),
            field("location", pa.string(), "file, with row or item, for messages"),
            field("file", pa.string(), "the file or address that holds it, perhaps with others", nullable=True),
            field("form", pa.string(), "`html`; `text`: a plain text scrape; `fields`: title and text apart"),
            field("content", pa.binary(), "the raw page or scrape; null for the form `fields`", nullable=True),
            field("id", pa.string(), "the id in the source; `cluster` keeps it", nullable=True),
            field("entry_id", pa.string(), "a feed entry's own id: guid, atom:id, rdf:about", nullable=True),
            field("url", pa.string(), "as found", nullable=True),
            field("outlet", pa.string(), "as found or configured", nullable=True),
            field("publisher_family", pa.string(), "as configured", nullable=True),
            field("country", pa.string(), "as configured", nullable=True),
            field("title", pa.string(), "as found", nullable=True),
            field(
                "title_form", pa.string(), "`text` or `html`, as its format declares; null: undeclared", nullable=True
            ),
            field("text", pa.string(), "as found; for a page, the text in its feed", nullable=True),
            field(
                "text_form", pa.string(), "`text` or `html`, as its format declares; null: undeclared", nullable=True
            ),
            field("authors", list_of(pa.string()), "as found"),
            field("published_at", pa.string(), "as found, in any format", nullable=True),
            field("timezone", pa.string(), "IANA time zone of times without one"),
            field("language", pa.string(), "as found or configured", nullable=True),
        ]
    ),
    "source_outcomes": pa.schema(
        [
            field("source", pa.string(), "the source's name in the configuration"),
            field("n_read", pa.int32(), "number of documents read"),
            field("n_files", pa.int32(), "number of files or addresses tried"),
            field("seconds", pa.float32(), "seconds spent on the network; null for sources on disk", nullable=True),
            field("unchanged", pa.bool_(), "whether it answered with nothing new", default=False),
            field("no_files", pa.bool_(), "whether it reads files and none is there for the edition", default=False),
            field("failures", list_of(FAILURE), "files or rows that could not be read, and why"),
        ]
    ),
    "labels": pa.schema(
        [
            field("left", pa.string(), "one article's id or URL"),
            field("right", pa.string(), "the other article's id or URL"),
            _MUST_LINK,
            _ORIGIN,
        ]
    ),
    "retractions": pa.schema([field("article", pa.string(), "id or URL of a retracted article"), _ORIGIN]),
    "known_ids": pa.schema(
        [ARTICLE_ID, field("recorded_on", pa.date32(), "last edition that has it as new, or as still delivered")]
    ),
    "known_articles": PUBLISHED["articles"],
    "known_embeddings": PUBLISHED["article_embeddings"],
    "cached_embeddings": PUBLISHED["article_embeddings"],
    "known_edges": PUBLISHED["edges"],
    "previous_originals": pa.schema([ARTICLE_ID]),
    "previous_story_articles": PUBLISHED["story_articles"],
    "refreshed_story_articles": PUBLISHED["story_articles"],
    "previous_stories": pa.schema([PUBLISHED["stories"].field(name) for name in ("story_id", *PREVIOUS_STORY_COLUMNS)]),
    "previous_threads": PUBLISHED["threads"],
    "previous_thread_stories": PUBLISHED["thread_stories"],
    "rejects": pa.schema(
        [
            field("source", pa.string(), "the configured source"),
            field("location", pa.string(), "file, row or item of the document"),
            field("reason", pa.string(), "why it is not an article"),
        ]
    ),
    "window_articles": PUBLISHED["articles"],
    "multi_topic_articles": pa.schema([ARTICLE_ID]),
    "constraints": pa.schema([*PAIR, _MUST_LINK, _ORIGIN]),
    "outlet_families": pa.schema(
        [
            field("outlet", pa.string(), "an outlet of the window"),
            field("publisher_family", pa.string(), "its publisher family if it is known, else newsfold's name for it"),
        ]
    ),
    "label_outcomes": pa.schema(
        [_ORIGIN, _MUST_LINK, field("in_window", pa.bool_(), "whether both articles are in the window")]
    ),
    "vectors": PUBLISHED["article_embeddings"],
    "article_terms": pa.schema(
        [
            ARTICLE_ID,
            field("outlet", pa.string(), "the article's outlet"),
            field("language", pa.string(), "ISO 639-1, `und` if undetermined"),
            field("published_at", TIME, "publication time", nullable=True),
            field("first_seen_at", TIME, "end of the day of the edition that first saw it"),
            field("words", list_of(pa.string()), "the different words of its opening, ascending"),
            field("counts", list_of(pa.int32()), "the number of uses of each"),
            field("title_words", list_of(pa.string()), "the different words of its title, ascending"),
            field("title_counts", list_of(pa.int32()), "the number of uses of each"),
            field("mentioned", list_of(pa.string()), "words that it capitalises, ascending"),
            field("numbers", list_of(pa.string()), "numbers of two or more digits, ascending"),
            field("headline_only", pa.bool_(), "whether it has no text besides its title"),
        ]
    ),
    "term_counts": pa.schema(
        [
            field("word", pa.string(), "a word, case-folded"),
            field("documents", pa.int64(), "number of openings that have it"),
            field("uses", pa.int64(), "number of uses in openings"),
            field("inside", pa.int64(), "number of uses inside a sentence"),
            field("capitalised", pa.int64(), "number of capitalised uses inside a sentence"),
            field("titled", pa.int64(), "number of titles that capitalise it"),
        ]
    ),
    "vocabulary": pa.schema(
        [
            field("word", pa.string(), "a word, case-folded"),
            field("documents", pa.int64(), "number of openings that have it"),
            field("articles", pa.int64(), "number of openings"),
            field("rarity", pa.float32(), "−ln of the share of documents that have it, in its language and window"),
            field("named", pa.bool_(), "whether it is a name"),
        ]
    ),
    "time_index": pa.schema(
        [
            ARTICLE_ID,
            field("row", pa.int32(), "its number among the originals, by article_id"),
            field("published_at", TIME, "publication time", nullable=True),
            field("first_seen_at", TIME, "end of the day of the edition that first saw it"),
            field("searched", pa.bool_(), "whether its neighbours are searched for: it was not paired before"),
        ]
    ),
    "nearest": pa.schema([ARTICLE_ID, field("rows", list_of(pa.int32()), "rows of its nearest originals, best first")]),
    "candidate_pairs": pa.schema(
        [
            field("left", pa.int32(), "row of one article in `time_index`, the smaller"),
            field("right", pa.int32(), "row of the other"),
        ]
    ),
    "kept_edges": PUBLISHED["edges"],
    "new_edges": PUBLISHED["edges"],
    "clusters": pa.schema([ARTICLE_ID, field("cluster", pa.int32(), "number of the cluster, counted from 0")]),
    "memberships": pa.schema([ARTICLE_ID, STORY_ID]),
    "described_stories": pa.schema([field for field in PUBLISHED["stories"] if not field.name.startswith("thread_")]),
    "story_reaches": pa.schema(
        [
            STORY_ID,
            field("independent_origins", list_of(pa.string()), "independent origins of all its texts, ascending"),
            field("news_rank", pa.int32(), "0 if it has news, else 1 if it has analysis, else 2; such texts count"),
            field("origins", pa.map_(pa.string(), TIME), "their origins; when the last text of each was first seen"),
            field("new_origins", list_of(pa.string()), "those with a text that is new in the edition, ascending"),
            field("owners", pa.map_(pa.string(), TIME), "their families, else outlets; when the last was first seen"),
            field("articles", pa.map_(TIME, pa.int32()), "number of articles with such a text, by when first seen"),
            field("last_published_at", TIME, "when the last of them was published", nullable=True),
        ]
    ),
    "story_records": pa.schema(_RECORD),
    "story_threads": pa.schema([STORY_ID, THREAD_ID]),
}
