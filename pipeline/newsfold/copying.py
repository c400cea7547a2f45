"""The steps that collapse copies: texts are read and compared in chunks, and told apart by digests and sketches."""

from __future__ import annotations

import pyarrow as pa

from newsfold import constraints, copies, publishers
from newsfold.dataflow import Context, Selection, Step, Tables

_ENDS = Selection("article_id", ("left_id", "right_id"))
_FACTS = ("article_id", "words", "spaced", "title_words", "outlet")


def _survey(tables: Tables, _: Context) -> Tables:
    articles = tables["window_articles"]
    return {"standing": copies.standing(articles), "owners": copies.owners(articles)}


def _read(tables: Tables, context: Context) -> Tables:
    bodies, prints = copies.read(tables["window_articles"], tables["standing"], context.settings.copies)
    return {"bodies": bodies, "prints": prints}


def _number(tables: Tables, context: Context) -> Tables:
    return {"texts": copies.number(tables["bodies"], context.settings.copies)}


def _find_alike(tables: Tables, _: Context) -> Tables:
    return {"text_pairs": copies.alike(tables["texts"], tables["bodies"])}


def _confirm_alike(tables: Tables, context: Context) -> Tables:
    chosen = context.settings.copies
    return {"text_links": copies.confirmed(tables["text_pairs"], tables["bodies"], tables["prints"], chosen)}


def _find_cuts(tables: Tables, context: Context) -> Tables:
    chosen = context.settings.copies
    return {"cut_pairs": copies.contained(tables["texts"], tables["bodies"], tables["text_links"], chosen)}


def _confirm_cuts(tables: Tables, context: Context) -> Tables:
    chosen = context.settings.copies
    return {"cut_links": copies.confirmed(tables["cut_pairs"], tables["bodies"], tables["prints"], chosen)}


def _link(tables: Tables, _: Context) -> Tables:
    return {"linked": copies.linked(tables["texts"], _links(tables))}


def _settle(tables: Tables, context: Context) -> Tables:
    found = copies.settled(
        tables["linked"],
        tables["window_articles"],
        tables["bodies"],
        tables["prints"],
        _links(tables),
        context.settings.copies,
        copies.knowing(publishers.load_publishers(context.settings), tables["owners"]),
    )
    return {"folded": found}


def _heed(tables: Tables, _: Context) -> Tables:
    # Before clustering: a person's word outweighs equal texts, so labels part copies too.
    told = constraints.resolve_labels(tables["labels"], tables["window_articles"])
    groups = constraints.split_copies(tables["folded"].sort_by("article_id"), told.constraints)
    return {"copies": groups, "constraints": told.constraints, "label_outcomes": told.outcomes}


def _links(tables: Tables) -> pa.Table:
    return pa.concat_tables([tables["text_links"], tables["cut_links"]])


COPIES = (
    Step(
        "survey",
        _survey,
        over="window_articles",
        writes=("standing", "owners"),
        columns={"window_articles": ("outlet", "publisher_family", "extras")},
    ),
    Step(
        "read",
        _read,
        reads=("standing",),
        over="window_articles",
        writes=("bodies", "prints"),
        columns={"window_articles": ("article_id", "outlet", "title", "body", "published_at")},
    ),
    Step(
        "number",
        _number,
        reads=("bodies",),
        writes=("texts",),
        columns={"bodies": ("article_id", "digest", "words", "title_words", "outlet", "published_at")},
    ),
    Step(
        "alike",
        _find_alike,
        reads=("texts", "bodies"),
        writes=("text_pairs",),
        columns={"texts": ("article_id", "words", "comparable"), "bodies": ("article_id", "bands")},
    ),
    Step(
        "confirm",
        _confirm_alike,
        over="text_pairs",
        pairs=True,
        beside={"bodies": _ENDS, "prints": _ENDS},
        writes=("text_links",),
        columns={"bodies": _FACTS},
    ),
    Step(
        "cuts",
        _find_cuts,
        reads=("texts", "bodies", "text_links"),
        writes=("cut_pairs",),
        columns={"texts": ("article_id", "words", "comparable"), "bodies": ("article_id", "anchors")},
    ),
    Step(
        "confirm cuts",
        _confirm_cuts,
        over="cut_pairs",
        pairs=True,
        beside={"bodies": _ENDS, "prints": _ENDS},
        writes=("cut_links",),
        columns={"bodies": _FACTS},
    ),
    Step(
        "link",
        _link,
        reads=("texts", "text_links", "cut_links"),
        writes=("linked",),
        columns={"texts": ("article_id", "article_ids")},
    ),
    Step(
        "settle",
        _settle,
        reads=("owners",),
        over="linked",
        beside={
            "window_articles": Selection("article_id", ("article_ids",)),
            "bodies": Selection("article_id", ("article_ids",)),
            "prints": Selection("article_id", ("compared_ids",)),
            "text_links": Selection("left_id", ("compared_ids",)),
            "cut_links": Selection("left_id", ("compared_ids",)),
        },
        writes=("folded",),
        columns={"window_articles": copies.ABOUT, "bodies": _FACTS},
    ),
    Step(
        "heed",
        _heed,
        reads=("folded", "labels", "window_articles"),
        writes=("copies", "constraints", "label_outcomes"),
        columns={"window_articles": ("article_id", "url", "canonical_url")},
    ),
)
