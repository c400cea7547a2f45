"""The stage that collapses copies: texts are compared in chunks, found by digests and sketches of all."""

from __future__ import annotations

import pyarrow as pa

from newsfold import constraints, copies, publishers
from newsfold.dataflow import Context, Stage, Step, TableView, pairs_per_chunk

_FACTS = ("article_id", "words", "spaced", "title_words", "outlet")


def survey_outlets(window_articles: TableView) -> tuple[pa.Table, pa.Table]:
    """Collect boilerplate sentences and outlets' families."""
    articles = window_articles.read(["outlet", "publisher_family", "extras"])
    return copies.standing(articles), copies.owners(articles)


def sketch_bodies(
    window_articles: TableView, boilerplate_sentences: TableView, context: Context
) -> tuple[pa.Table, pa.Table]:
    """Turn bodies into digests, sketches and shingles."""
    articles = window_articles.read(["article_id", "outlet", "title", "body", "published_at"])
    return copies.read(articles, boilerplate_sentences.read(), context.settings.copies)


def distinct_texts(body_sketches: TableView, context: Context) -> pa.Table:
    """List the different texts and the articles that have each."""
    bodies = body_sketches.read(["article_id", "digest", "words", "title_words", "outlet", "published_at"])
    return copies.number(bodies, context.settings.copies)


def find_near_copies(texts: TableView, body_sketches: TableView) -> pa.Table:
    """Pair texts with equal MinHash bands."""
    return copies.alike(texts.read(["article_id", "words", "comparable"]), body_sketches.read(["article_id", "bands"]))


def confirm_near_copies(
    text_pairs: TableView, body_sketches: TableView, body_shingles: TableView, context: Context
) -> pa.Table:
    """Keep the pairs that are copies by their texts."""
    return _confirm(text_pairs, body_sketches, body_shingles, context)


def find_excerpts(texts: TableView, body_sketches: TableView, text_links: TableView, context: Context) -> pa.Table:
    """Pair texts of which one may be cut from the other."""
    return copies.contained(
        texts.read(["article_id", "words", "comparable"]),
        body_sketches.read(["article_id", "anchors"]),
        text_links.read(),
        context.settings.copies,
    )


def confirm_excerpts(
    cut_pairs: TableView, body_sketches: TableView, body_shingles: TableView, context: Context
) -> pa.Table:
    """Keep the pairs that are copies by their texts."""
    return _confirm(cut_pairs, body_sketches, body_shingles, context)


def _confirm(pairs: TableView, body_sketches: TableView, body_shingles: TableView, context: Context) -> pa.Table:
    named = pairs.read()
    ends = (named["left_id"], named["right_id"])
    return copies.confirmed(
        named,
        body_sketches.where("article_id", *ends, columns=_FACTS),
        body_shingles.where("article_id", *ends),
        context.settings.copies,
    )


def connect_texts(texts: TableView, text_links: TableView, cut_links: TableView) -> pa.Table:
    """Join texts that links connect into components."""
    links = pa.concat_tables([text_links.read(), cut_links.read()])
    return copies.linked(texts.read(["article_id", "article_ids"]), links)


def assign_originals(
    copy_components: TableView,
    window_articles: TableView,
    body_sketches: TableView,
    body_shingles: TableView,
    text_links: TableView,
    cut_links: TableView,
    outlet_families: TableView,
    context: Context,
) -> pa.Table:
    """Split components into copy groups around an original each."""
    components = copy_components.read()
    members, compared = components["article_ids"], components["compared_ids"]
    links = pa.concat_tables([links.where("left_id", compared) for links in (text_links, cut_links)])
    return copies.settled(
        components,
        window_articles.where("article_id", members, columns=copies.ABOUT),
        body_sketches.where("article_id", members, columns=_FACTS),
        body_shingles.where("article_id", compared),
        links,
        context.settings.copies,
        copies.knowing(publishers.load_publishers(context.settings), outlet_families.read()),
    )


def apply_labels(
    copy_groups: TableView, labels: TableView, window_articles: TableView
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Part copies that labels keep apart: a person's word outweighs equal texts, so this comes before clustering."""
    told = constraints.resolve_labels(labels.read(), window_articles.read(["article_id", "url", "canonical_url"]))
    groups = constraints.split_copies(copy_groups.read().sort_by("article_id"), told.constraints)
    return groups, told.constraints, told.outcomes


COLLAPSE = Stage(
    "copies",
    "collapse copies",
    steps=(
        Step(survey_outlets, writes=("boilerplate_sentences", "outlet_families"), chunk_by="window_articles"),
        Step(sketch_bodies, writes=("body_sketches", "body_shingles"), chunk_by="window_articles"),
        Step(distinct_texts, writes=("texts",)),
        Step(find_near_copies, writes=("text_pairs",)),
        Step(confirm_near_copies, writes=("text_links",), chunk_by="text_pairs", chunk_rows=pairs_per_chunk),
        Step(find_excerpts, writes=("cut_pairs",)),
        Step(confirm_excerpts, writes=("cut_links",), chunk_by="cut_pairs", chunk_rows=pairs_per_chunk),
        Step(connect_texts, writes=("copy_components",)),
        Step(assign_originals, writes=("copy_groups",), chunk_by="copy_components"),
        Step(apply_labels, writes=("copies", "constraints", "label_outcomes")),
    ),
    writes=("copies", "constraints", "label_outcomes"),
    settings=("copies", *publishers.SECTIONS),
)
