"""Revisions: tonight's articles compared with those of earlier nights, which are new, and which have another text."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import constraints, schemas
from newsfold.dataflow import Context, TableView, start_of_days
from newsfold.extraction.deduplicate import read_learned, strip_row, strip_titles
from newsfold.extraction.folding import fold_text
from newsfold.extraction.source_report import report_sources
from newsfold.extraction.tables import WINDOW_CHANGES

FRESH, REVISED, KNOWN = _CLASSES = ("fresh", "revised", "known")
_COLUMNS = ("article_id", "content_hash", "source", "url", "canonical_url", "published_at")
_TEXT_COLUMNS = ("article_id", "outlet", "title", "body", "authors", "extras", "content_hash")


def classify_articles(
    cleaned: TableView,
    unreadable: TableView,
    repeats: TableView,
    recognisable_ids: TableView,
    source_outcomes: TableView,
    retractions: TableView,
    known_ids: TableView,
    known_articles: TableView,
    outlet_boilerplate: TableView,
    context: Context,
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Classify the window's articles as fresh, revised or known, and report on the sources.

    An article that is seen for the first time, and is older than its source's `max_age_days`, is left out.

    An article that earlier nights knew, and that has left the window since, does not come back. It is remembered for
    `remember_days` after an edition has recorded it; one that is delivered again when half of them are over is recorded
    anew, so that whatever a source keeps delivering is never forgotten.

    Returns:
        Tables `window_changes` and `sightings` (the articles that are recorded anew, and further ids by which later
        nights recognise what this one has), sorted by article_id; and `sources`, in the order of the configuration.

    Raises:
        DocumentsLost: documents that were read are not accounted for.
    """
    articles, retracted = constraints.remove_retracted(cleaned.read(_COLUMNS), retractions.read())
    known, _ = constraints.remove_retracted(known_articles.read(_COLUMNS), retractions.read())
    known_hashes = dict(zip(known["article_id"].to_pylist(), known["content_hash"].to_pylist(), strict=True))
    classes = dict.fromkeys(known_hashes, KNOWN)
    hashes = dict(zip(articles["article_id"].to_pylist(), articles["content_hash"].to_pylist(), strict=True))
    unequal = [article for article, content in hashes.items() if known_hashes.get(article, content) != content]
    # What was learned since an article was published is no change of the article.
    ids = pa.chunked_array([pa.array(sorted(unequal), pa.string())])
    learned = read_learned(outlet_boilerplate)
    for row in known_articles.where("article_id", ids, columns=_TEXT_COLUMNS).to_pylist():
        row |= {"sentences": fold_text(row["body"]).sentences.tolist()}
        known_hashes[row["article_id"]] = strip_row(row, learned)["content_hash"]
    classes |= {article: REVISED for article in unequal if known_hashes[article] != hashes[article]}
    known_before = known_ids.read()
    is_known = pc.is_in(articles["article_id"], known_before["article_id"].combine_chunks())
    fresh = articles.filter(pc.invert(is_known))
    too_old = _find_too_old(fresh, context)
    classes |= {article: FRESH for article in fresh["article_id"].to_pylist() if article not in too_old}
    ids = sorted(classes)
    columns = {"article_id": ids, "how": [classes[article] for article in ids]}
    rejects = schemas.concat_tables("rejects", [unreadable.read(), retracted])
    n_too_old, n_repeated = Counter(too_old.values()), repeats.read().to_pylist()
    n_kept = Counter(articles["source"].to_pylist()) - n_too_old
    sources = report_sources(
        source_outcomes.read(),
        rejects,
        n_kept,
        {row["source"]: row["n_repeated"] for row in n_repeated},
        context.edition,
        n_too_old,
    )
    long_ago = context.edition - timedelta(days=context.settings.remember_days // 2)
    due = known_before.filter(pc.less(known_before["recorded_on"], long_ago))["article_id"].combine_chunks()
    sighted = articles["article_id"].filter(pc.is_in(articles["article_id"], due)).to_pylist()
    lately = set(known_before["article_id"].to_pylist()) - set(due.to_pylist())
    others = set(recognisable_ids.read()["article_id"].to_pylist()) - lately - classes.keys()
    sightings = schemas.build_table(
        "sightings", [{"edition_date": context.edition, "article_id": name} for name in sorted({*sighted, *others})]
    )
    return pa.table(columns, schema=WINDOW_CHANGES), sightings, sources


def _find_too_old(fresh: pa.Table, context: Context) -> dict[str, str]:
    """Return the source of each article that is older than its source allows to new ones, by article_id."""
    oldest = {
        source.name: start_of_days(context.edition, source.oldest_days)
        for source in context.settings.sources
        if source.oldest_days is not None
    }
    rows = zip(*(fresh[name].to_pylist() for name in ("article_id", "source", "published_at")), strict=True)
    return {article: source for article, source, time in rows if time and source in oldest and time < oldest[source]}


def split_window(
    window_changes: TableView, cleaned: TableView, known_articles: TableView, outlet_boilerplate: TableView
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Split the window's articles into new and revised ones, and all of them.

    A revision is the same article: it keeps the time it was first seen and, once known, the time it was published,
    so that a corrected comma does not make Monday's news Wednesday's. Labels of titles that were learned since an
    article was published are removed from it in the window, where its title is compared and shown with others'.

    Returns:
        Tables `articles` (new tonight), `revisions` and `window_articles`, sorted by article_id.
    """
    changes = window_changes.read()
    articles = cleaned.where("article_id", changes["article_id"])
    known = known_articles.where("article_id", changes["article_id"])
    ids = {name: changes["article_id"].filter(pc.equal(changes["how"], name)).combine_chunks() for name in _CLASSES}
    fresh = articles.filter(pc.is_in(articles["article_id"], ids[FRESH]))
    revised_rows = articles.filter(pc.is_in(articles["article_id"], ids[REVISED])).to_pylist()
    columns = ["article_id", "published_at", "first_seen_at"]
    earlier_rows = {row["article_id"]: row for row in known.select(columns).to_pylist()}
    for row in revised_rows:
        earlier = earlier_rows[row["article_id"]]
        row |= {
            "published_at": earlier["published_at"] or row["published_at"],
            "first_seen_at": earlier["first_seen_at"],
        }
    revised = schemas.build_table("revisions", revised_rows).sort_by("article_id")
    unchanged = strip_titles(known.filter(pc.is_in(known["article_id"], ids[KNOWN])), read_learned(outlet_boilerplate))
    window = schemas.concat_tables("articles", [unchanged, revised, fresh]).sort_by("article_id")
    return schemas.conform_table(fresh, "articles").sort_by("article_id"), revised, window
