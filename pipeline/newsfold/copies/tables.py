"""Schemas of the tables that only the steps of collapsing copies exchange.

A text is named by the first article that has it.
"""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas import ARTICLE_ID
from newsfold.schemas.columns import TIME, field, list_of

BOILERPLATE_SENTENCES = pa.schema([field("sentence", pa.string(), "a sentence that an outlet prints everywhere")])
OUTLET_HABITS = pa.schema(
    [
        field("outlet", pa.string(), "an outlet"),
        field("publisher_family", pa.string(), "the family that the articles name", nullable=True),
        field("credited", pa.string(), "the outlet that they credit", nullable=True),
        field("domain", pa.string(), "the registrable domain of their addresses", nullable=True),
        field("n_articles", pa.int64(), "the number of articles that have all this in common"),
    ]
)
BODY_SKETCHES = pa.schema(
    [
        ARTICLE_ID,
        field("digest", pa.string(), "equal for bodies of equal words"),
        field("words", pa.int64(), "number of words, without boilerplate"),
        field("spaced", pa.bool_(), "whether its script divides words; else each character counts as one"),
        field("title_words", list_of(pa.string()), "the words of its title"),
        field("outlet", pa.string(), "its outlet"),
        field("published_at", TIME, "publication time", nullable=True),
        field("bands", list_of(pa.uint64()), "its MinHash bands; none if it is too short"),
        field("anchors", list_of(pa.int64()), "its anchors (a selection of its shingles), ascending"),
        field("n_anchors", pa.int64(), "number of its anchors"),
    ]
)
SKETCH_PARTS = pa.schema(
    [field("part", pa.int64(), "number of the part, from 0"), field("n_parts", pa.int64(), "number of parts")]
)
BODY_SHINGLES = pa.schema(
    [
        ARTICLE_ID,
        field("shingles", list_of(pa.int64()), "the 3-word shingle that begins at each word; 0 at the last two"),
        field("numbers", list_of(pa.bool_()), "whether each word is a number"),
    ]
)
TEXTS = pa.schema(
    [
        field("article_id", pa.string(), "the first article with the text"),
        field("words", pa.int64(), "number of words of its body"),
        field("n_anchors", pa.int64(), "number of its anchors"),
        field("comparable", pa.bool_(), "whether similar texts are its copies; else only equal ones are"),
        field("article_ids", list_of(pa.string()), "the articles with the text, ascending"),
    ]
)
TEXT_NUMBER_PAIRS = pa.schema(
    [field("left", pa.int64(), "row of a text in `texts`"), field("right", pa.int64(), "row of a later one")]
)
NEAR_COMPONENTS = pa.schema(
    [
        field("component", pa.int64(), "equal for texts that links of near copies connect"),
        field("is_source", pa.bool_(), "whether excerpts are sought of this text: the longest of its component"),
    ]
)
SHARED_ANCHORS = pa.schema(
    [
        field("text", pa.int64(), "row of a text in `texts`"),
        field("anchor", pa.int64(), "an anchor of it that other texts have, too"),
        field("is_specific", pa.bool_(), "whether few texts have it"),
    ]
)
TEXT_PAIRS = pa.schema([field("left_id", pa.string(), "a text"), field("right_id", pa.string(), "another text")])
COPY_COMPONENTS = pa.schema(
    [
        field("article_ids", list_of(pa.string()), "articles whose texts are connected"),
        field("text_ids", list_of(pa.string()), "the text of each"),
        field("compared_ids", list_of(pa.string()), "the distinct texts; none if there is only one"),
    ]
)
PRINTED_TEXTS = pa.schema(
    [
        field("source", pa.string(), "the publisher that the texts come from", nullable=True),
        field("outlets", list_of(pa.string()), "the outlets that print them, ascending"),
        field("uncredited", list_of(pa.string()), "those that print them without a credit, ascending"),
        field("n_texts", pa.int64(), "the number of texts that have all this in common"),
    ]
)
