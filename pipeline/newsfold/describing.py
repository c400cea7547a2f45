"""The steps of the stage `describe`: what a window's words are, and then each story by itself.

As in `pieces`: what each step does with its tables, and in which order. They have a file of their own because a stage
whose chunks are stories shares no selection of rows with those whose chunks are articles or pairs.
"""

from __future__ import annotations

from newsfold import summaries
from newsfold.dataflow import Context, Selection, Step, Tables

_COUNTS = ("word_counts", "language_counts", "rubric_counts")
_WINDOW = ("window_words", "window_languages", "window_rubrics")


def _lay_out(tables: Tables, _: Context) -> Tables:
    laid = (tables[name] for name in ("window_articles", "copies", "vectors", "memberships"))
    members, originals = summaries.lay_out(*laid)
    return {"story_members": members, "story_originals": originals}


def _count(tables: Tables, _: Context) -> Tables:
    return dict(zip(_COUNTS, summaries.counted(tables["window_articles"], tables["story_originals"]), strict=True))


def _add_up(tables: Tables, _: Context) -> Tables:
    return dict(zip(_WINDOW, summaries.add_up(*(tables[name] for name in _COUNTS)), strict=True))


def _tell(tables: Tables, context: Context) -> Tables:
    stories, members = summaries.tell(
        tables["story_members"],
        (tables["window_articles"], tables["copies"], tables["vectors"]),
        tables["edges"],
        tables["previous_story_articles"],
        tables["constraints"],
        summaries.WordStatistics(*(tables[name] for name in _WINDOW)),
        context.settings.summaries,
        context.settings.importance,
        context.edition,
        context.seen_at,
    )
    return {"stories": stories, "story_articles": members}


_MEMBERS = Selection("article_id", ("article_ids",))

DESCRIBE = (
    Step(
        "lay",
        _lay_out,
        reads=("window_articles", "copies", "vectors", "memberships"),
        writes=("story_members", "story_originals"),
        columns={
            "window_articles": ("article_id",),
            "copies": ("article_id", "copy_group_id", "is_original"),
            "vectors": ("article_id",),
        },
    ),
    Step(
        "count",
        _count,
        over="window_articles",
        beside={"story_originals": Selection("article_id", ("article_id",))},
        writes=_COUNTS,
        columns={"window_articles": summaries.ARTICLE_COLUMNS},
    ),
    Step("add", _add_up, reads=_COUNTS, writes=_WINDOW),
    Step(
        "tell",
        _tell,
        reads=(*_WINDOW, "constraints"),
        over="story_members",
        beside={
            "window_articles": _MEMBERS,
            "copies": _MEMBERS,
            "vectors": Selection("article_id", ("vector_ids",)),
            "edges": Selection("left_id", ("original_ids",)),
            "previous_story_articles": Selection("story_id", ("story_id",)),
        },
        writes=("stories", "story_articles"),
        columns={
            "window_articles": summaries.ARTICLE_COLUMNS,
            "copies": summaries.COPY_COLUMNS,
            "vectors": ("article_id", "vector"),
            "edges": summaries.EDGE_COLUMNS,
            "previous_story_articles": ("story_id", "article_id"),
            "constraints": ("left_id", "right_id", "must_link"),
        },
    ),
)
