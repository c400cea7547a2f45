"""The published tables of threads: the stories of one running matter."""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas.columns import DAY, DAY_REPORT, EDITION_DATE, STORY_ID, THREAD_ID
from newsfold.schemas.columns import field as _field
from newsfold.schemas.columns import list_of as _list

THREADS = pa.schema(
    [
        EDITION_DATE,
        THREAD_ID,
        _field("title", pa.string(), "Headline of the story that leads it, in the last edition that has one."),
        _field(
            "lead_story_id",
            pa.string(),
            "Id of its most important story in this edition; null if all its articles have left the window.",
            nullable=True,
        ),
        _field(
            "status",
            pa.string(),
            "State in this edition: `running`, `quiet` (no article for `threads.quiet_days` days), or `closed` "
            "(none of its stories is remembered any longer, so this is its last edition).",
        ),
        _field("first_day", pa.date32(), "Day of its earliest article."),
        _field("last_day", pa.date32(), "Day of its latest article."),
        _field("n_stories", pa.int32(), "Number of stories that were ever in it."),
        _field("n_articles", pa.int32(), "Number of articles that were ever in its stories, copies included."),
        _field("n_outlets", pa.int32(), "Number of different outlets of these articles."),
        _field("n_independent", pa.int32(), "Number of independent origins of these articles."),
        _field("n_new_articles", pa.int32(), "Number of articles in it that were first seen in this edition."),
        _field(
            "importance",
            pa.float32(),
            "Score by which threads are ranked: that of one story with the articles of all its stories in this "
            "edition; 0 without any.",
        ),
        _field("kind", pa.string(), "Kind of the story that leads it, in the last edition that has one."),
        _field("language", pa.string(), "Language of the title (ISO 639-1); `und` if undetermined."),
        _field(
            "entities",
            _list(pa.string()),
            "Names that its stories mention, each once: those that several stories share first, of equals the most "
            "prominent.",
        ),
        _field(
            "timeline",
            _list(DAY),
            "A line for each day with news: the best title of the story with the most texts of that day, in the "
            "language of the title if there is one, or of the next story if an earlier line says the same; empty "
            "for a thread of one day.",
        ),
        _field("outlets", _list(pa.string()), "The outlets, ascending."),
        _field(
            "origins",
            _list(pa.string()),
            "The independent origins, ascending, each with what names it: `origin` (an agency or another outlet "
            "that the text credits), `family`, `outlet` or `copy group`.",
        ),
        _field("n_former_stories", pa.int32(), "Number of its stories that the table `thread_stories` lacks."),
        _field("n_former_articles", pa.int32(), "Number of articles of these stories."),
    ]
)
THREAD_STORIES = pa.schema(
    [
        EDITION_DATE,
        THREAD_ID,
        STORY_ID,
        _field("headline", pa.string(), "Headline of the story in the last edition that has it."),
        _field("kind", pa.string(), "Kind of the story."),
        _field("language", pa.string(), "Language of the headline (ISO 639-1); `und` if undetermined."),
        _field("in_window", pa.bool_(), "Whether the edition has the story; else all its articles are too old."),
        _field("first_day", pa.date32(), "Day of its earliest article."),
        _field("last_day", pa.date32(), "Day of its latest article."),
        _field("n_articles", pa.int32(), "Number of articles that were ever in it, copies included."),
        _field("outlets", _list(pa.string()), "Their outlets, ascending."),
        _field("origins", _list(pa.string()), "Their independent origins, ascending, as in `threads`."),
        _field("entities", _list(pa.string()), "Names that the story mentions, as in `stories`."),
        _field(
            "days",
            _list(DAY_REPORT),
            "For each day with news of the story its best title, the article that has it, and the number of "
            "different texts that the story has of that day.",
        ),
        _field(
            "centroid",
            _list(pa.int8()),
            "Direction of the mean of its texts' vectors: each value times 127 over the largest of them, rounded.",
        ),
        _field("model", pa.string(), "Digest of the model behind `centroid`; only those of one model compare."),
    ]
)
